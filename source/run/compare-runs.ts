import {formatDuration} from '../text/format-duration.ts';
import {releaseOf} from './release.ts';
import type {Attempt, RunState, TaskState} from './state.ts';

/** One thing in two runs; null: it is not there. */
export type ComparedRow = {readonly section: 'run' | 'inputs' | 'tasks' | 'outputs' | 'findings'; readonly name: string; readonly first: string | null; readonly second: string | null; readonly isSame: boolean};

/** What two runs have in common and what not: release, inputs, how each task went and how long it took, what it gave, what it found. */
export const compareRuns = (first: RunState, second: RunState): readonly ComparedRow[] => [
	...rows('run', factsOf(first), factsOf(second)),
	...rows('inputs', texts(first.plan.inputs), texts(second.plan.inputs)),
	...taskRows(first, second),
	...rows('outputs', outputsOf(first), outputsOf(second)),
	...rows('findings', findingsOf(first), findingsOf(second)),
];

type Texts = Readonly<Record<string, string>>;

const rows = (section: ComparedRow['section'], first: Texts, second: Texts): readonly ComparedRow[] =>
	[...new Set([...Object.keys(first), ...Object.keys(second)])].map(name => {
		const [a, b] = [first[name] ?? null, second[name] ?? null];
		return {section, name, first: a, second: b, isSame: a === b};
	});

const factsOf = (state: RunState): Texts => {
	const {name, from, to} = releaseOf(state);
	return {
		release: name,
		from: from ?? 'not known',
		to: to ?? 'not known',
		target: state.plan.target.name,
		operator: state.createdBy,
		started: state.createdAt.slice(0, 19).replace('T', ' '),
		result: state.ending === null ? 'not finished' : state.ending.result.replace('-', ' '),
		took: state.ending === null ? 'not finished' : formatDuration(Date.parse(state.ending.at) - Date.parse(state.createdAt)),
		runbook: state.plan.runbook.sha256.slice(0, 12),
	};
};

const texts = (values: Readonly<Record<string, unknown>>): Texts => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const taskRows = (first: RunState, second: RunState): readonly ComparedRow[] => {
	const [a, b] = [tasksOf(first), tasksOf(second)];
	return [...new Set([...a.keys(), ...b.keys()])].map(id => {
		const [one, other] = [a.get(id), b.get(id)];
		return {section: 'tasks', name: one?.name ?? other?.name ?? id, first: one?.words ?? null, second: other?.words ?? null, isSame: one !== undefined && other !== undefined && one.fate === other.fate && isAlike(one.tookMs, other.tookMs)};
	});
};

type ComparedTask = {readonly name: string; /** What became of it, without how long it took. */ readonly fate: string; readonly tookMs: number | null; /** `done in 2 min 10 s`, `failed in 10 min, attempt 2` */ readonly words: string};

const tasksOf = (state: RunState): ReadonlyMap<string, ComparedTask> =>
	new Map(
		Object.values(state.tasks)
			.filter(({task, attempts}) => !state.plan.remedies.some(({id}) => id === task.id) || attempts.length > 0)
			.map(task => [task.task.id, comparedTask(task)]),
	);

const comparedTask = ({task, status, attempts, confirmation, waiver}: TaskState): ComparedTask => {
	const end = attempts.at(-1)?.end;
	const tookMs = end?.kind === 'finished' ? end.durationMs : null;
	const more = `${attempts.length > 1 ? `, attempt ${attempts.length}` : ''}${confirmation === null || confirmation.answer === 'yes' ? '' : `, answered ${confirmation.answer}`}${waiver === null ? '' : `: ${waiver.reason}`}`;
	const words = status.replace('-', ' ');
	return {name: task.name, fate: `${words}${more}`, tookMs, words: `${words}${tookMs === null ? '' : ` in ${formatDuration(tookMs)}`}${more}`};
};

/** No two attempts take equally long; half as long again, and by seconds, is worth a look. */
const isAlike = (first: number | null, second: number | null): boolean => first === null || second === null || Math.abs(first - second) < 5000 || Math.max(first, second) < 1.5 * Math.min(first, second);

const lastGood = ({attempts}: TaskState): Attempt['end'] => attempts.findLast(({end}) => end?.kind === 'finished')?.end ?? null;

/** Longer ones are for later tasks, not for readers. */
const longestOutput = 200;

const outputsOf = (state: RunState): Texts =>
	Object.fromEntries(
		Object.values(state.tasks).flatMap(task => {
			const end = lastGood(task);
			return end?.kind === 'finished' ? Object.entries(end.outputs).flatMap(([name, value]) => (value.length > longestOutput ? [] : [[`${task.task.name}: ${name}`, value]])) : [];
		}),
	);

const findingsOf = (state: RunState): Texts =>
	Object.fromEntries(
		Object.values(state.tasks).flatMap(task => {
			const end = lastGood(task);
			return end?.kind === 'finished' ? end.findings.map(({level, what, where}) => [`${task.task.name}: ${what}${where === undefined ? '' : ` (${where})`}`, level]) : [];
		}),
	);
