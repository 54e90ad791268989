import type {Cluster, ClusterRead} from '../../source/checklist/cluster.ts';
import {checkManifests, type CheckInput, type CheckResult} from '../../source/checklist/check-manifests.ts';
import {readDocuments} from '../../source/checklist/documents.ts';
import type {Finding} from '../../source/checklist/finding.ts';
import {objectsOf} from '../../source/checklist/kube-object.ts';
import {defaultSettings, type Settings} from '../../source/checklist/settings.ts';

export const noon = new Date('2026-11-24T12:00:00Z');

export const inputFor = (yaml: string, more: Partial<CheckInput> = {}): CheckInput => ({
	sources: [{name: 'web.yaml', text: yaml}],
	namespace: '',
	settings: defaultSettings,
	cluster: null,
	judgeCluster: null,
	waivers: [],
	attestations: [],
	annotations: {own: true, imported: []},
	baseline: null,
	benchmark: null,
	dockerfiles: [],
	only: null,
	keepAll: true,
	now: noon,
	...more,
});

export const check = (yaml: string, more: Partial<CheckInput> = {}): CheckResult => checkManifests(inputFor(yaml, more));

/** What an item says about some YAML: `fail missing Deployment/web web`, without what passes and does not apply unless `all`. */
export const said = (item: string, yaml: string, more: Partial<CheckInput> = {}, all = false): readonly string[] =>
	findingsOf(item, yaml, more)
		.filter(({verdict, code}) => all || (verdict !== 'pass' && verdict !== 'na' && code !== 'ask' && code !== 'passive'))
		.map(({verdict, code, object, container}) => [verdict, code, object === null ? '-' : `${object.kind}/${object.name}`, container ?? ''].join(' ').trim());

export const findingsOf = (item: string, yaml: string, more: Partial<CheckInput> = {}): readonly Finding[] =>
	check(yaml, {...more, only: new Set([item])}).items.flatMap(({findings}) => findings);

export const verdictOf = (item: string, yaml: string, more: Partial<CheckInput> = {}): string => check(yaml, {...more, only: new Set([item])}).items[0]?.verdict ?? 'none';

export const withSettings = (settings: Partial<Settings>): Partial<CheckInput> => ({settings: {...defaultSettings, ...settings}});

/** A cluster that holds these objects and lets everything be read, but for the given reads. */
export const aCluster = (yaml: string, reads: Readonly<Record<string, ClusterRead>> = {}): Cluster => {
	const everything: Record<string, ClusterRead> = {};
	for (const resource of ['namespaces', 'limitranges', 'resourcequotas', 'networkpolicies', 'daemonsets', 'nodes', 'deployments', 'ingresses', 'serviceaccounts']) everything[resource] = {state: 'read', reason: '', namespaces: null};
	return {
		context: 'uat',
		isLive: true,
		objects: readDocuments({name: 'cluster uat', text: yaml}).documents.flatMap(document => objectsOf(document, {namespace: 'default', isLive: true})),
		reads: {...everything, ...reads},
	};
};

type Options = {readonly kind?: string; readonly name?: string; readonly namespace?: string; readonly replicas?: number | null; readonly labels?: string; readonly spec?: string; readonly pod?: string; readonly annotations?: string};

/** A workload with one container, in flow style; `container` are its further fields. */
export const workload = (container = '', {kind = 'Deployment', name = 'web', namespace = '', replicas = null, labels = 'app: web', spec = '', pod = '', annotations = ''}: Options = {}): string => {
	const api = {Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', ReplicaSet: 'apps/v1', Job: 'batch/v1', CronJob: 'batch/v1', Pod: 'v1'}[kind] ?? 'v1';
	const metadata = `metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}, annotations: {${annotations}}}`;
	const podSpec = `{${pod === '' ? '' : `${pod}, `}containers: [{name: ${name}, image: ghcr.io/acme/web:1.4.2${container === '' ? '' : `, ${container}`}}]}`;
	if (kind === 'Pod') return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}, labels: {${labels}}, annotations: {${annotations}}}\nspec: ${podSpec}\n`;
	const template = `template: {metadata: {labels: {${labels}}}, spec: ${podSpec}}`;
	const inner = kind === 'CronJob' ? `jobTemplate: {spec: {${template}}}` : template;
	return `apiVersion: ${api}\nkind: ${kind}\n${metadata}\nspec: {${replicas === null ? '' : `replicas: ${replicas}, `}${spec === '' ? '' : `${spec}, `}${inner}}\n`;
};

export const bundle = (...documents: readonly string[]): string => documents.join('---\n');

export const service = (more = '', selector = 'app: web', namespace = ''): string => `apiVersion: v1\nkind: Service\nmetadata: {name: web${namespace === '' ? '' : `, namespace: ${namespace}`}}\nspec: {selector: {${selector}}, ports: [{port: 80, targetPort: 8080}]${more === '' ? '' : `, ${more}`}}\n`;
