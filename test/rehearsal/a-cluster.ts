import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import process from 'node:process';

import {findClusterTools} from '../../source/rehearsal/cluster-tools.ts';
import {writeFiles} from '../write-files.ts';

const root = join(import.meta.dirname, '../..');

export type Said = {readonly status: number | null; readonly stdout: string; readonly stderr: string};

/** A rehearsal cluster in a process of its own, with real tools that are pointed at it. */
export type ACluster = {
	readonly folder: string;
	readonly kubeconfig: string;
	readonly pid: number;
	readonly write: (files: Readonly<Record<string, string>>) => void;
	/** Runs `helm` or `kubectl` in the folder. */
	readonly run: (tool: 'helm' | 'kubectl', ...args: readonly string[]) => Promise<Said>;
	/** The same, for a command line without quotes that has to succeed; gives its stdout. */
	readonly ok: (commandLine: string) => Promise<string>;
	readonly images: () => Promise<readonly string[]>;
	readonly close: () => Promise<void>;
};

/** Also puts the tools on PATH, for what looks for them there. Helm and kubectl of PATH are taken, else those of the npm package. */
export const startACluster = async (): Promise<ACluster> => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway cluster '));
	const tools = await findClusterTools({cacheFolder: join(root, 'node_modules/.cache/slipway'), run: {cwd: folder, env: process.env, signal: new AbortController().signal}});
	const path = [...new Set([tools.helm.path, tools.kubectl.path].map(dirname)), process.env['PATH'] ?? ''].join(delimiter);
	process.env['PATH'] = path;
	const kubeconfig = join(folder, 'kubeconfig');
	const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'cluster-process.ts'), kubeconfig], {cwd: folder, stdio: ['pipe', 'pipe', 'inherit']});
	await once(child.stdout, 'data');
	const env = {...process.env, KUBECONFIG: kubeconfig, HELM_CACHE_HOME: join(folder, 'helm'), HELM_CONFIG_HOME: join(folder, 'helm'), HELM_DATA_HOME: join(folder, 'helm')};
	const run: ACluster['run'] = (tool, ...args) =>
		new Promise(resolve => {
			const started = execFile(tool, [...args], {cwd: folder, env, maxBuffer: 1e9}, (_, stdout, stderr) => resolve({status: started.exitCode, stdout, stderr}));
		});
	return {
		folder,
		kubeconfig,
		pid: child.pid ?? 0,
		write: files => writeFiles(folder, files),
		run,
		ok: async commandLine => {
			const [tool = '', ...args] = commandLine.split(' ');
			const {status, stdout, stderr} = await run(tool as 'helm', ...args);
			if (status !== 0) throw new Error(`${commandLine}: ${stderr}${stdout}`);
			return stdout;
		},
		images: async () => {
			child.stdin.write('\n');
			const [line] = (await once(child.stdout, 'data')) as [Buffer];
			return JSON.parse(line.toString()) as readonly string[];
		},
		close: async () => {
			const ended = once(child, 'close');
			child.stdin.end();
			await ended;
			rmSync(folder, {recursive: true, force: true});
		},
	};
};
