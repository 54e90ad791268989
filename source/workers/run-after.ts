import {afterName, type BackupReport} from '../actions/postgres/backup-report.ts';
import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import type {Workplace} from './performer.ts';
import {stop} from './preview-stop.ts';
import {toolRunner} from './tool-runner.ts';

/** Lines of the output that are said, and characters of the last one that are recorded. */
const mostLines = 200;
const mostCharacters = 300;

/** Runs what `then:` names, once for each file of the backup, without the database's password. Stops at the first that fails; the backup stays. */
export const runAfter = async (work: BackupWork, place: Workplace, record: (after: BackupReport['after']) => void): Promise<void> => {
	const run = toolRunner(place, {...work.environment, PGPASSWORD: ''});
	const results: BackupReport['after'] = [];
	for (const [index, argv] of work.after.entries()) {
		const {exitCode, stdout, stderr} = await run(argv);
		const lines = stdout.split('\n').filter(line => line.trim() !== '');
		for (const line of lines.slice(0, mostLines)) place.say(line);
		const says = (stderr.trim().split('\n').at(-1) || lines.at(-1) || '').slice(0, mostCharacters);
		results.push({argv: [...argv], exitCode, says});
		record([...results]);
		const program = afterName(argv, index, work.globals !== null);
		if (place.signal.aborted) stop(`${program} was cancelled; the backup is whole at ${work.names.final}, but it is not known how far ${program} came.`);
		if (exitCode !== 0) stop(`The backup is whole at ${work.names.final}, but ${program} ended with exit status ${exitCode ?? 'unknown'}${says === '' ? '' : `: ${says}`}`, stderr.trim() === '' ? [] : [{level: 'danger', what: stderr.trim(), where: program}]);
	}
};
