import {formatDuration} from '../text/format-duration.ts';
import {releaseOf} from './release.ts';
import type {Attempt, RunState, TaskState} from './state.ts';

/** One thing in two runs; null: it is not there. */
export type ComparedRow = {readonly section: 'run' | 'inputs' | 'tasks' | 'outputs' | 'findings'; readonly name: string; readonly first: string | null; readonly second: string | null; readonly isSame: boolean};

/** What two runs have in common and what not: release, inputs, how each task went and how long it took, what it gave, what it found. */
export const compareRuns = (first: RunState, second: RunState): readonly ComparedRow[] => [
	...rows('run', factsOf(first), factsOf(second)),
	...rows('inputs', texts(first.plan.inputs), texts(second.plan.inputs)),
	...rows('tasks', tasksOf(first), tasksOf(second), sameTask),
	...rows('outputs', outputsOf(first), outputsOf(second)),
	...rows('findings', findingsOf(first), findingsOf(second)),
];

type Texts = Readonly<Record<string, string>>;

const rows = (section: ComparedRow['section'], first: Texts, second: Texts, isSame: (a: string, b: string) => boolean = (a, b) => a === b): readonly ComparedRow[] =>
	[...new Set([...Object.keys(first), ...Object.keys(second)])].map(name => {
		const [a, b] = [first[name] ?? null, second[name] ?? null];
		return {section, name, first: a, second: b, isSame: a === null || b === null ? a === b : isSame(a, b)};
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

/** `done in 2 min 10 s`, `failed in 10 min, attempt 2` */
const tasksOf = (state: RunState): Texts =>
	Object.fromEntries(
		Object.values(state.tasks)
			.filter(({task, attempts}) => !state.plan.remedies.some(({id}) => id === task.id) || attempts.length > 0)
			.map(task => [task.task.name, taskWords(task)]),
	);

const taskWords = ({status, attempts, confirmation, waiver}: TaskState): string => {
	const end = attempts.at(-1)?.end;
	const took = end?.kind === 'finished' ? ` in ${formatDuration(end.durationMs)}` : '';
	const answer = confirmation === null || confirmation.answer === 'yes' ? '' : `, answered ${confirmation.answer}`;
	return `${status.replace('-', ' ')}${took}${attempts.length > 1 ? `, attempt ${attempts.length}` : ''}${answer}${waiver === null ? '' : `: ${waiver.reason}`}`;
};

/** How long it took is never the same; that alone is no difference. */
const sameTask = (a: string, b: string): boolean => a.replace(took, '') === b.replace(took, '');

const took = / in (\d+ (ms|s|min|h|d) ?)+/;

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
