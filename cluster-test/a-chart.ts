import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

import {parse} from 'yaml';

import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import type {ManifestDiff} from '../source/actions/helm/manifest-diff.ts';
import {ARelease, type Done} from './a-release.ts';

export const kubeconfig = process.env['KUBECONFIG'];
export const skip = kubeconfig === undefined ? 'KUBECONFIG is not set: what Helm really does needs a cluster' : false;
export const context = kubeconfig === undefined ? '' : String((parse(readFileSync(kubeconfig, 'utf8')) as {'current-context': string})['current-context']);

export const deployment = (extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: user, labels: {app: user}}
spec:
  replicas: 2
  selector: {matchLabels: {app: user}}
  template:
    metadata: {labels: {app: user}, annotations: {rendered: "{{ now | unixEpoch }} {{ randAlphaNum 5 }}"}}
    spec:
      ${extra}
      containers: [{name: user, image: "egovio/egov-user:{{ .Values.image.tag }}"}]
---
apiVersion: v1
kind: Secret
metadata: {name: user}
stringData: {password: "{{ .Values.password }}"}
`;

export const role = (kind: 'Role' | 'ClusterRole'): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: "{{ .Release.Namespace }}-user"}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
`;

export const chart = (templates: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
	'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\nappVersion: "2.9"\n',
	'chart/values.yaml': 'image: {tag: 2.9.1}\npassword: one\n',
	'chart/templates/user.yaml': deployment(),
	...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`chart/templates/${name}`, text])),
});

export const previewOf = (tag: string) => ({release: 'user', chart: './chart', values: ['env.yaml'], set: {'image.tag': tag}});
export const upgradeWith = {preview: 'preview', timeout: '60s'};
export const findingsOf = (done: Done): string => done.findings.map(({level, what}) => `${level}: ${what}`).join('\n');
export const differenceOf = (release: ARelease, attempt = 1): ManifestDiff => JSON.parse(readFileSync(join(release.folder, `run/evidence/preview.${attempt}/difference.json`), 'utf8')) as ManifestDiff;

export const aRelease = (name: string, files: Readonly<Record<string, string>> = chart()): ARelease => {
	const release = new ARelease(name, kubeconfig ?? '', context);
	release.write({...files, 'env.yaml': 'password: s3cret-value\n'});
	return release;
};

/** Previews and deploys a version, and holds that both succeed. */
export const deploy = async (release: ARelease, tag: string): Promise<Done> => {
	const preview = await release.perform(helmPreview, 'preview', previewOf(tag));
	assert.equal(preview.outcome, 'succeeded', preview.summary + preview.out);
	const upgrade = await release.perform(helmUpgrade, 'upgrade', upgradeWith);
	assert.equal(upgrade.outcome, 'succeeded', upgrade.summary + upgrade.err);
	return preview;
};
