import {readFileSync, writeSync} from 'node:fs';
import {enableCompileCache} from 'node:module';
import {join} from 'node:path';
import process from 'node:process';

import {Problem} from '../errors.ts';
import {dropBallast, takeBallast} from '../stores/ballast.ts';
import {replaceDurably} from '../stores/files.ts';
import type {Report} from './performer.ts';
import {performers} from './table.ts';

/**
The program inside a supervised process: `worker.mjs <attempt folder>`. Reads `work.json` there, performs it, and leaves `report.json`.

	{"uses":"helm/preview","evidenceFolder":"/…/evidence/preview.1","work":{…}}

Exit status: 0 done, 1 failed (the report says how), 2 it could not be tried, 143 ended by SIGTERM.
*/
const main = async (attemptFolder: string): Promise<number> => {
	const {uses, work, evidenceFolder} = JSON.parse(readFileSync(join(attemptFolder, 'work.json'), 'utf8')) as {uses: string; work: never; evidenceFolder: string};
	const load = Object.hasOwn(performers, uses) ? performers[uses] : undefined;
	if (load === undefined) throw new Problem({code: 'no-performer', what: `There is no worker for ${uses}.`, why: 'This worker is of another version than the program that started it.', todo: 'Install Slipway again.'});
	// However much is written until then, there is room for how it ended.
	takeBallast(attemptFolder);
	const cancel = new AbortController();
	// Not `once`: when no listener is left, execa's clean-up passes the signal on to this process, and there is no report.
	process.on('SIGTERM', () => cancel.abort());
	const perform = await load();
	const report: Report = await perform(work, {attemptFolder, evidenceFolder, signal: cancel.signal, say: line => write(1, line)});
	dropBallast(attemptFolder);
	replaceDurably(join(attemptFolder, 'report.json'), `${JSON.stringify(report)}\n`);
	return cancel.signal.aborted ? 143 : report.ok ? 0 : 1;
};

/** What is shown can't be written to a full disk; what is done goes on, and its report says how it ended. */
const write = (fd: 1 | 2, line: string): void => {
	try {
		writeSync(fd, `${line}\n`);
	} catch {}
};

enableCompileCache();
try {
	process.exitCode = await main(process.argv[2] ?? '');
} catch (error) {
	write(2, error instanceof Problem ? `${error.what}\n${error.why}\n${error.todo}` : error instanceof Error ? (error.stack ?? error.message) : String(error));
	process.exitCode = 2;
}
