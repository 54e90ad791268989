import type {LivingProcess} from '../journal/event.ts';
import type {Attempt} from '../run/state.ts';
import type {Stray, Supervisor} from '../supervisor/supervisor.ts';
import {clip} from '../text/clip.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {PlanningFacts} from './plan-task.ts';

/** What of the attempt still runs, with its secrets taken out. */
export const findLiving = (supervisor: Supervisor, runId: string, {task, number}: Attempt, {attemptFolder}: Pick<PlanningFacts, 'attemptFolder'>, redact: (text: string) => string): readonly LivingProcess[] =>
	livingOf(supervisor.findStrays({folder: attemptFolder(task, number), runId, taskId: task, attempt: number}), redact);

/** As many of them, and as much of each, as a line of the journal holds and anybody reads. */
export const livingOf = (found: readonly Stray[], redact: (text: string) => string): readonly LivingProcess[] => {
	const more = found.length - mostNamed;
	return [...found.slice(0, mostNamed).map(({pid, command}) => ({pid, command: clip(makeSafe(redact(command)), commandColumns)})), ...(more > 0 ? [{pid: null, command: `${more} more processes`}] : [])];
};

const mostNamed = 20;
const commandColumns = 300;
