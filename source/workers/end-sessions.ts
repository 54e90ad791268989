import {execa} from 'execa';

import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import type {Finding} from '../journal/event.ts';
import {commandLine} from '../text/command-line.ts';
import {passwordInput} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {firstLine} from './preview-stop.ts';

/** A cancelled attempt is waited for, and a cluster that is gone does not answer. */
const longestMs = 20_000;

/**
Ends what attempts of this task still do at the server. It is for a pod, where a command goes on after the kubectl that started it, with the
locks that it holds. It is done also when the attempt is cancelled. Gives what should be known: what was ended, or that it is not known.
*/
export const endSessions = async (work: BackupWork, argv: readonly string[], place: Workplace): Promise<readonly Finding[]> => {
	place.say(`$ ${commandLine(argv)}`);
	const [file = '', ...rest] = argv;
	const {exitCode, stdout, stderr, timedOut, shortMessage} = await execa(file, rest, {reject: false, timeout: longestMs, ...(passwordInput(work).stdin === undefined ? {stdin: 'ignore'} : {input: passwordInput(work).stdin ?? ''})});
	if (exitCode !== 0) {
		const why = timedOut ? `no answer within ${longestMs / 1000} s` : firstLine(stderr) || (shortMessage ?? `exit status ${exitCode ?? 'unknown'}`);
		const what = `It is not known whether something of this task still runs in ${work.settings.through?.pod}, with the locks it holds: ${why}. Once it can be reached, this ends it: ${commandLine(argv)}`;
		place.say(what);
		return [{level: 'warning', what}];
	}

	const ended = stdout.split('\n').filter(line => line.endsWith('|t')).length;
	if (ended === 0) return [];
	const what = `${ended === 1 ? 'One session' : `${ended} sessions`} of this task at the server ${ended === 1 ? 'was' : 'were'} still there, and ${ended === 1 ? 'was' : 'were'} ended.`;
	place.say(what);
	return [{level: 'note', what}];
};
