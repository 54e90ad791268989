import {spawn, spawnSync} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import process from 'node:process';

import type {Action, ActionPlan, Earlier, Judgement, PlanInput, ProbeVerdict} from '../source/actions/action.ts';
import {checkFiles} from '../source/engine/check-files.ts';
import {childEnvironment} from '../source/engine/child-environment.ts';
import type {FileFact} from '../source/journal/event.ts';
import type {Gate} from '../source/run/request.ts';
import type {Target} from '../source/runbook/plan.ts';
import {factOf} from '../source/stores/file-facts.ts';
import {judgeDeclared} from '../test/actions/judge-declared.ts';
import {findTool} from '../test/find-tool.ts';
import {writeFiles} from '../test/write-files.ts';

export type Done = Judgement & {readonly plan: ActionPlan; readonly exitCode: number | null; readonly signal: string | null; readonly gates: readonly Gate[]; readonly report: unknown; readonly out: string; readonly err: string; readonly evidence: readonly FileFact[]; readonly folder: string};

/** A namespace of the test's own, a run's folder, and what an engine does for each task: plan, look at the files, start, judge. */
export class ARelease {
	readonly folder = mkdtempSync(join(tmpdir(), 'slipway-helm-'));
	readonly namespace: string;
	readonly target: Target;
	readonly earlier: Record<string, Earlier> = {};
	/** Previews whose release was rolled back, as the engine knows them. */
	rolledBack: readonly string[] = [];
	readonly attempts: Record<string, number> = {};
	workerArgv: readonly string[] = [process.execPath, '--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../test/workers/helm-worker-process.ts')];
	/** What the operator's shell has set, as if the engine had let it through. */
	environment: Readonly<Record<string, string>> = {};

	constructor(name: string, kubeconfig: string, context: string) {
		this.namespace = `${name}-${process.pid}`;
		this.target = {name: 'test', kubeconfig, context, namespace: this.namespace, protected: false, variables: {}};
		this.kubectl('create', 'namespace', this.namespace);
	}

	write(files: Readonly<Record<string, string>>): void {
		writeFiles(this.folder, files);
	}

	kubectl(...args: readonly string[]): string {
		return this.tool('kubectl', '--kubeconfig', this.target.kubeconfig ?? '', '--context', this.target.context ?? '', ...args);
	}

	helm(...args: readonly string[]): string {
		return this.tool('helm', ...args, '--kubeconfig', this.target.kubeconfig ?? '', '--kube-context', this.target.context ?? '', '--namespace', this.namespace);
	}

	tool(file: string, ...args: readonly string[]): string {
		const {status, stdout, stderr} = spawnSync(file, [...args], {encoding: 'utf8', maxBuffer: 1e9});
		if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
		return stdout;
	}

	input<With>(action: Action<With>, taskId: string, settings: unknown): PlanInput<With> {
		const attempt = this.attempts[taskId] ?? 1;
		return {
			runId: 'r1',
			runFolder: join(this.folder, 'run'),
			evidenceFolder: join(this.folder, 'run', 'evidence', `${taskId}.${attempt}`),
			runbookFolder: this.folder,
			taskId,
			taskName: taskId,
			attempt,
			stamp: `slipway r1 ${taskId}.${attempt}`,
			anchor: '7:0c77ab91',
			with: action.schema.parse(settings),
			target: this.target,
			earlier: this.earlier,
			rolledBack: this.rolledBack,
			answers: {},
			findTool,
			databasePassword: null,
			timeoutMs: null,
			now: new Date(),
		};
	}

	/** `onStart` gets the pid, which is also the process group. */
	async perform<With>(action: Action<With>, taskId: string, settings: unknown, onStart: (pid: number) => void = () => {}): Promise<Done> {
		this.attempts[taskId] = (this.attempts[taskId] ?? 0) + 1;
		const input = this.input(action, taskId, settings);
		const plan = action.plan(input);
		const gates = await checkFiles(plan.requires, input.runFolder);
		const folder = join(input.runFolder, 'attempts', `${taskId}.${input.attempt}`);
		mkdirSync(folder, {recursive: true});
		mkdirSync(input.evidenceFolder, {recursive: true});
		writeFileSync(join(folder, 'work.json'), JSON.stringify({uses: action.uses, work: plan.work, evidenceFolder: input.evidenceFolder}));
		const argv = plan.work === undefined ? (plan.commands[0]?.argv ?? []) : [...this.workerArgv, folder];
		const outputs = ['out', 'err'].map(name => openSync(join(folder, name), 'w'));
		const child = spawn(argv[0] ?? '', argv.slice(1), {cwd: plan.cwd, env: {...childEnvironment(process.env, this.target, null), ...this.environment, ...plan.env}, stdio: ['ignore', ...outputs], detached: true});
		for (const output of outputs) closeSync(output);
		if (child.pid !== undefined) onStart(child.pid);
		const {exitCode, signal} = await new Promise<{exitCode: number | null; signal: string | null}>(resolve => child.on('close', (code, name) => resolve({exitCode: code, signal: name})));
		const [out = '', err = ''] = ['out', 'err'].map(name => readFileSync(join(folder, name), 'utf8'));
		const reportPath = join(folder, 'report.json');
		const report = existsSync(reportPath) ? (JSON.parse(readFileSync(reportPath, 'utf8')) as {data: unknown; evidence: string[]}) : undefined;
		const judgement = judgeDeclared(action, {exitCode, signal, report: report?.data, outTail: out.slice(-65_536), errTail: err.slice(-65_536)});
		const evidence = await Promise.all((report?.evidence ?? []).map(async path => ({...(await factOf(path)), path: relative(input.runFolder, path)})));
		if (judgement.outcome === 'succeeded') this.earlier[taskId] = {uses: action.uses, attempt: input.attempt, outputs: judgement.outputs, evidence, finishedAt: new Date().toISOString()};
		return {...judgement, plan, exitCode, signal, gates, report: report?.data, out, err, evidence, folder};
	}

	/** Performs it, and kills all of it as soon as something is true. */
	async performUntil<With>(action: Action<With>, taskId: string, settings: unknown, until: {readonly what: string; readonly isTrue: () => boolean}): Promise<Done> {
		let killed: Promise<void> = Promise.resolve();
		const done = await this.perform(action, taskId, settings, pid => {
			killed = eventually(until.what, until.isTrue).then(() => void process.kill(-pid, 'SIGKILL'));
		});
		await killed;
		return done;
	}

	/** What the world says of the last attempt. */
	probe<With>(action: Action<With>, taskId: string, settings: unknown): ProbeVerdict {
		const probe = action.probe?.(this.input(action, taskId, settings));
		if (probe === undefined) throw new Error(`${action.uses} has no probe`);
		const answers = probe.commands.map(({argv}) => {
			const {status, stdout, stderr} = spawnSync(argv[0] ?? '', argv.slice(1), {encoding: 'utf8', env: {...childEnvironment(process.env, this.target, null), ...probe.env}});
			return {exitCode: status, stdout, stderr};
		});
		return probe.read(answers);
	}

	remove(): void {
		spawnSync('kubectl', ['--kubeconfig', this.target.kubeconfig ?? '', 'delete', 'namespace', this.namespace, '--wait=false'], {encoding: 'utf8'});
		rmSync(this.folder, {recursive: true, force: true});
	}
}

/** Waits for something to become true, and says what it waited for when it does not. */
export const eventually = async (what: string, isTrue: () => boolean, timeoutMs = 30_000): Promise<void> => {
	const deadline = Date.now() + timeoutMs;
	while (!isTrue()) {
		if (Date.now() > deadline) throw new Error(`This did not come true in ${timeoutMs} ms: ${what}`);
		await new Promise(resolve => setTimeout(resolve, 100));
	}
};
