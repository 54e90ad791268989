import {mkdirSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';

import {startCluster, type Cluster} from './cluster/start-cluster.ts';
import {findClusterTools, type ClusterTools} from './cluster-tools.ts';
import {startDemoService} from './demo-service.ts';
import {linkTools} from './link-tools.ts';
import {openDatabase} from './open-database.ts';
import {runTool, type ToolRun} from './run-tool.ts';
import type {SandboxFacts, SandboxMessage, SandboxOrder} from './sandbox-message.ts';

export type SandboxOpening = {
	readonly order: SandboxOrder;
	readonly folder: string;
	/** The argv of this program. */
	readonly program: readonly string[];
	readonly environment: ToolRun['env'];
	/** Aborted: everything is to end. */
	readonly signal: AbortSignal;
	readonly tell: (message: SandboxMessage) => void;
	/** What has to be called at the end, whether this succeeds or not. */
	readonly cleanups: (() => Promise<void>)[];
};

/** Brings up all parts of a sandbox, side by side, and tells of each how long it took. Throws what the first part throws that can't come up. */
export const openSandbox = async (opening: SandboxOpening): Promise<SandboxFacts> => {
	const {folder, environment, signal: stopped} = opening;
	const failed = new AbortController();
	const signal = AbortSignal.any([stopped, failed.signal]);
	const binFolder = join(folder, 'bin');
	mkdirSync(binFolder, {mode: 0o700});
	const run: ToolRun = {cwd: folder, env: {...withoutSteering(environment), ...helmHomes(folder)}, signal};
	const parts = [openSandboxDatabase(opening, binFolder, run), openSandboxCluster(opening, binFolder, run)];
	try {
		const found = await Promise.all(parts);
		return {folder, environment: Object.assign({PATH: [binFolder, environment['PATH'] ?? ''].join(delimiter), ...helmHomes(folder)}, ...found)};
	} catch (error) {
		failed.abort();
		// A part that is still on its way puts what it started among the cleanups.
		await Promise.allSettled(parts);
		throw error;
	}
};

type Variables = Readonly<Record<string, string>>;

const openSandboxDatabase = async ({folder, program, order, tell, cleanups}: SandboxOpening, binFolder: string, run: ToolRun): Promise<Variables> => {
	const took = stopwatch();
	const database = await openDatabase({kind: order.database, folder, binFolder, program, run, say: text => tell({kind: 'progress', text, tookMs: null})});
	cleanups.push(database.close);
	tell({kind: 'progress', text: database.name, tookMs: took()});
	return {SLIPWAY_SANDBOX_DATABASE: database.address, SLIPWAY_SANDBOX_DUMP_FORMAT: database.dumpFormat};
};

const openSandboxCluster = async ({folder, order, tell, cleanups}: SandboxOpening, binFolder: string, run: ToolRun): Promise<Variables> => {
	const took = stopwatch();
	const [tools, cluster] = await Promise.all([findClusterTools({cacheFolder: order.cacheFolder, onlyPackaged: order.tools === 'packaged', run}), openCluster(cleanups)]);
	const kubeconfig = join(folder, 'kubeconfig');
	writeFileSync(kubeconfig, cluster.kubeconfig, {mode: 0o600});
	linkTools(tools, binFolder);
	tell({kind: 'progress', text: describeTools(tools), tookMs: took()});
	const service = await startDemoService(() => cluster.images().at(-1) ?? null);
	cleanups.push(service.close);
	const tookInstall = stopwatch();
	const {chart, release, namespace} = order;
	await runTool([tools.helm.path, 'upgrade', '--install', release, chart, '--namespace', namespace, '--create-namespace', '--kubeconfig', kubeconfig, '--wait', '--timeout', '60s'], run);
	tell({kind: 'progress', text: `A small Kubernetes with the release ${release} in it`, tookMs: tookInstall()});
	return {SLIPWAY_SANDBOX_KUBECONFIG: kubeconfig, SLIPWAY_SANDBOX_URL: service.url};
};

const openCluster = async (cleanups: SandboxOpening['cleanups']): Promise<Cluster> => {
	const cluster = await startCluster();
	cleanups.push(cluster.close);
	return cluster;
};

const describeTools = ({helm, kubectl}: ClusterTools): string => `Helm ${helm.version} and kubectl ${kubectl.version}${helm.isOwn && kubectl.isOwn ? ' of the npm package' : helm.isOwn ? ', Helm of the npm package' : ''}`;

/** Nothing of the operator's Helm is read or written. */
const helmHomes = (folder: string): Variables => ({HELM_CACHE_HOME: join(folder, 'helm', 'cache'), HELM_CONFIG_HOME: join(folder, 'helm', 'config'), HELM_DATA_HOME: join(folder, 'helm', 'data')});

/** What would lead the tools elsewhere than into the sandbox. */
const withoutSteering = (environment: ToolRun['env']): ToolRun['env'] => Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(HELM_|KUBE|PG[A-Z])/.test(name)));

const stopwatch = (): (() => number) => {
	const from = performance.now();
	return () => Math.round(performance.now() - from);
};
