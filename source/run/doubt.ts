import type {EventData, LivingProcess, WorldAnswer} from '../journal/event.ts';
import type {Gate} from './request.ts';
import type {Attempt, RunState, TaskState} from './state.ts';
import {taskOf} from './walk.ts';

/** `helm upgrade user (process 4711)` */
export const livingWords = ({pid, command}: LivingProcess): string => (pid === null ? command : `${command} (process ${pid})`);

/** The first few: a refusal has to fit into the journal. */
const livingList = (living: readonly LivingProcess[]): string => {
	const more = living.length - mostListed;
	return `${living.slice(0, mostListed).map(livingWords).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const mostListed = 5;

/** What a person can do about them. Slipway ends nothing that it no longer holds. */
export const waitOrKill = (living: readonly LivingProcess[]): string => {
	const pids = living.flatMap(({pid}) => (pid === null ? [] : [pid]));
	return `Wait until ${living.length > 1 ? 'they are' : 'it is'} gone${pids.length === 0 ? '' : `, or end ${pids.length > 1 ? 'them' : 'it'}: kill ${pids.join(' ')}`}.`;
};

/**
Attempts beside whose processes the task must not start: those that were asked to stop or whose end nobody saw, of the task itself, and of
every task when this one changes something. What an action that came to its end by itself leaves running is told, and stands in nobody's way.
*/
export const attemptsInTheWay = (state: RunState, taskId: string, effect: Attempt['started']['effect']): readonly Attempt[] =>
	(effect === 'changes' ? Object.values(state.tasks) : [taskOf(state, taskId)]).flatMap(({attempts}) => attempts.filter(mayStillRun));

const mayStillRun = ({end}: Attempt): boolean => end?.kind === 'in-doubt' || end?.kind === 'resolved' || (end?.kind === 'finished' && (end.outcome === 'cancelled' || end.outcome === 'timed-out'));

/** Closed while something of the attempt lives. */
export const livingGate = (state: RunState, {task, number}: Attempt, living: readonly LivingProcess[]): readonly Gate[] =>
	gateOfLiving(living, {id: `living:${task}.${number}`, name: `attempt ${number} of ${taskOf(state, task).task.name} still runs`});

/** A closed gate while any of them lives. `orElse`: what can be done besides, as a sentence. */
export const gateOfLiving = (living: readonly LivingProcess[], {id, name, orElse = ''}: {readonly id: string; readonly name: string; readonly orElse?: string}): readonly Gate[] =>
	living.length === 0 ? [] : [{id, name, state: 'closed', evidence: livingList(living), todo: `${waitOrKill(living)}${orElse}`}];

/** Earlier attempts of the task that came to their end by themselves, and may have left something running. */
export const attemptsBeside = (state: RunState, taskId: string): readonly Attempt[] => taskOf(state, taskId).attempts.filter(attempt => attempt.end?.kind === 'finished' && !mayStillRun(attempt));

export const livingNote = ({number}: Attempt, living: readonly LivingProcess[]): readonly string[] =>
	living.length === 0 ? [] : [`Attempt ${number} left running: ${livingList(living)}. This one starts beside it.`];

/**
Attempts in doubt that are not as they were left: something of them lived, or nobody came to look, or the runbook lets them be repeated and
nobody came to that. Of any other a person has all there is to know.
*/
export const doubtsToLookAt = (state: RunState): readonly Attempt[] =>
	Object.values(state.tasks).flatMap(task => {
		const last = task.attempts.at(-1);
		return task.status === 'in-doubt' && last !== undefined && (isRepeatable(task) || last.probes.at(-1)?.alive?.length !== 0) ? [last] : [];
	});

/**
Whether the runbook lets an attempt in doubt be followed by another one without asking. Not one that was asked to stop; and not for ever, as what
hid its end may hide that of the next one too.
*/
export const isRepeatable = ({task, attempts}: TaskState): boolean => {
	const last = attempts.at(-1);
	return task.idempotent && last?.end?.kind === 'in-doubt' && last.cancels.length === 0 && attempts.filter(({end}) => end?.kind === 'resolved' && end.how === 'runbook').length < mostRepeats;
};

const mostRepeats = 3;

/** What was found when an attempt in doubt was looked at last; empty where nobody looked. */
export const lastAlive = ({probes}: Attempt): readonly LivingProcess[] => probes.at(-1)?.alive ?? [];

/**
What the world said last of an attempt in doubt, where it is worth a warning: for a success anything but that it was done, for a failure that it
was done. Null otherwise, and when it was not asked.
*/
export const objectionTo = ({probes}: Attempt, as: 'succeeded' | 'failed'): WorldAnswer | null => {
	const last = probes.at(-1);
	return last === undefined || (last.verdict === 'done') === (as === 'succeeded') ? null : {verdict: last.verdict, facts: last.facts};
};

/** How a person's word stands to what the world had said, as the end of a sentence; empty where they agree. */
export const objectionWords = ({as, world}: Pick<EventData['attempt.resolved'], 'as' | 'world'>): string =>
	world === undefined ? '' : `, ${isAgainst(as, world) ? 'against what the world said' : 'which the world did not confirm'}: ${world.facts.map(factWords).join('; ')}`;

/** The world said the opposite; else it said nothing of it. */
export const isAgainst = (as: 'succeeded' | 'failed', {verdict}: WorldAnswer): boolean => verdict === (as === 'succeeded' ? 'not-done' : 'done');

/** `Helm<TAB>revision 42`; one without a label goes on with the one before. */
export const readFact = (fact: string): {readonly label: string; readonly value: string} => {
	const [label = '', ...value] = fact.split('\t');
	return {label, value: value.join(' ')};
};

/** `Helm<TAB>revision 42` → `Helm: revision 42`; one without a label goes on with the one before. */
export const factWords = (fact: string): string => fact.replace('\t', ': ').replace(/^: /, '');
