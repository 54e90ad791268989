import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import type {ChecklistReport, ChecklistWork} from '../actions/kubernetes-checklist.ts';
import {attestationsFrom, type Attestation} from '../checklist/attestations.ts';
import {checkManifests, type CheckInput, type CheckResult} from '../checklist/check-manifests.ts';
import {isOpen, type Finding} from '../checklist/finding.ts';
import {nameOf} from '../checklist/kube-object.ts';
import {anyObject} from '../checklist/object-pattern.ts';
import {placeOf, placeText} from '../checklist/place.ts';
import {jsonReport} from '../checklist/reports/json.ts';
import {markdownReport} from '../checklist/reports/markdown.ts';
import {tableLines} from '../checklist/reports/table.ts';
import {defaultSettings, settingsFrom} from '../checklist/settings.ts';
import {baselineOf, countVerdicts, isBlocking} from '../checklist/summary.ts';
import {itemById} from '../checklist/table.ts';
import {waiversFrom, type Waiver} from '../checklist/waivers.ts';
import {Problem} from '../errors.ts';
import {makeSafe} from '../text/safe-text.ts';
import {readSetting, readSources} from './checklist-sources.ts';
import type {Report, Workplace} from './performer.ts';
import {readCluster} from './read-cluster.ts';

/** How many findings go into the journal, whose lines are short; all are in the evidence. */
const mostFindings = 40;

/** Performs `kubernetes/checklist`. Leaves `checklist.json` and `checklist.md` as evidence. */
export const checkKubernetes = async (work: ChecklistWork, place: Workplace): Promise<Report> => {
	const {sources, dockerfiles, problems} = readSources(work.manifests, '/');
	const cluster = work.question === null || work.kubectl === null ? null : await readCluster(work.kubectl, work.question, place);
	const input: CheckInput = {
		sources,
		namespace: work.namespace,
		settings: trusted(work.config, value => {
			const {settings, mistakes} = settingsFrom(value);
			return {value: settings, mistakes};
		}) ?? defaultSettings,
		cluster,
		judgeCluster: null,
		waivers: [...waiversOfRun(work), ...(trusted(work.waivers, (value, path) => {
			const {waivers, mistakes} = waiversFrom(value, path);
			return {value: waivers, mistakes};
		}) ?? [])],
		attestations: [...(trusted(work.attest, (value, path) => {
			const {attestations, mistakes} = attestationsFrom(value, path);
			return {value: attestations, mistakes};
		}) ?? []), ...answersOfRun(work)],
		annotations: {own: true, imported: work.imported},
		baseline: null,
		benchmark: null,
		dockerfiles,
		only: null,
		keepAll: false,
		now: new Date(),
	};
	// What was said in this run is about the coming release.
	const baseline = work.liveManifests.length === 0 ? null : baselineOf(checkManifests({...input, attestations: [], sources: readSources(work.liveManifests, '/').sources}));
	const checked = checkManifests({...input, baseline});
	const result: CheckResult = {...checked, problems: [...problems, ...checked.problems]};
	for (const line of tableLines(result, {columns: 100, isComplete: false, withFixes: false, paint: (_, text) => text})) place.say(line);

	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = {json: join(place.evidenceFolder, 'checklist.json'), markdown: join(place.evidenceFolder, 'checklist.md')};
	writeFileSync(evidence.json, jsonReport(result, {version: '', isComplete: false}));
	writeFileSync(evidence.markdown, makeSafe(markdownReport(result)));
	const data = reportOf(result, work);
	return {ok: data.blocking === 0 && data.unread.length === 0 && !place.signal.aborted, data, evidence: [evidence.json, evidence.markdown]};
};

