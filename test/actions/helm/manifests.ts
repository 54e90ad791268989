import {pairObjects} from '../../../source/actions/helm/manifest-diff.ts';
import type {Pair} from '../../../source/actions/helm/object-pair.ts';
import {readManifest, type Manifest} from '../../../source/actions/helm/manifest.ts';

/** Documents as JSON, which is YAML too. A string is a document as it stands. */
export const manifestOf = (...documents: readonly unknown[]): Manifest =>
	readManifest(documents.map(document => `---\n# Source: demo/templates/${String((document as {kind?: string}).kind ?? 'x').toLowerCase()}.yaml\n${typeof document === 'string' ? document : JSON.stringify(document)}\n`).join(''), 'test', 'egov');

/** The pairs of what is live and what is coming; `again` is what a second rendering gave, when it was another. */
export const pairsOf = (live: readonly unknown[], coming: readonly unknown[], again: readonly unknown[] = coming): readonly Pair[] => pairObjects(manifestOf(...live), manifestOf(...coming), manifestOf(...again));

type Fields = Readonly<Record<string, unknown>>;

export const anObject = (kind: string, fields: Fields = {}, name = 'user', apiVersion = 'v1'): Fields => ({apiVersion, kind, ...fields, metadata: {name, ...(fields['metadata'] as Fields | undefined)}});

export const aDeployment = (image: string, more: {readonly name?: string; readonly pod?: Fields; readonly container?: Fields; readonly annotations?: Fields} = {}): Fields =>
	anObject(
		'Deployment',
		{spec: {replicas: 2, selector: {matchLabels: {app: 'user'}}, template: {metadata: {labels: {app: 'user'}, annotations: more.annotations ?? {}}, spec: {containers: [{name: 'app', image, ...more.container}], ...more.pod}}}},
		more.name ?? 'user',
		'apps/v1',
	);

export const aRole = (kind: string, rules: readonly unknown[], name = 'user'): Fields => anObject(kind, {rules}, name, 'rbac.authorization.k8s.io/v1');

export const aBinding = (kind: string, role: string, subjects: readonly Fields[]): Fields =>
	anObject(kind, {roleRef: {kind: role.split('/')[0], name: role.split('/')[1]}, subjects}, 'user', 'rbac.authorization.k8s.io/v1');

export const anIngress = (host: string, paths: readonly string[], annotations: Fields = {}): Fields =>
	anObject('Ingress', {metadata: {annotations}, spec: {rules: [{host, http: {paths: paths.map(path => ({path, pathType: 'Prefix', backend: {}}))}}]}}, 'user', 'networking.k8s.io/v1');
