import {posix} from 'node:path';

import type {CheckResult} from '../check-manifests.ts';
import {fingerprintOf, fixFor, isOpen, type Finding} from '../finding.ts';
import type {Item, Verdict} from '../item.ts';
import {nameOf} from '../kube-object.ts';
import {placeOf} from '../place.ts';
import {items} from '../table.ts';
import type {ReportSetting} from './json.ts';

/**
SARIF 2.1.0 for code scanning. Open and waived findings are results; questions are of kind `review`, what could not be read is `open`.
`templateUri` says where the template of a rendered chart is as a file.
Source: docs.oasis-open.org/sarif/sarif/v2.1.0
*/
export const sarifReport = (result: CheckResult, {version}: ReportSetting, templateUri: (template: string) => string): string => {
	const findings = result.items.flatMap(one => one.findings).filter(({verdict}) => isOpen(verdict) || verdict === 'waived');
	return `${JSON.stringify(
		{
			$schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
			version: '2.1.0',
			runs: [
				{
					tool: {driver: {name: 'slipway check', semanticVersion: version, rules: items.map(ruleOf)}},
					invocations: [
						{
							executionSuccessful: !result.problems.some(({level}) => level === 'error'),
							endTimeUtc: result.checkedAt.toISOString(),
							toolExecutionNotifications: result.problems.map(({source, line, level, message}) => ({level, message: {text: message}, locations: [{physicalLocation: {artifactLocation: {uri: uriOf(source)}, region: {startLine: Math.max(1, line)}}}]})),
						},
					],
					results: findings.map(finding => resultOf(finding, templateUri)),
				},
			],
		},
		null,
		'\t',
	)}\n`;
};

const indexById = new Map(items.map(({id}, index) => [id, index]));

const ruleOf = (item: Item): unknown => ({
	id: item.id,
	name: item.title,
	shortDescription: {text: item.title},
	fullDescription: {text: item.why},
	help: {text: `${item.rule}\n\nSource: ${item.source}`, markdown: `${item.rule}\n\n*Source: ${item.source}*`},
	defaultConfiguration: {level: Object.values(item.codes).some(({verdict}) => verdict === 'fail') ? 'error' : 'warning'},
	properties: {number: item.number, group: item.group.title, class: item.class},
});

const kinds: Readonly<Partial<Record<Verdict, {readonly kind: string; readonly level: string}>>> = {
	fail: {kind: 'fail', level: 'error'},
	warn: {kind: 'fail', level: 'warning'},
	attest: {kind: 'review', level: 'none'},
	unknown: {kind: 'open', level: 'none'},
	unconfigured: {kind: 'open', level: 'none'},
};

const resultOf = (finding: Finding, templateUri: (template: string) => string): unknown => {
	const place = placeOf(finding);
	const fix = fixFor(finding);
	const {kind, level} = kinds[finding.verdict === 'waived' ? wasVerdict(finding) : finding.verdict] ?? {kind: 'fail', level: 'warning'};
	return {
		ruleId: finding.item.id,
		ruleIndex: indexById.get(finding.item.id) ?? -1,
		kind,
		level,
		message: {text: `${finding.message}${fix === null ? '' : `\n\nTo change:\n${fix}`}`},
		...(place === null || finding.object === null
			? {}
			: {
					locations: [
						{
							physicalLocation:
								place.template === null
									? {artifactLocation: {uri: uriOf(place.source)}, ...(place.position === null ? {} : {region: {startLine: place.position.line, startColumn: place.position.column}})}
									: {artifactLocation: {uri: uriOf(templateUri(place.template))}, region: {startLine: place.templateLine ?? 1}},
							logicalLocations: [{name: finding.object.name, kind: 'object', fullyQualifiedName: `${nameOf(finding.object)}${finding.container === null ? '' : ` container ${finding.container}`}${place.field === '' ? '' : ` ${place.field}`}`}],
						},
					],
				}),
		partialFingerprints: {'slipwayFinding/v1': fingerprintOf(finding)},
		...(finding.waiver === null ? {} : {suppressions: [{kind: finding.waiver.from.startsWith('annotation') || finding.waiver.from.startsWith('imported') ? 'inSource' : 'external', status: 'accepted', justification: `${finding.waiver.reason}${finding.waiver.by === '' ? '' : ` (${finding.waiver.by}${finding.waiver.until === null ? '' : `, until ${finding.waiver.until}`})`}`}]}),
		...(finding.isKnown ? {baselineState: 'unchanged'} : {}),
		properties: {code: finding.code, verdict: finding.verdict},
	};
};

const wasVerdict = ({item, code}: Finding): Verdict => item.codes[code]?.verdict ?? 'fail';

/** A path as a relative URI reference; backslashes and blanks may not stand in one. */
const uriOf = (source: string): string => (source === '-' ? 'stdin' : encodeURI(posix.normalize(source.replaceAll('\\', '/'))).replaceAll('#', '%23').replaceAll('?', '%3F'));
