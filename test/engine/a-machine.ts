import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import type {TestContext} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';

import type {Engine} from '../../source/engine/engine.ts';
import {loadRunbook} from '../../source/engine/load-runbook.ts';
import type {Machine} from '../../source/engine/machine.ts';
import {startRun} from '../../source/engine/open-run.ts';
import type {JournalLine} from '../../source/journal/event.ts';
import type {RunState, TaskStatus} from '../../source/run/state.ts';
import {createSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {readBoot} from '../../source/supervisor/read-boot.ts';
import {findTool} from '../find-tool.ts';

const tsx = ['--import', import.meta.resolve('tsx')];

/** This machine for a run whose state is kept in `folder`. */
export const aMachine = (folder: string, changes: Partial<Machine> = {}): Machine => ({
	by: 'op-a@ops1',
	host: 'ops1',
	boot: readBoot(),
	tty: null,
	pid: process.pid,
	environment: {PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: join(folder, 'state')},
	folder,
	now: () => new Date(),
	supervisor: createSupervisor(),
	findTool,
	workerArgv: [process.execPath, ...tsx, resolve(import.meta.dirname, '../../source/workers/work.ts')],
	scriptArgv: [process.execPath, resolve(import.meta.dirname, '../../node_modules/zx/build/cli.js')],
	slipway: '0.1.0',
	...changes,
});

/** A folder that is gone after the test, with what still runs in it. */
export const aFolder = (context: TestContext): string => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway engine-'));
	context.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}));
	return folder;
};

/** Writes a runbook of one step with these tasks, as YAML flow maps, and gives its path. */
export const aRunbook = (folder: string, tasks: readonly string[], more = ''): string => {
	const path = join(folder, 'release.runbook.yaml');
	writeFileSync(path, `name: Release\ntargets: {uat: {}}\n${more}steps:\n  - id: all\n    name: All\n    tasks:\n${tasks.map(task => `      - ${task}\n`).join('')}`);
	return path;
};

/** Starts a run of these tasks in this process. */
export const aStartedRun = (machine: Machine, tasks: readonly string[], {inputs = {}, more = ''}: {readonly inputs?: Readonly<Record<string, string>>; readonly more?: string} = {}): Promise<Engine> =>
	startRun(machine, {loaded: loadRunbook(aRunbook(machine.folder, tasks, more), '/'), targetName: undefined, inputs, rehearsal: false});

/** Another process that starts a run of the runbook and its first task, and goes on driving it. Resolves when the task runs. */
export const aDriver = async (context: TestContext, folder: string, tasks: readonly string[]): Promise<{readonly child: ChildProcess; readonly runId: string}> => {
	const child = spawn(process.execPath, [...tsx, join(import.meta.dirname, 'fixtures/driver.ts'), folder, aRunbook(folder, tasks)], {stdio: ['ignore', 'pipe', 'inherit']});
	context.after(() => void child.kill('SIGKILL'));
	const runId = await new Promise<string>((done, fail) => {
		let text = '';
		child.stdout?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			const id = /^started (\w+)$/m.exec(text)?.[1];
			if (id !== undefined) done(id);
		});
		child.on('exit', code => fail(new Error(`The driver ended with ${String(code)}.`)));
	});
	return {child, runId};
};

/** Resolves with the state once the task has one of these statuses. */
export const untilTask = async (engine: Engine, taskId: string, ...wanted: readonly TaskStatus[]): Promise<RunState> => {
	await until(() => wanted.includes(engine.snapshot().tasks[taskId]?.status ?? 'skipped'), () => `${taskId} is ${engine.snapshot().tasks[taskId]?.status}`);
	return engine.snapshot();
};

/** Waits until it is so; says how it is when it does not come about in time. */
export const until = async (isSo: () => boolean, describe: () => string, deadlineMs = 20_000): Promise<void> => {
	const end = Date.now() + deadlineMs;
	while (!isSo()) {
		if (Date.now() > end) throw new Error(`It did not come about: ${describe()}`);
		await pause(10);
	}
};

export const journalOf = (folder: string, runId: string): readonly JournalLine[] =>
	readFileSync(join(folder, 'state/slipway/runs', runId, 'journal.jsonl'), 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as JournalLine);

export const typesOf = (lines: readonly JournalLine[]): readonly string[] => lines.map(({type}) => type);
