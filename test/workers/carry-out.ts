import {spawn} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import type {Action, ActionPlan, Judgement, PlanInput} from '../../source/actions/action.ts';
import type {Target} from '../../source/runbook/plan.ts';
import {judgeDeclared} from '../actions/judge-declared.ts';
import {findTool} from '../find-tool.ts';

export type Place = {
	readonly folder: string;
	readonly target?: Partial<Target>;
	readonly password?: string | null;
	readonly findTool?: (name: string) => string | null;
	readonly attempt?: number;
	readonly env?: Readonly<Record<string, string>>;
	readonly now?: Date;
	/** Called with the worker's pid, which is also its process group. */
	readonly onStart?: (pid: number, attemptFolder: string) => void;
};

export type Carried = Judgement & {readonly plan: ActionPlan; readonly exitCode: number | null; readonly signal: string | null; readonly report: unknown; readonly evidence: readonly string[]; readonly out: string; readonly err: string};

export const aFolder = (): {readonly path: string; readonly remove: () => void} => {
	const path = mkdtempSync(join(tmpdir(), 'slipway-test-'));
	return {path, remove: () => rmSync(path, {recursive: true, force: true})};
};

export const planInputOf = <With>(action: Action<With>, settings: unknown, place: Place): PlanInput<With> => ({
	runId: 'r1',
	runFolder: place.folder,
	evidenceFolder: join(place.folder, 'evidence', `task.${place.attempt ?? 1}`),
	runbookFolder: place.folder,
	taskId: 'task',
	taskName: 'Task',
	attempt: place.attempt ?? 1,
	stamp: `slipway r1 task.${place.attempt ?? 1}`, anchor: '7:0c77ab91',
	with: action.schema.parse(settings),
	target: {name: 'test', protected: false, variables: {}, ...place.target},
	earlier: {},
	answers: {},
	findTool: place.findTool ?? findTool,
	databasePassword: place.password ?? null,
	timeoutMs: null,
	now: place.now ?? new Date(),
});

/** Does what the engine does: plans, starts the worker in a process group of its own with its output in files, judges what it left. */
export const carryOut = async <With>(action: Action<With>, settings: unknown, place: Place): Promise<Carried> => {
	const input = planInputOf(action, settings, place);
	const plan = action.plan(input);
	const attemptFolder = join(place.folder, 'attempts', `task.${input.attempt}`);
	mkdirSync(attemptFolder, {recursive: true});
	mkdirSync(input.evidenceFolder, {recursive: true});
	writeFileSync(join(attemptFolder, 'work.json'), JSON.stringify({uses: action.uses, work: plan.work, evidenceFolder: input.evidenceFolder}));
	const outputs = ['out', 'err'].map(name => openSync(join(attemptFolder, name), 'w'));
	const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../../source/workers/work.ts'), attemptFolder], {
		cwd: plan.cwd,
		env: {PATH: process.env['PATH'], ...place.env, ...plan.env},
		stdio: ['ignore', ...outputs],
		detached: true,
	});
	for (const output of outputs) closeSync(output);
	if (child.pid !== undefined) place.onStart?.(child.pid, attemptFolder);
	const {exitCode, signal} = await new Promise<{exitCode: number | null; signal: string | null}>(resolve => child.on('close', (code, name) => resolve({exitCode: code, signal: name})));
	const reportPath = join(attemptFolder, 'report.json');
	const report = existsSync(reportPath) ? (JSON.parse(readFileSync(reportPath, 'utf8')) as {data: unknown; evidence: string[]}) : undefined;
	const [out = '', err = ''] = ['out', 'err'].map(name => readFileSync(join(attemptFolder, name), 'utf8'));
	const judgement = judgeDeclared(action, {exitCode, signal, report: report?.data, outTail: out, errTail: err});
	return {...judgement, plan, exitCode, signal, report: report?.data, evidence: report?.evidence ?? [], out, err};
};

/** Sends the group a signal as soon as the worker's output has the text. Gives up after ten seconds. */
export const signalWhen = (text: string, signal: NodeJS.Signals) => (pid: number, attemptFolder: string): void => {
	const deadline = Date.now() + 10_000;
	const timer = setInterval(() => {
		const isThere = readFileSync(join(attemptFolder, 'out'), 'utf8').includes(text);
		if (isThere || Date.now() > deadline) clearInterval(timer);
		if (isThere) process.kill(-pid, signal);
	}, 10);
};
