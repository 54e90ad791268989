import {isMapping} from '../../checklist/values.ts';
import type {Finding} from '../../journal/event.ts';
import {imagesOf, judgeImages} from './images.ts';
import type {Pair} from './manifest-diff.ts';
import {judgeRights} from './rbac-changes.ts';
import {judgeObjects} from './risky-changes.ts';
import {judgeRoutes} from './route-changes.ts';

/** All that a person should know of a difference, the most dangerous first. `namespace` is the release's own. */
export const judgeDifference = (pairs: readonly Pair[], namespace: string): readonly Finding[] =>
	inOrder([
		...judgeRights(pairs),
		...judgeRoutes(pairs),
		...judgeObjects(pairs, namespace),
		...judgeImages(imagesOf(pairs.flatMap(({live}) => live ?? [])), imagesOf(pairs.flatMap(({coming}) => coming ?? []))),
		...judgeVolatile(pairs),
	]);

const levels: readonly Finding['level'][] = ['danger', 'warning', 'note'];

export const inOrder = (findings: readonly Finding[]): readonly Finding[] => findings.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));

/** All findings of a journal line together must stay small; what is left out is in the evidence, and it is said. */
export const fitJournal = (findings: readonly Finding[]): readonly Finding[] => {
	const short = findings.map(({level, what, where}) => ({level, what: clip(what, 400), ...(where === undefined ? {} : {where: clip(where, 160)})}));
	return short.length <= mostFindings ? short : [...short.slice(0, mostFindings), {level: short[mostFindings]?.level ?? 'note', what: `${short.length - mostFindings} more findings are in preview.json.`}];
};

const mostFindings = 60;

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length)}…`);

/** A password that the chart makes anew is another one after every upgrade; that is no line to be covered silently. */
const judgeVolatile = (pairs: readonly Pair[]): readonly Finding[] =>
	pairs.flatMap(({live, coming, volatile}): readonly Finding[] => {
		if (coming === null) return [];
		const where = coming.document.template ?? `${coming.kind}/${coming.name}`;
		const keys = volatile.flatMap(({path}) => (coming.kind === 'Secret' && ['data', 'stringData'].includes(String(path[0])) && path[1] !== undefined ? [String(path[1])] : []));
		if (keys.length > 0) return [{level: live === null ? 'note' : 'warning', what: `Secret ${coming.name} gets a new ${keys.join(', ')} at every upgrade: the chart makes it anew each time.`, where}];
		const restarts = live !== null && isMapping(coming.value) && volatile.some(({path}) => path.includes('template'));
		return restarts ? [{level: 'note', what: `${coming.kind} ${coming.name} restarts its pods at every upgrade: its template has a value that is never the same.`, where}] : [];
	});
