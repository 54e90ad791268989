import {attemptsInTheWay, gateOfLiving} from '../run/doubt.ts';
import {foldRun} from '../run/fold.ts';
import type {Gate} from '../run/request.ts';
import type {Attempt, RunState} from '../run/state.ts';
import {openAttempts, taskOf} from '../run/walk.ts';
import {readRunRecord} from '../stores/read-run.ts';
import {attemptFolderOf} from '../stores/run-folder.ts';
import type {Stray, Supervisor} from '../supervisor/supervisor.ts';
import {findLiving, livingOf} from './find-living.ts';

/** Another run that acted on the target before this one. */
export type ActingRun = {
	readonly runId: string;
	/** What of it still runs, as gates that are closed; none once all of it is gone. */
	readonly gates: () => readonly Gate[];
};

/** Those of the runs of which something still runs: a program that is gone, or a run that was ended, leaves its actions alone. */
export const actingBefore = (root: string, runIds: readonly string[], supervisor: Supervisor): readonly ActingRun[] =>
	runIds.map(runId => actingRun(root, runId, supervisor)).filter(({gates}) => gates().length > 0);

const actingRun = (root: string, runId: string, supervisor: Supervisor): ActingRun => {
	const read = readWhole(root, runId);
	if (read === null) return {runId, gates: () => gateOfLiving(livingOf(supervisor.findOfRun(runId), programOf), {id: `acting:${runId}`, name: `the run ${runId}, whose record can't be read, still runs on this target`})};
	const {state, path} = read;
	const attemptFolder = (task: string, number: number): string => attemptFolderOf(path, task, number);
	const orElse = state.ending === null && !state.rehearsal ? ` Or leave this run, and go on with that one: slipway resume ${runId}` : '';
	const gates = (attempt: Attempt): readonly Gate[] => {
		const trace = supervisor.readTrace(attemptFolder(attempt.task, attempt.number));
		// What an action that came to its end by itself leaves running is meant to, and stands in nobody's way.
		if (attempt.end === null && attempt.cancels.length === 0 && trace.kind === 'finished') return [];
		const command = attempt.started.commands[0]?.split('\n')[0] ?? attempt.task;
		const action: readonly Stray[] = trace.kind === 'running' ? [{pid: trace.pid, command}] : trace.kind === 'starting' ? [{pid: null, command}] : [];
		const living = [...livingOf(action, text => text), ...findLiving(supervisor, runId, attempt, {attemptFolder}, programOf)];
		return gateOfLiving(living, {id: `acting:${runId}:${attempt.task}.${attempt.number}`, name: `${taskOf(state, attempt.task).task.name}, of the run ${runId}, still runs on this target`, orElse});
	};
	const attempts = [...openAttempts(state), ...attemptsInTheWay(state, '', 'changes')];
	return {runId, gates: () => attempts.flatMap(gates)};
};

/** Null when it is not there, or not all of it can be trusted: then its processes are known by their marks alone. */
const readWhole = (root: string, runId: string): {readonly state: RunState; readonly path: string} | null => {
	try {
		const {folder, plan, lines, head, verdict} = readRunRecord(root, runId);
		return verdict.kind === 'corrupt' ? null : {state: foldRun(runId, plan, lines, head), path: folder.path};
	} catch {
		return null;
	}
};

/** The secrets of another run are not known here, so that its arguments are not shown. */
const programOf = (command: string): string => command.split(' ')[0] ?? '';
