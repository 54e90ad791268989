import {closeSync, fsyncSync, openSync} from 'node:fs';

import type {BackupWork} from '../actions/postgres/plan-backup.ts';
import {commandLine} from '../text/command-line.ts';
import {passwordInput} from './dump-database.ts';
import type {Workplace} from './performer.ts';
import {firstLine, stop} from './preview-stop.ts';
import {streamCommand} from './stream-command.ts';
import {verifyPlain} from './verify-dump.ts';

/** Roles and tablespaces by pg_dumpall, under the unfinished name, read to their end. Stops when they are not whole. */
export const dumpGlobals = async (work: BackupWork, argv: readonly string[], place: Workplace): Promise<void> => {
	const {partial} = work.names.globals;
	place.say(`$ ${commandLine(argv)}${work.isStreamed ? ` > ${commandLine([partial])}` : ''}`);
	const file = work.isStreamed ? openSync(partial, 'wx', 0o600) : undefined;
	const said: string[] = [];
	try {
		const {exitCode, trouble} = await streamCommand({
			argv,
			environment: work.environment,
			signal: place.signal,
			...(file === undefined ? {} : {stdout: file}),
			...passwordInput(work),
			onErrorLine: line => {
				said.push(line);
				place.say(line);
			},
		});
		if (place.signal.aborted) return stop('The backup was cancelled; nothing of it was kept.');
		const words = said.join('\n');
		if (exitCode !== 0) return stop(`The globals were not dumped: ${firstLine(words) || (trouble ?? `exit status ${exitCode ?? 'unknown'}`)}`, [{level: 'danger', what: words, where: 'pg_dumpall'}]);
		if (file !== undefined) fsyncSync(file);
	} finally {
		if (file !== undefined) closeSync(file);
	}

	const verified = await verifyPlain(partial, {isCompressed: false, kind: 'database cluster'});
	if ('fault' in verified) stop(`The globals are not whole: ${verified.fault}`);
};
