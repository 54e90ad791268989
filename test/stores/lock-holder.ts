/**
A program that takes and gives back locks of runs and targets as it is told, in lines; run by the tests in a process of its own.

	lock FOLDER      answers `held`, or the code of the problem and who holds it
	target ROOT KEY  the same for a target
	release          answers `released`
	act ATTEMPT      starts `sleep 300` as an attempt in that folder; answers `acting`
*/
import process from 'node:process';
import {createInterface} from 'node:readline';

import {Problem} from '../../source/errors.ts';
import {lockRun} from '../../source/stores/run-lock.ts';
import {lockTarget} from '../../source/stores/target-lock.ts';
import {createSupervisor} from '../../source/supervisor/create-supervisor.ts';

const held: {release(): void}[] = [];

const owner = () => ({runId: 'R', by: `op-${process.pid}@ops1`, host: 'ops1', pid: process.pid, tty: null, since: new Date().toISOString()});

const take = async (lock: () => {release(): void} | Promise<{release(): void}>): Promise<string> => {
	try {
		held.push(await lock());
		return 'held';
	} catch (error) {
		return error instanceof Problem ? `${error.code} ${error.why}` : String(error);
	}
};

const obey = async (command: string, argument: string): Promise<string> => {
	switch (command) {
		case 'lock':
			return take(() => lockRun(argument, owner()));
		case 'target': {
			const [root = '', key = ''] = argument.split(' ');
			return take(() => lockTarget(root, [{key: [key], name: key, isShared: true}], owner()));
		}
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
	void obey(line.slice(0, at), line.slice(at + 1)).then(answer => process.stdout.write(`${answer}\n`));
});
