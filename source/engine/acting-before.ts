import type {LivingProcess} from '../journal/event.ts';
import {attemptsInTheWay, livingList, waitOrKill} from '../run/doubt.ts';
import {foldRun} from '../run/fold.ts';
import type {Gate} from '../run/request.ts';
import type {Attempt} from '../run/state.ts';
import {openAttempts, taskOf} from '../run/walk.ts';
import {readRunRecord} from '../stores/read-run.ts';
import {attemptFolderOf} from '../stores/run-folder.ts';
import type {Supervisor} from '../supervisor/supervisor.ts';
import {findLiving} from './find-living.ts';

/** Another run that acted on the target before this one. */
export type ActingRun = {
	readonly runId: string;
	/** What of it still runs, as gates that are closed; none once all of it is gone. */
	readonly gates: () => readonly Gate[];
};

/**
Those of the runs of which something still runs: a program that is gone, or a run that was ended, leaves its actions alone. A run whose record is
gone or can't be read says nothing of its actions, and stands in nobody's way.
*/
export const actingBefore = (root: string, runIds: readonly string[], supervisor: Supervisor): readonly ActingRun[] =>
	runIds.flatMap(runId => {
		const acting = actingRun(root, runId, supervisor);
		return acting === null || acting.gates().length === 0 ? [] : [acting];
	});

const actingRun = (root: string, runId: string, supervisor: Supervisor): ActingRun | null => {
	try {
		const {folder, plan, lines, head} = readRunRecord(root, runId);
		const state = foldRun(runId, plan, lines, head);
		const attempts = [...openAttempts(state), ...attemptsInTheWay(state, '', 'changes')];
		const attemptFolder = (task: string, number: number): string => attemptFolderOf(folder.path, task, number);
		const living = (attempt: Attempt): readonly LivingProcess[] => {
			const trace = supervisor.readTrace(attemptFolder(attempt.task, attempt.number));
			const action: readonly LivingProcess[] = trace.kind === 'running' || trace.kind === 'starting' ? [{pid: trace.kind === 'running' ? trace.pid : null, command: attempt.started.commands[0] ?? attempt.task}] : [];
			return [...action, ...findLiving(supervisor, runId, attempt, {attemptFolder}, programOf)];
		};
		const gateOf = (attempt: Attempt): readonly Gate[] => {
			const found = living(attempt);
			const goOn = state.ending === null ? ` Or leave this run, and go on with that one: slipway resume ${runId}` : '';
			return found.length === 0 ? [] : [{id: `acting:${runId}`, name: `${taskOf(state, attempt.task).task.name}, of the run ${runId}, still runs on this target`, state: 'closed', evidence: livingList(found), todo: `${waitOrKill(found)}${goOn}`}];
		};
		return {runId, gates: () => attempts.flatMap(gateOf)};
	} catch {
		return null;
	}
};

/** The secrets of another run are not known here, so that its arguments are not shown. */
const programOf = (command: string): string => command.split(' ')[0] ?? '';
