import {at, entriesAt, listAt, textAt} from '../../checklist/values.ts';
import {invalid} from './api-error.ts';
import {builtInKinds, type Kind} from './kinds.ts';
import type {KubeObject} from './kube-object.ts';
import {matchSelector} from './selectors.ts';
import {isSame} from './store.ts';

/** Refuses what the API server would refuse, as far as a chart may get it wrong. Throws `Invalid`. */
export const validate = (kind: Kind, object: KubeObject, previous: KubeObject | null): void => {
	const {name} = object.metadata;
	const refuse = (field: string, why: string): never => {
		throw invalid(kind, name, field, why);
	};

	if (!/^[a-z0-9A-Z]([-a-z0-9A-Z.:]*[a-z0-9A-Z])?$/.test(name) || name.length > 253 || (/[A-Z:]/.test(name) && !kind.group.startsWith('rbac.'))) refuse('metadata.name', `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`);
	for (const [key, value] of entriesAt(object, 'metadata', 'labels')) if (!/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(String(value))) refuse('metadata.labels', `Invalid value: ${JSON.stringify(value)}: the value of the label ${key} is not valid`);
	if (selecting.has(kind.kind)) {
		const labels = Object.fromEntries(entriesAt(object, 'spec', 'template', 'metadata', 'labels')) as Readonly<Record<string, string>>;
		if (at(object, 'spec', 'selector') === undefined) refuse('spec.selector', 'Required value');
		if (!matchSelector(at(object, 'spec', 'selector'))(labels)) refuse('spec.template.metadata.labels', `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``);
	}

	const pods = kind.kind === 'Pod' ? ['spec'] : selecting.has(kind.kind) || kind.kind === 'Job' ? ['spec', 'template', 'spec'] : kind.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : null;
	if (pods !== null) checkContainers(object, pods, refuse);
	for (const [path, isGood, wanted] of shapes) {
		const value = at(object, ...path.split('.'));
		if (value !== undefined && builtInKinds.includes(kind) && !isGood(value)) refuse(path, `Invalid value: ${JSON.stringify(value)}: must be ${wanted}`);
	}

	if (previous === null) return;
	for (const path of immutable[kind.kind] ?? []) if (!isSame(at(object, ...path.split('.')), at(previous, ...path.split('.')))) refuse(path, 'Invalid value: field is immutable');
	if (previous['immutable'] === true && !isSame(object['data'], previous['data'])) refuse('data', 'Forbidden: field is immutable when `immutable` is set');
};

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

const isShare = (value: unknown): boolean => isCount(value) || (typeof value === 'string' && /^\d+%$/.test(value));

/** Where the controllers calculate. */
const shapes: readonly (readonly [path: string, isGood: (value: unknown) => boolean, wanted: string])[] = [
	...['replicas', 'minReadySeconds', 'progressDeadlineSeconds', 'revisionHistoryLimit', 'parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished'].map(name => [`spec.${name}`, isCount, 'a whole number, 0 or more'] as const),
	...['strategy.rollingUpdate.maxSurge', 'strategy.rollingUpdate.maxUnavailable', 'minAvailable', 'maxUnavailable'].map(name => [`spec.${name}`, isShare, 'a whole number or a percentage'] as const),
];

const selecting: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

const immutable: Readonly<Record<string, readonly string[]>> = {
	Deployment: ['spec.selector'],
	ReplicaSet: ['spec.selector'],
	StatefulSet: ['spec.selector', 'spec.serviceName', 'spec.podManagementPolicy', 'spec.volumeClaimTemplates'],
	DaemonSet: ['spec.selector'],
	Job: ['spec.selector', 'spec.template', 'spec.completions'],
	Service: ['spec.clusterIP'],
	Secret: ['type'],
	RoleBinding: ['roleRef'],
	ClusterRoleBinding: ['roleRef'],
};

const checkContainers = (object: KubeObject, path: readonly string[], refuse: (field: string, why: string) => never): void => {
	const containers = listAt(object, ...path, 'containers');
	if (containers.length === 0) refuse(`${path.join('.')}.containers`, 'Required value');
	for (const key of ['containers', 'initContainers']) {
		const names = listAt(object, ...path, key).map(container => textAt(container, 'name'));
		for (const [index, container] of listAt(object, ...path, key).entries()) {
			const field = `${[...path, key].join('.')}[${index}]`;
			for (const needed of ['name', 'image']) if ((textAt(container, needed) ?? '') === '') refuse(`${field}.${needed}`, 'Required value');
			if (names.indexOf(names[index]) !== index) refuse(`${field}.name`, `Duplicate value: ${JSON.stringify(names[index])}`);
		}
	}
};
