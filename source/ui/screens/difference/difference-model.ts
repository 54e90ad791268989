import {isDangerous, type Difference, type DifferenceChange} from '../../../actions/helm/difference.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {kindGroups} from './kind-groups.ts';

/** One thing that can be selected in the tree: a release as a whole, or an object that changes. Its id is another one for another preview. */
export type Item = {readonly id: string; readonly difference: Difference; readonly change: DifferenceChange | null};

/** A line of the tree. Lines are drawn only when they are seen. */
export type TreeLine =
	| {readonly kind: 'item'; readonly item: Item}
	| {readonly kind: 'group'; readonly name: SafeText; readonly count: number}
	/** Where the objects below it are, when that is not the release's namespace. */
	| {readonly kind: 'place'; readonly namespace: string}
	| {readonly kind: 'rest'; readonly text: SafeText}
	| {readonly kind: 'blank'};

/** What one or several previews say will change, as a tree. */
export type DifferenceModel = {
	readonly differences: readonly Difference[];
	readonly items: readonly Item[];
	readonly lines: readonly TreeLine[];
	readonly changeCount: number;
	/** Ids of what has to be read before a confirmation. */
	readonly dangers: readonly string[];
};

export const modelOf = (read: readonly {readonly sha256: string; readonly difference: Difference}[]): DifferenceModel => {
	const lines = read.flatMap(({sha256, difference}, index) => [...(index === 0 ? [] : [{kind: 'blank'} as const]), ...treeOf(sha256.slice(0, 16), difference)]);
	const items = lines.flatMap(line => (line.kind === 'item' ? [line.item] : []));
	return {
		differences: read.map(({difference}) => difference),
		items,
		lines,
		changeCount: items.filter(({change}) => change !== null).length,
		dangers: items.filter(({change}) => change !== null && isDangerous(change)).map(({id}) => id),
	};
};

const treeOf = (prefix: string, difference: Difference): readonly TreeLine[] => {
	const groups = Map.groupBy(difference.changes, change => kindGroups.find(({has}) => has(change))?.name ?? safe``);
	const inOrder = kindGroups.flatMap(({name}) => {
		const changes = groups.get(name);
		return changes === undefined ? [] : [{name, changes, isDangerous: changes.some(isDangerous)}];
	});
	return [
		{kind: 'item', item: {id: `${prefix} release`, difference, change: null}},
		...inOrder
			.toSorted((a, b) => Number(b.isDangerous) - Number(a.isDangerous))
			.flatMap(({name, changes}): readonly TreeLine[] => [
				{kind: 'group', name, count: changes.length},
				...byPlace(changes, difference.namespace).flatMap(({namespace, isNamed, some}): readonly TreeLine[] => [
					...(isNamed ? [{kind: 'place', namespace} as const] : []),
					...some.map((change): TreeLine => ({kind: 'item', item: {id: `${prefix} ${change.key}`, difference, change}})),
				]),
			]),
		{kind: 'blank'},
		{kind: 'rest', text: difference.unchanged === 1 ? safe`1 object unchanged` : safe`${difference.unchanged} objects unchanged`},
		...(difference.volatileLines === 0 ? [] : [{kind: 'rest', text: difference.volatileLines === 1 ? safe`1 volatile line masked` : safe`${difference.volatileLines} volatile lines masked`} as const]),
	];
};

/** Where they are is said unless all are where the release is. */
const byPlace = (changes: readonly DifferenceChange[], own: string) => {
	const places = [...Map.groupBy(changes.toSorted(byDanger), ({namespace}) => namespace)];
	return places.map(([namespace, some]) => ({namespace, some, isNamed: places.length > 1 || namespace !== own}));
};

/** What is dangerous first, what only carries another version label last. */
const byDanger = (a: DifferenceChange, b: DifferenceChange): number => rank(a) - rank(b);

const rank = (change: DifferenceChange): number => (isDangerous(change) ? 0 : change.isOnlyVersionLabels ? 3 : change.findings.some(({level}) => level === 'warning') ? 1 : 2);
