import {readFileSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';

import {parse, stringify} from 'yaml';

import {Problem} from '../errors.ts';
import type {Target} from '../runbook/plan.ts';

type Kubeconfig = {
	readonly contexts?: readonly {readonly name: string; readonly context: Readonly<Record<string, string>>}[];
	readonly clusters?: readonly {readonly name: string; readonly cluster: Readonly<Record<string, string>>}[];
	readonly 'current-context'?: string;
};

/**
The value of KUBECONFIG for the children of a run: a small file of ours whose current context is the target's, before the operator's own
file, which holds the cluster and the credentials and is never written. So a bare `kubectl` in a script acts on the target, not on
whatever context the operator used last. Null when the target has no cluster. Source: "Merging kubeconfig files" in the Kubernetes docs:
the first file that sets a value wins.
*/
export const writeTargetKubeconfig = (target: Target, runFolder: string): string | null => {
	const found = findContext(target);
	if (found === null) return null;
	const path = join(runFolder, 'kubeconfig');
	const merged = {...found.context, ...(target.namespace === undefined ? {} : {namespace: target.namespace})};
	writeFileSync(path, stringify({apiVersion: 'v1', kind: 'Config', 'current-context': ourName, contexts: [{name: ourName, context: merged}]}), {mode: 0o600});
	return [path, found.kubeconfig].join(delimiter);
};

/** The target's context, as its kubeconfig has it; null when the target has no cluster. Throws `Problem`: `kubeconfig-unreadable`, `context-unknown`. */
export const findContext = ({kubeconfig, context: wanted}: Target): {readonly kubeconfig: string; readonly context: Readonly<Record<string, string>>} | null => {
	if (kubeconfig === undefined) return null;
	const config = readKubeconfig(kubeconfig);
	const name = wanted ?? config['current-context'];
	const context = config.contexts?.find(candidate => candidate.name === name)?.context;
	if (context === undefined) throw noContext(kubeconfig, name, config);
	return {kubeconfig, context};
};

/** What a context of a kubeconfig (absent: its current one) leads to; `null` where it can't be read. */
export const contextOf = (path: string, context: string | undefined): {readonly name: string; readonly server: string; readonly namespace: string | undefined} | null => {
	try {
		const {contexts, clusters, 'current-context': current} = parseKubeconfig(path);
		const name = context ?? current;
		const found = contexts?.find(candidate => candidate.name === name)?.context;
		const server = clusters?.find(candidate => candidate.name === found?.['cluster'])?.cluster['server'];
		return name === undefined || typeof server !== 'string' ? null : {name, server, namespace: found?.['namespace']};
	} catch {
		return null;
	}
};

const ourName = 'slipway-target';

const readKubeconfig = (path: string): Kubeconfig => {
	try {
		return parseKubeconfig(path);
	} catch (cause) {
		throw new Problem({
			code: 'kubeconfig-unreadable',
			what: `The kubeconfig ${path} can't be read.`,
			why: whyUnreadable(cause),
			todo: "Name another one as the target's `kubeconfig:`, or set KUBECONFIG.",
			cause,
		});
	}
};

const parseKubeconfig = (path: string): Kubeconfig => (parse(readFileSync(path, 'utf8')) as Kubeconfig | null) ?? {};

/** Its first line alone: a parser quotes what it stumbles over, and that may be a token. */
const whyUnreadable = (cause: unknown): string => `${(cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]?.replace(/:$/, '') ?? ''}.`;

const noContext = (path: string, name: string | undefined, {contexts = []}: Kubeconfig): Problem =>
	new Problem({
		code: 'context-unknown',
		what: name === undefined ? `${path} has no current context.` : `${path} has no context ${name}.`,
		why: contexts.length === 0 ? 'It has none at all.' : `It has: ${contexts.map(context => context.name).join(', ')}.`,
		todo: contexts.length === 0 ? "Name another one as the target's `kubeconfig:`, or set KUBECONFIG." : "Put one of them into the target's `context:`.",
	});
