import {hash} from 'node:crypto';

import type {Item, Seen, Verdict} from './item.ts';
import type {KubeObject} from './kube-object.ts';

/** What a rule saw, judged: with its verdict, and what a person said about it. */
export type Finding = Seen & {
	readonly item: Item;
	readonly verdict: Verdict;
	/** Why it does not count: set when the verdict is `waived`. */
	readonly waiver: WaiverFact | null;
	/** The waiver that covered it until it ended. */
	readonly expired: WaiverFact | null;
	/** Who answered the question: set when a person decided the verdict. */
	readonly answer: AnswerFact | null;
	/** It was already there in the baseline. */
	readonly isKnown: boolean;
};

export type WaiverFact = {readonly reason: string; readonly by: string; /** ISO date, or null: without end. */ readonly until: string | null; /** `waivers.yaml:12`, `annotation`, `kube-linter annotation`. */ readonly from: string};
export type AnswerFact = {readonly answer: 'yes' | 'no' | 'partially'; readonly person: string; readonly reference: string; readonly remark: string; readonly on: string};

/** Verdicts that somebody must act on, the worst first. */
export const openVerdicts = ['fail', 'warn', 'unknown', 'attest', 'unconfigured'] as const satisfies readonly Verdict[];

/** All verdicts; what somebody must act on comes before the rest. */
export const worstFirst: readonly Verdict[] = [...openVerdicts, 'waived', 'pass', 'na'];

/** The worst of some verdicts; `na` when there is none. */
export const worstOf = (verdicts: Iterable<Verdict>): Verdict => {
	let worst = worstFirst.length - 1;
	for (const verdict of verdicts) worst = Math.min(worst, worstFirst.indexOf(verdict));
	return worstFirst[worst] ?? 'na';
};

/** Whether somebody must act sooner on the first than on the second. */
export const isWorse = (verdict: Verdict, than: Verdict): boolean => worstFirst.indexOf(verdict) < worstFirst.indexOf(than);

export const isOpen = (verdict: Verdict): boolean => (openVerdicts as readonly Verdict[]).includes(verdict);

/** The same for the same finding in every release: 16 hex digits. Line numbers and counts are not in it. */
export const fingerprintOf = ({item, code, object, container, detail}: Pick<Finding, 'item' | 'code' | 'object' | 'container' | 'detail'>): string =>
	hash('sha256', JSON.stringify([item.id, code, object?.group ?? '', object?.kind ?? '', object?.namespace ?? '', object?.name ?? '', container ?? '', detail])).slice(0, 16);

/** What was already there, by fingerprint, and how bad it was. */
export type Baseline = ReadonlyMap<string, Verdict>;

/** YAML to change, with the names of what was found. */
export const fixFor = ({item, code, object, container, path}: Pick<Finding, 'item' | 'code' | 'object' | 'container' | 'path'>): string | null => {
	const fix = item.codes[code]?.fix;
	if (fix === undefined) return null;
	const named = fix.replaceAll(/CONTAINER|NAMESPACE|NAME|LABELS/g, word => {
		if (word === 'CONTAINER') return container ?? 'app';
		if (word === 'LABELS') return labelsOf(object);
		return (word === 'NAME' ? object?.name : object?.namespace) || word;
	});
	const list = path.find(step => step === 'initContainers' || step === 'ephemeralContainers');
	return typeof list === 'string' ? named.replace(/^containers:/m, `${list}:`) : named;
};

/** The labels by which a selector should find an object's pods: not those that change with each release. */
const labelsOf = (object: KubeObject | null): string => {
	const labels = object === null ? [] : [...(podLabels(object.value) ?? object.labels)].filter(([key]) => !key.startsWith('helm.sh/') && !/\/(version|managed-by)$/.test(key));
	return labels.length === 0 ? '{app: web}' : `{${labels.map(([key, value]) => `${key}: ${/^[\w.-]*[a-z][\w.-]*$/i.test(value) ? value : JSON.stringify(value)}`).join(', ')}}`;
};

const podLabels = (value: unknown): readonly (readonly [string, string])[] | null => {
	const labels = (value as {spec?: {template?: {metadata?: {labels?: unknown}}}} | null)?.spec?.template?.metadata?.labels;
	return typeof labels === 'object' && labels !== null ? Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string') : null;
};
