import {createReadStream, existsSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {pipeline} from 'node:stream/promises';

import {readRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import {attemptFolderOf} from '../stores/run-folder.ts';
import {redactUrls, safeRedactor} from '../text/redact.ts';
import type {Command} from './command.ts';
import {findRun} from './find-run.ts';

/** A past run's secrets are not known any more; passwords in addresses are recognised as such. */
const clean = safeRedactor(redactUrls);

/** `slipway logs RUN TASK` */
export const logs: Command = {
	usage: 'logs RUN TASK [--attempt N] [--raw]',
	describe: "Prints a task's whole output: first what it wrote to stdout, then to stderr.",
	options: {
		attempt: {type: 'string', value: 'N', describe: 'Which attempt; the last one otherwise'},
		raw: {type: 'boolean', describe: 'As it was written. It may hold control characters that change your terminal'},
	},
	positionals: {least: 2, most: 2},
	run: async ({values, positionals}, io) => {
		const {state, folder} = readRun(io.env, findRun(io, positionals[0], 'last'));
		const taskId = positionals[1] ?? '';
		const task = state.tasks[taskId];
		if (task === undefined)
			throw new Problem({code: 'task-unknown', what: `The run has no task ${taskId}.`, why: `It has: ${Object.keys(state.tasks).join(', ')}.`, todo: 'Name one of them.'});
		const number = values['attempt'] === undefined ? task.attempts.length : Number(values['attempt']);
		if (task.attempts[number - 1] === undefined)
			throw new Problem({code: 'attempt-unknown', what: `${taskId} has no attempt ${String(values['attempt'] ?? 1)}.`, why: `It has ${task.attempts.length}.`, todo: 'Name one of them.'});
		for (const name of ['out', 'err']) {
			const path = join(attemptFolderOf(folder, taskId, number), name);
			if (!existsSync(path)) continue;
			if (values['raw'] === true) await pipeline(createReadStream(path), process.stdout, {end: false});
			else for await (const line of createInterface({input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY})) io.out(`${clean(line)}\n`);
		}

		return 0;
	},
};
