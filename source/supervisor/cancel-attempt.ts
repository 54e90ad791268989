import {notCancelled} from './attempt-problems.ts';
import type {ProcessTable} from './identity.ts';
import {readFacts} from './read-facts.ts';
import {classifyTrace} from './trace.ts';

/** How long a cancellation waits for an action that is just being started. */
const startWaitMs = 5000;

/** Signals the action's group. An action that is just starting is signalled as soon as it has started. */
export const cancelAttempt = (
	folder: string,
	table: ProcessTable,
	signal: 'TERM' | 'KILL',
	untilMs = performance.now() + startWaitMs,
): void => {
	const facts = readFacts(folder, table);
	if (facts.pid.kind === 'written' && facts.action === 'alive') {
		signalGroup(facts.pid.value.pid, signal);
	} else if (classifyTrace(facts).kind === 'starting' && performance.now() < untilMs) {
		setTimeout(cancelAttempt, 5, folder, table, signal, untilMs).unref();
	}
};

/** The action leads a group of its own, so its pid names the group. */
const signalGroup = (leader: number, signal: 'TERM' | 'KILL'): void => {
	try {
		process.kill(-leader, `SIG${signal}`);
	} catch (error) {
		// It ended between the look and the signal.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw notCancelled(leader, signal, error);
		}
	}
};
