import type {Command, PlanInput, Probe, ProbeAnswer, ProbeVerdict} from '../action.ts';
import {planBackup, type BackupWork} from './plan-backup.ts';
import {backupFacts, type BackupFacts} from './retention.ts';
import type {BackupSettings} from './settings.ts';

/**
For a backup whose end is not known: the final name exists only when the dump was verified, and the facts beside it tell its hash. Both are
looked at. A folder has no hash that an ordinary tool gives, so pg_restore reads it whole.
*/
export const probeBackup = (input: PlanInput<BackupSettings>): Probe => {
	const work = planBackup(input);
	const {names, archive, settings, restoreCheck} = work;
	const whole = settings.format === 'directory' && archive !== null ? [...archive.read.slice(0, -1), names.final] : [input.findTool('sha256sum') ?? 'sha256sum', names.final];
	return {
		commands: [
			{effect: 'reads', argv: ['cat', names.facts]},
			{effect: 'reads', argv: whole},
			{effect: 'reads', argv: ['ls', '-d', names.partial]},
			...(restoreCheck === null ? [] : [{effect: 'reads', argv: restoreCheck.isThere} satisfies Command]),
		],
		env: {...work.environment, ...(work.hasPassword && input.databasePassword !== null ? {PGPASSWORD: input.databasePassword} : {})},
		read: answers => readProbe(answers, work),
	};
};

const readProbe = ([facts, whole, partial, scratch]: readonly ProbeAnswer[], work: BackupWork): ProbeVerdict => {
	const {names, settings} = work;
	const isGone = (answer: ProbeAnswer | undefined): boolean => answer !== undefined && answer.exitCode !== null && answer.exitCode !== 0 && answer.stderr.includes('No such file');
	if (facts === undefined || whole === undefined || partial === undefined) return {verdict: 'unknown', facts: [], likely: 'It was not asked.'};
	const leftover = [...(partial.exitCode === 0 ? [`Unfinished file\t${names.partial}`] : []), ...scratchFacts(scratch, work), ...(work.endSessions === null ? [] : ['In the pod\tit is not asked whether something of it still runs there; another attempt ends it first'])];
	// pg_restore says of a missing folder what it says of a damaged one, so the facts decide, which are written before the name is given.
	if (isGone(facts)) return {verdict: 'not-done', facts: [`File\tthere is no ${names.final}`, ...leftover], likely: 'It ended before the dump was verified; there is no backup of this attempt.'};
	const known = parseFacts(facts);
	if (known === null || whole.exitCode === null) return {verdict: 'unknown', facts: [`File\t${names.final}`, ...leftover], likely: 'What is known of the file, or the file itself, can not be read now.'};
	if (isGone(whole)) return {verdict: 'not-done', facts: [`File\tthere is no ${names.final}`, ...leftover], likely: 'It ended just before the dump was given its name.'};
	const isWhole = settings.format === 'directory' ? whole.exitCode === 0 : whole.exitCode === 0 && whole.stdout.replace(/^\\/, '').startsWith(known.sha256);
	const described = [`File\t${names.final}, ${known.sizeBytes} bytes, ended ${known.endedAt}`, `Hash\t${isWhole ? 'as recorded' : 'NOT as recorded'}`, ...leftover];
	if (!isWhole) return {verdict: 'not-done', facts: described, likely: 'The file is there and is not what was verified; it is no backup.'};
	const open = [...(settings['restore-check'] && known.restoreCheck !== 'passed' ? ['the restore check'] : []), ...(settings.then === undefined ? [] : ['what `then:` runs'])];
	return open.length === 0
		? {verdict: 'done', facts: described, likely: 'The backup is whole and has the hash that was recorded when it was verified.'}
		: {verdict: 'unknown', facts: described, likely: `The backup is whole, but it is not known how ${open.join(' and ')} ended.`};
};

/** The restore check drops its database last; a killed one leaves it, with a copy of what was dumped. The next attempt drops it first. */
const scratchFacts = (answer: ProbeAnswer | undefined, {restoreCheck}: BackupWork): readonly string[] => {
	if (answer === undefined || restoreCheck === null) return [];
	const {database, dropByHand} = restoreCheck;
	if (answer.exitCode !== 0) return [`Scratch database\tit is not known whether ${database} is there: ${answer.stderr.trim().split('\n')[0] || 'the server did not say'}`];
	return answer.stdout.trim() === '0' ? [] : [`Scratch database\t${database} is there, with a copy of what was dumped; the next attempt drops it, or: ${dropByHand}`];
};

const parseFacts = ({stdout, exitCode}: ProbeAnswer): BackupFacts | null => {
	if (exitCode !== 0) return null;
	try {
		return backupFacts.parse(JSON.parse(stdout));
	} catch {
		return null;
	}
};
