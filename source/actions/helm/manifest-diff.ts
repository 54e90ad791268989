import {structuredPatch} from 'diff';
import {stringify} from 'yaml';

import {isMapping} from '../../checklist/values.ts';
import {changedPlace} from './changed-place.ts';
import {keysAbove} from './keys-above.ts';
import type {Manifest, ManifestObject} from './manifest.ts';
import {maskPair} from './mask-secrets.ts';
import type {Pair} from './object-pair.ts';
import {narrowerOf} from './rbac-changes.ts';
import {coverVolatile, countVolatile, originOf, pairRenderings, volatilePlaces} from './volatile.ts';

/** An object of which something changes. `diff` has neither secrets nor what differs at every rendering. */
export type ObjectChange = {
	/** `ManifestObject.key` */
	readonly key: string;
	readonly change: 'added' | 'removed' | 'changed';
	readonly apiVersion: string;
	readonly kind: string;
	/** Empty for what belongs to no namespace. */
	readonly namespace: string;
	readonly name: string;
	/** The narrower kind that goes while this one of the same name comes: `Role`. The diff starts from it. */
	readonly insteadOf: string | null;
	/** `user/templates/role.yaml` */
	readonly template: string | null;
	/** Of the first thing that changes, from 1; null where it can't be told. */
	readonly templateLine: number | null;
	/** The same in the manifest that comes; null for what goes. */
	readonly manifestLine: number | null;
	readonly isHook: boolean;
	/** Nothing changes but the labels in which charts write their own version. */
	readonly isOnlyVersionLabels: boolean;
	readonly linesAdded: number;
	readonly linesRemoved: number;
	/** Unified, from its first `@@` on; behind each the keys under which its lines stand: `@@ -12,7 +12,7 @@ spec.template.spec`. */
	readonly diff: string;
};

export type ManifestDiff = {
	readonly changes: readonly ObjectChange[];
	readonly unchanged: number;
	/** How many lines are covered because they are others at every rendering. */
	readonly volatileLines: number;
};

/** Finds what belongs together. `again` is the second rendering of the same chart. */
export const pairObjects = (live: Manifest, coming: Manifest, again: Manifest): readonly Pair[] => {
	const renderings = pairRenderings(coming.objects, again.objects);
	const liveByKey = new Map(live.objects.map(object => [object.key, object]));
	const comingKeys = new Set(coming.objects.map(({key}) => key));
	const isRandomlyNamed = (object: ManifestObject): boolean => renderings.has(object) && renderings.get(object)?.key !== object.key;
	const orphans = Map.groupBy(live.objects.filter(({key}) => !comingKeys.has(key)), originOf);
	const taken = new Set<ManifestObject>();
	const pairs = coming.objects.map((object): Pair => {
		const second = renderings.get(object);
		const volatile = second === undefined ? [] : volatilePlaces(object.value, second.value);
		const found = liveByKey.get(object.key) ?? (isRandomlyNamed(object) ? orphans.get(originOf(object))?.find(orphan => !taken.has(orphan)) : undefined) ?? null;
		if (found !== null) taken.add(found);
		const isChanged = found === null || canonical(coverVolatile(found.value, volatile)) !== canonical(coverVolatile(object.value, volatile));
		return {live: found, coming: object, isChanged, volatile};
	});
	const removed = live.objects.filter(object => !taken.has(object)).map((object): Pair => ({live: object, coming: null, isChanged: true, volatile: []}));
	return [...pairs, ...removed];
};

export const compareManifests = (pairs: readonly Pair[]): ManifestDiff => ({
	changes: pairs.filter(({isChanged}) => isChanged).map(pair => describeChange(pair, narrowerOf(pair, pairs))).toSorted(byPlace),
	unchanged: pairs.filter(({isChanged}) => !isChanged).length,
	volatileLines: pairs.reduce((sum, {volatile}) => sum + countVolatile(volatile), 0),
});

/** The manifest as it is compared and shown, one text for all objects: its hash is the same however often the chart is rendered. */
export const maskedManifest = (pairs: readonly Pair[]): string =>
	pairs
		.flatMap(({coming, volatile}) => (coming === null ? [] : [toYaml(maskPair(coming.kind, undefined, coverVolatile(coming.value, volatile)).after)]))
		.toSorted()
		.join('---\n');