const reportOf = (result: CheckResult, work: ChecklistWork): ChecklistReport => {
	const open = result.items.flatMap(({findings}) => findings).filter(({verdict}) => isOpen(verdict));
	const blocking = result.items.flatMap(({findings}) => findings).filter(finding => isBlocking(work.countsKnown ? {...finding, isKnown: false} : finding, work.failOn));
	const worst = [...open.filter(one => one.verdict === 'fail' && !one.isKnown), ...open.filter(one => one.verdict === 'fail' && one.isKnown), ...open.filter(one => one.verdict === 'warn')];
	return {
		counts: {...countVerdicts(result)},
		blocking: blocking.length,
		countsKnown: work.countsKnown,
		known: open.filter(({isKnown}) => isKnown).length,
		unread: [
			...result.problems.filter(({level}) => level === 'error').map(({source, line, message}) => makeSafe(`${source}:${line}: ${message}`)),
			...(result.objects === 0 ? ['There is no Kubernetes object in what was to be checked.'] : []),
		],
		findings: [
			...worst.slice(0, mostFindings).map(journalFinding),
			...(worst.length > mostFindings ? [{level: 'note' as const, what: `${worst.length - mostFindings} more findings are in checklist.md`}] : []),
		],
	};
};

const journalFinding = (finding: Finding): ChecklistReport['findings'][number] => {
	const place = placeOf(finding);
	const where = finding.object === null ? '' : makeSafe(`${nameOf(finding.object)}${place === null || finding.object.isLive ? '' : `, ${placeText(place)}`}`);
	return {level: finding.verdict === 'fail' && !finding.isKnown ? 'danger' : 'warning', what: makeSafe(`${finding.item.number}. ${finding.item.title}: ${finding.message.slice(0, 300)}${finding.isKnown ? ' (in the live release too)' : ''}`), ...(where === '' ? {} : {where: where.slice(0, 200)})};
};

/** The confirmations that the runbook names for an item, then what was said of items: the last one counts. */
const answersOfRun = ({decisions, answers}: ChecklistWork): readonly Attestation[] => [
	...answers.map(one => answerOf(one.item, {...one, person: one.person ?? one.by, reference: one.reference ?? `confirmation ${one.task}`}, `confirmation ${one.task}`, null)),
	...decisions.flatMap(one => (one.kind === 'answer' ? [answerOf(one.item, one, `this run, ${one.by}`, one.finding?.fingerprint ?? null)] : [])),
];

const answerOf = (item: string, {answer, person, reference = '', remark = '', at}: {readonly answer: Attestation['answer']; readonly person: string; readonly reference?: string; readonly remark?: string; readonly at: string}, from: string, fingerprint: string | null): Attestation => ({
	item: knownItem(item),
	code: null,
	pattern: anyObject,
	fingerprint,
	answer,
	person,
	on: at.slice(0, 10),
	reference,
	remark,
	validDays: 90,
	from,
});

const waiversOfRun = ({decisions}: ChecklistWork): readonly Waiver[] =>
	decisions.toReversed().flatMap(one => (one.kind === 'waiver' ? [{item: knownItem(one.item), code: null, pattern: anyObject, fingerprint: one.finding?.fingerprint ?? null, reason: one.reason, by: one.by, until: one.until, from: 'this run'}] : []));

/** A word about an item that is none would be lost without a trace. */
const knownItem = (id: string): string => {
	if (!itemById.has(id)) throw new Problem({code: 'item-unknown', what: `There is no item ${id}.`, why: 'Something was said of it in this run.', todo: 'Go on with the program that the run was begun with.'});
	return id;
};

/** A file that must be understood wholly: a waiver that was not must not look like one. */
const trusted = <Value>(path: string | null, read: (value: unknown, path: string) => {readonly value: Value; readonly mistakes: readonly string[]}): Value | null => {
	if (path === null) return null;
	const {value, mistakes} = read(readSetting(path, '/'), path);
	if (mistakes.length > 0) throw new Problem({code: 'file-invalid', what: `${path} can't be used.`, why: mistakes.join('\n'), todo: 'Mend it, and try again. Nothing was checked.'});
	return value;
};
