import {workloadOf} from '../../checklist/workload.ts';
import type {Finding} from '../../journal/event.ts';
import {imagesOf, judgeImages} from './images.ts';
import type {Pair} from './object-pair.ts';
import {findingAbout, type ObjectFinding} from './object-finding.ts';
import {judgeRights} from './rbac-changes.ts';
import {judgeObjects} from './risky-changes.ts';
import {judgeRoutes} from './route-changes.ts';

/** All that a person should know of a difference, the most dangerous first. `namespace` is the release's own. */
export const judgeDifference = (pairs: readonly Pair[], namespace: string): readonly ObjectFinding[] =>
	inOrder([
		...judgeRights(pairs),
		...judgeRoutes(pairs),
		...judgeObjects(pairs, namespace),
		...judgeImages(imagesOf(pairs.flatMap(({live}) => live ?? [])), imagesOf(pairs.flatMap(({coming}) => coming ?? []))),
		...judgeTwins(pairs),
		...judgeVolatile(pairs),
	]);

const levels: readonly Finding['level'][] = ['danger', 'warning', 'note'];

export const inOrder = <Some extends Finding>(findings: readonly Some[]): readonly Some[] => findings.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));

/**
All findings of a journal line together must stay small, though the error of a chart that doesn't render may be long. What is left out is in the
evidence and in the output, and it is said.
*/
export const fitJournal = (findings: readonly Finding[]): readonly Finding[] => {
	const length = findings.length <= 4 ? 6000 : 400;
	const short = findings.map(({level, what, where}) => ({level, what: clip(what, length), ...(where === undefined ? {} : {where: clip(where, 160)})}));
	return short.length <= mostFindings ? short : [...short.slice(0, mostFindings), {level: short[mostFindings]?.level ?? 'note', what: `${short.length - mostFindings} more findings are in preview.json.`}];
};

const mostFindings = 60;

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length)}…`);

/** Two objects of one name: Helm applies both, and which one stays is chance. */
const judgeTwins = (pairs: readonly Pair[]): readonly ObjectFinding[] => {
	const byKey = Map.groupBy(pairs.flatMap(({coming}) => (coming === null || coming.isHook ? [] : [coming])), ({key}) => key);
	return [...byKey.values()].flatMap(([object, ...others]) => {
		if (object === undefined || others.length === 0) return [];
		const places = [...new Set([object, ...others].map(({document}) => document.template ?? 'a template without a name'))];
		return [findingAbout(object, 'danger', `${object.kind} ${object.name} is in the chart ${others.length + 1} times (${places.join(', ')}): which of them counts is not certain.`)];
	});
};

/** A password that the chart makes anew is another one after every upgrade; that is no line to be covered silently. */
const judgeVolatile = (pairs: readonly Pair[]): readonly ObjectFinding[] => {
	const restarted = pairs.flatMap(({live, coming, volatile}) => (live !== null && coming !== null && workloadOf(coming) !== null && volatile.some(({path}) => path.includes('template')) ? [`${coming.kind}/${coming.name}`] : []));
	return [
		...pairs.flatMap(({live, coming, volatile}): readonly ObjectFinding[] => {
			if (coming?.kind !== 'Secret') return [];
			const keys = volatile.flatMap(({path}) => (['data', 'stringData'].includes(String(path[0])) && path[1] !== undefined ? [String(path[1])] : []));
			return keys.length === 0 ? [] : [findingAbout(coming, live === null ? 'note' : 'warning', `Secret ${coming.name} gets a new ${keys.join(', ')} at every upgrade: the chart makes it anew each time.`)];
		}),
		...(restarted.length === 0 ? [] : [{level: 'note', what: `Restarted at every upgrade, as its template has a value that is never the same: ${listed(restarted)}.`} satisfies Finding]),
	];
};

const listed = (names: readonly string[]): string => (names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', '));
