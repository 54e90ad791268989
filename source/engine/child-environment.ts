import type {Target} from '../runbook/plan.ts';

/**
What every child of a run gets: the operator's environment without the variables by which helm, kubectl or the PostgreSQL tools would
act elsewhere than on the run's target, and with the target put in explicitly.
*/
export const childEnvironment = (operator: Readonly<Record<string, string | undefined>>, target: Target, runKubeconfig: string | null): Record<string, string> => {
	const kept = Object.entries(operator).filter((entry): entry is [string, string] => entry[1] !== undefined && !steering.some(pattern => pattern.test(entry[0])));
	const facts: readonly (readonly [string, string | null | undefined])[] = [
		['KUBECONFIG', runKubeconfig],
		['SLIPWAY_TARGET', target.name],
		['SLIPWAY_CONTEXT', target.context],
		['SLIPWAY_NAMESPACE', target.namespace],
		['SLIPWAY_DATABASE', target.database],
		// Colours and pagers are for a terminal; the output of an action goes to a file.
		['NO_COLOR', '1'],
		['PAGER', 'cat'],
	];
	return Object.fromEntries([...kept, ...facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== undefined)]);
};

const steering: readonly RegExp[] = [
	/^KUBE(CONFIG|CONTEXT|_CONTEXT|NAMESPACE|_NAMESPACE)$/,
	/^HELM_(KUBE|NAMESPACE|DRIVER|DEBUG|BURST|QPS|NO_PLUGINS|PLUGINS)/,
	/^PG(HOST|HOSTADDR|PORT|DATABASE|USER|SERVICE|OPTIONS)$/,
	/^FORCE_COLOR$/,
	/^CLICOLOR/,
	/^SLIPWAY_/,
	/^NODE_OPTIONS$/,
	/^npm_/,
];
