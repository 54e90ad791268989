import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import type {Finding} from '../journal/event.ts';
import {askTool} from './ask-tool.ts';
import {passwordInput} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {firstLine} from './preview-stop.ts';

/** A cluster that is gone does not answer, and an attempt whose time is over is killed 15 seconds after TERM. */
const longestMs = 10_000;

/**
Ends what attempts of this task still do at the server. It is for a pod, where a command goes on after the kubectl that started it, with the
locks that it holds. It is done also when the attempt is cancelled. Gives what should be known: what was ended, or that it is not known.
*/
export const endSessions = async (work: BackupWork, {argv, query}: NonNullable<BackupWork['endSessions']>, place: Workplace): Promise<readonly Finding[]> => {
	const signal = AbortSignal.timeout(longestMs);
	const {exitCode, stdout, stderr} = await askTool(argv, {work, place: {...place, signal}, ...passwordInput(work)});
	if (exitCode !== 0) {
		const why = signal.aborted ? `no answer within ${longestMs / 1000} s` : firstLine(stderr) || `exit status ${exitCode ?? 'unknown'}`;
		const what = `It is not known whether something of this task still runs in ${work.settings.through?.pod}, with the locks it holds: ${why}. Another attempt ends it first, and so does this, asked of the server by the same user: ${query}`;
		place.say(what);
		return [{level: 'warning', what}];
	}

	const ended = stdout.split('\n').filter(line => line.endsWith('|t')).length;
	const what = ended === 0 ? 'No session of this task is left at the server that answers.' : ended === 1 ? 'One session of this task was still at the server, and was told to end.' : `${ended} sessions of this task were still at the server, and were told to end.`;
	place.say(what);
	return ended === 0 ? [] : [{level: 'note', what}];
};
