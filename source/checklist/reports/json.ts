import type {CheckResult} from '../check-manifests.ts';
import {fingerprintOf, fixFor, type Finding} from '../finding.ts';
import {placeOf} from '../place.ts';
import {countVerdicts} from '../summary.ts';

export type ReportSetting = {readonly version: string; /** Also what passes and does not apply. */ readonly isComplete: boolean};

/** The report for programs; also what `--baseline` reads. One JSON object on one line. */
export const jsonReport = (result: CheckResult, {version, isComplete}: ReportSetting): string =>
	`${JSON.stringify(
		{
			format: 'slipway-checklist/v1',
			tool: {name: 'slipway', version},
			checkedAt: result.checkedAt.toISOString(),
			context: result.context,
			objects: result.objects,
			summary: countVerdicts(result),
			items: result.items.map(({item, verdict, findings, counts}) => ({
				number: item.number,
				id: item.id,
				group: item.group.title,
				title: item.title,
				class: item.class,
				why: item.why,
				source: item.source,
				verdict,
				counts,
				findings: findings.filter(finding => isComplete || (finding.verdict !== 'pass' && finding.verdict !== 'na') || finding.answer !== null).map(jsonFinding),
			})),
			problems: result.problems,
			waivers: {
				used: result.waivers.used,
				expired: result.waivers.expired.map(({item, code, reason, by, until, from}) => ({item, code, reason, by, until, from})),
				unused: result.waivers.unused.map(({item, code, reason, by, until, from}) => ({item, code, reason, by, until, from})),
				withoutEffect: result.waivers.useless,
				staleAnswers: result.waivers.staleAnswers.map(({item, person, on, validDays, from}) => ({item, person, on, validDays, from})),
			},
		},
	)}\n`;

const jsonFinding = (finding: Finding): unknown => {
	const {code, verdict, message, object, container, waiver, expired, answer, isKnown} = finding;
	const place = placeOf(finding);
	return {
		code,
		verdict,
		message,
		object: object === null ? null : {apiVersion: object.apiVersion, kind: object.kind, namespace: object.namespace || null, name: object.name},
		container,
		field: place?.field ?? null,
		file: place?.source ?? null,
		template: place?.template ?? null,
		templateLine: place?.templateLine ?? null,
		line: place?.position?.line ?? null,
		column: place?.position?.column ?? null,
		fingerprint: fingerprintOf(finding),
		known: isKnown,
		fix: fixFor(finding),
		waiver,
		expiredWaiver: expired,
		answer,
	};
};
