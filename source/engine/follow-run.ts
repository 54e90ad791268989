import type {JournalLine} from '../journal/event.ts';
import {foldOnto, foldRun} from '../run/fold.ts';
import {consentFor, gatesBefore} from '../run/gates.ts';
import type {RunState} from '../run/state.ts';
import {taskOf} from '../run/walk.ts';
import {followJournal} from '../stores/follow-journal.ts';
import {readRunRecord} from '../stores/read-run.ts';
import {attemptFolderOf, stateFolder} from '../stores/run-folder.ts';
import {describeOwner, runOwner} from '../stores/run-lock.ts';
import {redactUrls} from '../text/redact.ts';
import {childEnvironment} from './child-environment.ts';
import type {Engine, Preview} from './engine.ts';
import type {Machine} from './machine.ts';
import {observeTask} from './observe-task.ts';
import {planningFacts, planTask} from './plan-task.ts';
import {damageOf} from './read-run.ts';

/** How often it is looked whether somebody drives the run. */
const lookMs = 2000;

/** A run that somebody else drives, or that has ended: the same door, through which nothing is sent. Follows the journal as it grows. */
export const followRun = (machine: Machine, runId: string): Engine => {
	const record = readRunRecord(stateFolder(machine.environment), runId);
	const {folder, plan} = record;
	const lines: JournalLine[] = [...record.lines];
	let state = foldRun(runId, plan, record.lines, record.head);
	let damage = damageOf(record);
	const listeners = new Set<() => void>();
	const notify = (): void => {
		for (const listener of listeners) listener();
	};

	const standing = (): string => damage ?? driverOf(folder.path, state);
	let readOnly = standing();
	const lookAgain = (): void => {
		const now = standing();
		if (now === readOnly) return;
		readOnly = now;
		notify();
	};
	const looking = setInterval(lookAgain, lookMs);
	looking.unref();

	const watch =
		damage === null
			? followJournal(
					record,
					(found, head) => {
						lines.push(...found);
						state = foldOnto(state, found, head);
						notify();
					},
					why => {
						damage = `The journal can't be followed any more: ${why}.`;
						lookAgain();
					},
				)
			: null;

	const preview = previewFor(machine, folder.path);
	const facts = planningFacts(machine, folder.path, {inputs: {}, databasePassword: null}, childEnvironment(machine.environment, plan.target, plan.target.kubeconfig ?? null));
	/** What a run left that has ended, or that nobody drives, is not to be found in the cluster of today. */
	const mayObserve = (taskId: string): boolean => state.ending === null && (taskOf(state, taskId).status === 'running' || runOwner(folder.path) !== null);
	return {
		snapshot: () => state,
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		send: async () => ({done: false, refusal: {code: 'read-only', what: 'This only looks.', todo: readOnly, gates: []}}),
		preview: taskId => preview(state, taskId),
		observe: taskId => (mayObserve(taskId) ? observeTask(state, taskId, facts, machine.now()) : null),
		attemptFolder: (taskId, attempt) => attemptFolderOf(folder.path, taskId, attempt),
		lines: () => lines,
		redact: redactUrls,
		get readOnly() {
			return readOnly;
		},
		close: async () => {
			clearInterval(looking);
			watch?.stop();
		},
	};
};

/** What starting a task would do in a state of a run that is only read. */
export const previewFor = (machine: Machine, folder: string): ((state: RunState, taskId: string) => Preview) => {
	const facts = planningFacts(machine, folder, {inputs: {}, databasePassword: null}, {});
	return (state, taskId) => {
		const planned = planTask(state, taskId, facts, machine.now());
		const action = planned === null || 'problem' in planned ? planned : {effect: planned.effect, plan: planned.plan};
		const effect = action === null || 'problem' in action ? 'reads' : action.effect;
		return {gates: gatesBefore(state, taskId, effect, machine.now()), consent: consentFor(state, effect), action};
	};
};

const driverOf = (folder: string, {id, rehearsal}: RunState): string => {
	const owner = runOwner(folder);
	if (owner !== null) return describeOwner(owner);
	return rehearsal ? 'This rehearsal was left, and its sandbox went with it; begin another one: slipway rehearse' : `Nobody drives this run now; go on with it: slipway resume ${id}`;
};
