import {execa} from 'execa';

import type {Cluster} from '../checklist/cluster.ts';
import {clusterFrom, discoveryCommand, isForbidden, narrowerCommands, readCommands, type ClusterAnswer, type ClusterCommand, type ClusterQuestion} from '../checklist/live-reads.ts';
import {commandLine} from '../text/command-line.ts';

/** Calls of kubectl at once. */
const atOnce = 6;

/** Told of each command before it runs, and able to end them all. */
export type Watcher = {readonly say: (line: string) => void; readonly signal: AbortSignal};

/** Reads a cluster with kubectl: `get` and `api-resources` only. What may not be read is in the answer, with the reason. */
export const readCluster = async (kubectl: string, question: ClusterQuestion, watcher: Watcher | null = null): Promise<Cluster> => {
	const ask = async ({argv}: ClusterCommand): Promise<ClusterAnswer> => {
		watcher?.say(`$ ${commandLine([kubectl, ...argv])}`);
		const {exitCode, stdout, stderr} = await execa(kubectl, [...argv], {reject: false, stdin: 'ignore', timeout: 60_000, maxBuffer: 512 * 1024 * 1024, ...(watcher === null ? {} : {cancelSignal: watcher.signal})});
		return {exitCode: exitCode ?? null, stdout: stdout ?? '', stderr: stderr ?? ''};
	};

	const discovery = await ask(discoveryCommand(question));
	const first = await askAll(readCommands(question, discovery), ask);
	const again = first.filter(({answer}) => isForbidden(answer)).flatMap(({command}) => narrowerCommands(command, question));
	return clusterFrom(question, discovery, [...first, ...(await askAll(again, ask))]);
};

/** The namespace that a context of a kubeconfig names, else `default`. Reads the kubeconfig alone. */
export const contextNamespace = async (kubectl: string, context: string, kubeconfig: string | null): Promise<string> => {
	const {stdout, exitCode} = await execa(kubectl, [...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]), '--context', context, 'config', 'view', '--minify', '-o', 'jsonpath={.contexts[0].context.namespace}'], {reject: false, stdin: 'ignore', timeout: 10_000});
	return exitCode === 0 && stdout !== '' ? stdout : 'default';
};

type Asked = {readonly command: ClusterCommand; readonly answer: ClusterAnswer};

const askAll = async (commands: readonly ClusterCommand[], ask: (command: ClusterCommand) => Promise<ClusterAnswer>): Promise<readonly Asked[]> => {
	const answers: Asked[] = [];
	const waiting = [...commands];
	const work = async (): Promise<void> => {
		for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) answers.push({command, answer: await ask(command)});
	};

	await Promise.all(Array.from({length: atOnce}, work));
	return answers;
};
