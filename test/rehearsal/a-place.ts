import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import type {TestContext} from 'node:test';
import {promisify} from 'node:util';

import type {ToolRun} from '../../source/rehearsal/run-tool.ts';

export const root = join(import.meta.dirname, '../..');

/** A folder with a space in its name, as parts of a sandbox get one, gone after the test. */
export const aPlace = (t: TestContext): {readonly folder: string; readonly binFolder: string; readonly run: ToolRun} => {
	const folder = mkdtempSync(join(realpathSync(tmpdir()), 'a sandbox '));
	t.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 50}));
	const binFolder = join(folder, 'bin');
	mkdirSync(binFolder);
	return {folder, binFolder, run: {cwd: folder, env: process.env, signal: new AbortController().signal}};
};

export const output = async (file: string, ...args: readonly string[]): Promise<string> => (await promisify(execFile)(file, [...args], {maxBuffer: 1 << 26})).stdout;

/** Processes that stand in a folder or name it, by what `/proc` says of them. Empty where there is no `/proc`. */
export const processesIn = (folder: string): readonly number[] =>
	listOf('/proc')
		.filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter(pid => [() => readlinkSync(`/proc/${pid}/cwd`), () => readFileSync(`/proc/${pid}/cmdline`, 'utf8')].some(read => attempt(read).includes(folder)))
		.map(Number);

const listOf = (path: string): readonly string[] => {
	try {
		return readdirSync(path);
	} catch {
		return [];
	}
};

/** A process may be gone between two looks. */
const attempt = (read: () => string): string => {
	try {
		return read();
	} catch {
		return '';
	}
};