const describeChange = ({live, coming, volatile}: Pair, narrower: ManifestObject | null): ObjectChange => {
	const {key, apiVersion, kind, namespace, name, document, isHook} = (coming ?? live) as ManifestObject;
	const from = live ?? narrower;
	const [left, right] = [from, coming].map(object => (object === null ? undefined : coverVolatile(object.value, volatile)));
	const {before, after} = maskPair(kind, left, right);
	const {text, added, removed} = unifiedDiff(from === null ? '' : toYaml(before), coming === null ? '' : toYaml(after));
	const isOnlyVersionLabels = live !== null && coming !== null && canonical(withoutVersionLabels(before)) === canonical(withoutVersionLabels(after));
	// The label of a version stands above what really changes.
	const values = isOnlyVersionLabels ? [left, right] : [left, right].map(withoutVersionLabels);
	return {
		key,
		change: live === null ? 'added' : coming === null ? 'removed' : 'changed',
		apiVersion,
		kind,
		namespace,
		name,
		insteadOf: narrower?.kind ?? null,
		template: document.template,
		...(coming === null ? {templateLine: null, manifestLine: null} : changedPlace(coming, values[0], values[1])),
		isHook,
		isOnlyVersionLabels,
		linesAdded: added,
		linesRemoved: removed,
		diff: text,
	};
};

/** More differing lines than this are shown as all out, all in: finding the shortest script would take long. */
const mostEdits = 1000;

const unifiedDiff = (before: string, after: string): {readonly text: string; readonly added: number; readonly removed: number} => {
	const hunks = structuredPatch('', '', before, after, '', '', {context: 3, maxEditLength: mostEdits})?.hunks ?? [
		{oldStart: 1, oldLines: lineCount(before), newStart: 1, newLines: lineCount(after), lines: [...linesOf(before).map(line => `-${line}`), ...linesOf(after).map(line => `+${line}`)]},
	];
	const [oldKeys, newKeys] = [before, after].map(text => keysAbove(linesOf(text)));
	const lines = hunks.flatMap(hunk => {
		const section = (hunk.newLines > 0 ? newKeys?.(hunk.newStart) : oldKeys?.(hunk.oldStart)) ?? '';
		return [`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@${section === '' ? '' : ` ${section}`}`, ...hunk.lines];
	});
	const count = (mark: string): number => hunks.reduce((sum, hunk) => sum + hunk.lines.filter(line => line.startsWith(mark)).length, 0);
	return {text: `${lines.join('\n')}\n`, added: count('+'), removed: count('-')};
};

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.trimEnd().split('\n'));
const lineCount = (text: string): number => linesOf(text).length;

const firstKeys = ['apiVersion', 'kind', 'metadata', 'name'];

/** Keys in one order, so that a template that only moves its lines changes nothing. */
const inOrder = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(inOrder);
	if (!isMapping(value)) return value;
	const keys = Object.keys(value).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
	return Object.fromEntries(keys.map(key => [key, inOrder(value[key])]));
};

const rank = (key: string): number => {
	const index = firstKeys.indexOf(key);
	return index === -1 ? firstKeys.length : index;
};

const versionLabels = new Set(['helm.sh/chart', 'app.kubernetes.io/version', 'chart']);

const withoutVersionLabels = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(withoutVersionLabels);
	if (!isMapping(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, key === 'labels' && isMapping(entry) ? Object.fromEntries(Object.entries(entry).filter(([name]) => !versionLabels.has(name))) : withoutVersionLabels(entry)]));
};

const canonical = (value: unknown): string => JSON.stringify(inOrder(value));

const toYaml = (value: unknown): string => stringify(inOrder(value), {lineWidth: 0, aliasDuplicateObjects: false});

const byPlace = (a: ObjectChange, b: ObjectChange): number => a.namespace.localeCompare(b.namespace, 'en') || a.kind.localeCompare(b.kind, 'en') || a.name.localeCompare(b.name, 'en');
