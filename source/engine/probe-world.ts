import type {Probe, ProbeAnswer} from '../actions/action.ts';
import {probeRun} from '../actions/run-command.ts';
import {Problem} from '../errors.ts';
import type {WorldAnswer} from '../journal/event.ts';
import {readFact} from '../run/doubt.ts';
import type {RunState} from '../run/state.ts';
import {taskOf} from '../run/walk.ts';
import {clip} from '../text/clip.ts';
import {makeSafe} from '../text/safe-text.ts';
import {actionOf, boundTask, planInput, type PlanningFacts} from './plan-task.ts';

const timeoutMs = 20_000;

/** `signal`: nobody waits for the answer any more. */
type Asking = {readonly now: Date; readonly redact: (text: string) => string; readonly signal: AbortSignal};

/** Asks the world about the task's last attempt, with read-only commands. What can't be asked is unknown, with the reason. */
export const probeWorld = async (state: RunState, taskId: string, facts: PlanningFacts, {now, redact, signal}: Asking): Promise<WorldAnswer> => {
	const probe = probeOrProblem(state, taskId, facts, now);
	if (probe instanceof Problem) return {verdict: 'unknown', facts: asTold([`World\tit can't be asked: ${probe.what} ${probe.why}`], redact)};
	if (probe === null) return {verdict: 'unknown', facts: ['World\tthis task has no way to ask']};
	// Most runs ask nothing, and it is large.
	const {execa} = await import('execa');
	const answers: ProbeAnswer[] = [];
	for (const {argv} of probe.commands) {
		const [file = '', ...rest] = argv;
		const {exitCode, stdout, stderr} = await execa(file, rest, {
			reject: false,
			timeout: timeoutMs,
			stdin: 'ignore',
			extendEnv: false,
			env: {...facts.childEnvironment, ...probe.env},
			killDescendants: true,
			cancelSignal: signal,
		});
		answers.push({exitCode: exitCode ?? null, stdout, stderr});
	}

	const {verdict, facts: found, likely} = probe.read(answers);
	return {verdict, facts: [...asTold(found, redact), ...asTold([`Likely\t${likely}`], redact)]};
};

/** Without secrets, and as much as a line of the journal holds beside what still runs: a tool may say anything. */
const asTold = (facts: readonly string[], redact: (text: string) => string): readonly string[] => {
	let roomBytes = mostBytes;
	const fitting = facts.map(fact => clipFact(redact(fact))).filter(fact => (roomBytes -= Buffer.byteLength(JSON.stringify(fact))) >= 0);
	return fitting.length === facts.length ? fitting : [...fitting, `\tand ${facts.length - fitting.length} more`];
};

const clipFact = (fact: string): string => {
	const {label, value} = readFact(fact);
	return `${label}\t${clip(makeSafe(value), factColumns)}`;
};

const mostBytes = 16 * 1024;
const factColumns = 1000;

/** What the probe is made from may be gone since the start. */
const probeOrProblem = (...asked: Parameters<typeof probeOf>): Probe | Problem | null => {
	try {
		return probeOf(...asked);
	} catch (error) {
		if (error instanceof Problem) return error;
		throw error;
	}
};

const probeOf = (state: RunState, taskId: string, facts: PlanningFacts, now: Date): Probe | null => {
	const {attempts} = taskOf(state, taskId);
	const task = boundTask(state, taskId);
	// The plan's input is that of the next attempt; the probe is about the last one.
	const input = <With,>(settings: With) => ({...planInput(state, taskId, facts, now, settings), attempt: attempts.length, stamp: attempts.at(-1) === undefined ? '' : `slipway ${state.id} ${taskId}.${attempts.length}`});
	if (task.kind === 'run') return probeRun(task, input(undefined));
	if (task.kind !== 'uses') return null;
	const action = actionOf(task.uses);
	return action.probe?.(input(action.schema.parse(task.with))) ?? null;
};
