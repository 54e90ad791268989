import {join, resolve} from 'node:path';

import {Problem} from '../errors.ts';
import {parseDatabase} from './database-url.ts';
import {hasExpression} from './expressions.ts';
import {findHiddenCharacters} from './hidden-characters.ts';
import {nearestWord} from './nearest-word.ts';
import type {Target} from './plan.ts';
import type {FromEnvironment, Runbook, Scalar, TargetSpec} from './runbook.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type BoundTarget = {readonly target: Target | null; readonly databasePassword: string | null; readonly problems: readonly Problem[]};

/**
Where the run acts, with every value explicit: what is `{env: NAME}` is read, the kubeconfig is an absolute path, and the database's
password stands apart.
*/
export const bindTarget = (runbook: Runbook, targetName: string, folder: string, environment: Environment): BoundTarget => {
	const spec = Object.hasOwn(runbook.targets, targetName) ? runbook.targets[targetName] : undefined;
	if (spec === undefined) return {target: null, databasePassword: null, problems: [unknownTarget(targetName, Object.keys(runbook.targets))]};
	const problems: Problem[] = [];
	const read = (key: string, value: Scalar | FromEnvironment | undefined): Scalar | undefined => {
		if (typeof value !== 'object') return value;
		const found = environment[value.env];
		const fault = found === undefined || found === '' ? 'is not set' : variableFault(found);
		if (fault === null) return found;
		problems.push(wrongVariable(targetName, key, value.env, fault));
		return undefined;
	};
	const text = (key: 'kubeconfig' | 'context' | 'namespace' | 'database'): string | undefined => {
		const value = read(key, spec[key]);
		return value === undefined ? undefined : String(value);
	};

	const address = text('database');
	const database = address === undefined ? null : parseDatabase(address);
	if (database !== null && 'fault' in database) problems.push(wrongDatabase(targetName, spec, database.fault));
	const ownKubeconfig = text('kubeconfig');
	const kubeconfig = ownKubeconfig === undefined && spec.kubeconfig === undefined && needsCluster(runbook, spec) ? ambientKubeconfig(environment, targetName) : ownKubeconfig;
	if (kubeconfig instanceof Problem) problems.push(kubeconfig);
	const optional = {
		kubeconfig: typeof kubeconfig === 'string' ? resolve(folder, expandHome(kubeconfig, environment)) : undefined,
		context: text('context'),
		namespace: text('namespace'),
		database: database !== null && 'address' in database ? database.address : undefined,
	};
	const variables = Object.entries(spec.variables).flatMap(([key, value]): [string, Scalar][] => {
		const found = read(key, value);
		return found === undefined ? [] : [[key, found]];
	});
	return {
		target: {
			name: targetName,
			...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
			protected: spec.protected,
			variables: Object.fromEntries(variables),
		},
		databasePassword: database !== null && 'password' in database ? database.password : null,
		problems,
	};
};

const variableFault = (value: string): string | null => {
	if (hasExpression(value)) return 'holds ${{';
	if (value.includes('\n')) return 'holds a line break';
	return findHiddenCharacters(value).length > 0 ? 'holds characters that can not be seen' : null;
};

const needsCluster = (runbook: Runbook, spec: TargetSpec): boolean =>
	spec.context !== undefined || spec.namespace !== undefined || runbook.steps.some(step => step.tasks.some(task => task.kind === 'uses' && /^helm(file)?\//.test(task.uses)));

const ambientKubeconfig = (environment: Environment, targetName: string): string | Problem => {
	const {KUBECONFIG: named = '', HOME: home = ''} = environment;
	if (named.includes(':'))
		return new Problem({
			code: 'kubeconfig-several',
			what: `It is not clear which cluster ${targetName} means.`,
			why: `KUBECONFIG names several files: ${named}.`,
			todo: "Name one as the target's `kubeconfig:`, or set KUBECONFIG to one file.",
		});
	if (named !== '') return named;
	if (home !== '') return join(home, '.kube', 'config');
	return new Problem({code: 'kubeconfig-missing', what: `It is not known how to reach the cluster of ${targetName}.`, why: 'Neither KUBECONFIG nor HOME is set.', todo: "Name the file as the target's `kubeconfig:`."});
};

/** The path, with `~/` at its beginning made the operator's home. */
export const expandHome = (path: string, {HOME: home}: Environment): string => (path.startsWith('~/') && home !== undefined ? join(home, path.slice(2)) : path);

const unknownTarget = (name: string, known: readonly string[]): Problem => {
	const near = nearestWord(name, known);
	return new Problem({code: 'target-unknown', what: `${name} is not a target of this runbook.`, why: `It has: ${known.join(', ')}.`, todo: near === null ? 'Name one of them with `--target`.' : `Did you mean ${near}?`});
};

const wrongVariable = (target: string, key: string, name: string, fault: string): Problem =>
	new Problem({code: 'target-variable', what: `${name} ${fault}.`, why: `The target ${target} takes its ${key} from it.`, todo: `Set ${name} and start again.`});

const wrongDatabase = (target: string, spec: TargetSpec, fault: string): Problem =>
	new Problem({
		code: 'target-database',
		what: `The database of ${target} has no address that can be read.`,
		why: `It has to be ${fault}.`,
		todo: typeof spec.database === 'object' ? `Mend the value of ${spec.database.env}.` : 'Mend it in the runbook.',
	});
