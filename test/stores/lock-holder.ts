/**
A program that takes and gives back locks of runs as it is told, in lines; run by the tests in a process of its own.

	lock FOLDER      answers `held`, or the code of the problem and who holds it
	release          answers `released`
	act ATTEMPT      starts `sleep 300` as an attempt in that folder; answers `acting`
*/
import process from 'node:process';
import {createInterface} from 'node:readline';

import {Problem} from '../../source/errors.ts';
import {lockRun, type RunLock} from '../../source/stores/run-lock.ts';
import {createSupervisor} from '../../source/supervisor/create-supervisor.ts';

const held: RunLock[] = [];

const take = (folder: string): string => {
	try {
		held.push(lockRun(folder, {runId: 'R', by: `op-${process.pid}@ops1`, host: 'ops1', pid: process.pid, tty: null, since: new Date().toISOString()}));
		return 'held';
	} catch (error) {
		return error instanceof Problem ? `${error.code} ${error.why}` : String(error);
	}
};

const obey = (command: string, argument: string): string => {
	switch (command) {
		case 'lock':
			return take(argument);
		case 'release':
			for (const lock of held.splice(0)) lock.release();
			return 'released';
		case 'act':
			createSupervisor().start({folder: argument, runId: 'R', taskId: 'act', attempt: 1, argv: ['sleep', '300'], cwd: '/', env: {PATH: '/usr/bin:/bin'}});
			return 'acting';
		default:
			return `unknown ${command}`;
	}
};

process.stdout.write('ready\n');
createInterface({input: process.stdin}).on('line', line => {
	const at = `${line} `.indexOf(' ');
	process.stdout.write(`${obey(line.slice(0, at), line.slice(at + 1))}\n`);
});
