import {createHash} from 'node:crypto';

import {differenceFrom} from '../../actions/helm/difference.ts';
import {imagesOf} from '../../actions/helm/images.ts';
import {inOrder, judgeDifference} from '../../actions/helm/judge-difference.ts';
import {compareManifests, pairObjects} from '../../actions/helm/manifest-diff.ts';
import {readManifest} from '../../actions/helm/manifest.ts';
import type {ObjectFinding} from '../../actions/helm/object-finding.ts';
import type {FileFact} from '../../journal/event.ts';

/** Evidence on paper: what the journal names, and what is read. */
export type PaperFile = {readonly fact: FileFact; readonly bytes: Uint8Array};

export const paperFile = (path: string, text: string): PaperFile => {
	const bytes = new TextEncoder().encode(text);
	return {fact: {path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')}, bytes};
};

export type PaperManifests = {readonly live: string | null; readonly coming: string; readonly templates?: Readonly<Record<string, string>>; readonly findings?: readonly ObjectFinding[]};

/** The difference of two manifests, as a preview leaves it. */
export const paperDifference = ({live, coming, templates = {}, findings = []}: PaperManifests, release = 'egov-user', path = 'evidence/preview.1/difference.json'): PaperFile => {
	const read = (text: string) => readManifest(text, 'manifest', 'egov', new Map(Object.entries(templates)));
	const pairs = pairObjects(read(live ?? ''), read(coming), read(coming.replaceAll('checksum/config: a1', 'checksum/config: a2')));
	const images = {live: imagesOf(read(live ?? '').objects), coming: imagesOf(read(coming).objects)};
	const report = {
		release,
		namespace: 'egov',
		live: live === null ? null : {revision: 41, status: 'deployed', chart: 'user-0.1.0', appVersion: '2.9', at: '2026-11-12T09:14:00Z', version: '2.9.1'},
		coming: {chart: 'user-0.1.0', chartVersion: '0.1.0', appVersion: '2.9', version: '2.9.2'},
	};
	const difference = differenceFrom(report as Parameters<typeof differenceFrom>[0], compareManifests(pairs), inOrder<ObjectFinding>([...judgeDifference(pairs, 'egov'), ...findings]), images);
	return paperFile(path, JSON.stringify(difference));
};

const manifest = (tag: string, kind: 'Role' | 'ClusterRole', paths: readonly string[]): string => `---
# Source: user/templates/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: egov-user
rules:
  - apiGroups: [""]
    resources: [secrets]
    verbs: ${kind === 'Role' ? '[get]' : '[get, list, watch]'}
---
# Source: user/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: user
spec:
  replicas: 3
  selector:
    matchLabels: {app: user}
  template:
    metadata:
      labels: {app: user}
      annotations:
        checksum/config: a1
    spec:
      containers:
        - name: user
          image: egovio/egov-user:${tag}
          env:
            - name: JAVA_OPTS
              value: -Xmx256m
---
# Source: user/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: user
data:
  application.properties: |
    otp.validity=${tag === '2.9.1' ? '300' : '120'}
    search.page.size=50
---
# Source: user/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: user
stringData:
  key: ${tag}
---
# Source: user/templates/ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: user
spec:
  rules:
    - host: egov.example
      http:
        paths:
${paths.map(path => `          - path: ${path}\n            pathType: Prefix\n            backend: {service: {name: user, port: {number: 8080}}}`).join('\n')}
---
# Source: user/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: user
spec:
  ports: [{port: 8080}]
`;

const roleTemplate = '{{- if .Values.rbac.create }}\n# The service reads its own keys.\napiVersion: rbac.authorization.k8s.io/v1\nkind: {{ .Values.rbac.kind }}\nmetadata:\n  name: egov-user\nrules:\n  - apiGroups: [""]\n    resources: [secrets]\n    verbs: {{ .Values.rbac.verbs }}\n{{- end }}\n';

/** The release of the gallery: a Role becomes a ClusterRole, a path is opened, an image and a limit change. */
export const usualDifference: PaperFile = paperDifference({
	live: manifest('2.9.1', 'Role', ['/user']),
	coming: manifest('2.9.2', 'ClusterRole', ['/user', '/open']),
	templates: {'user/templates/role.yaml': roleTemplate},
	findings: [{level: 'warning', what: 'Not committed: env.yaml. What is deployed is in no commit.', where: 'env.yaml'}, {level: 'note', what: 'Git: 4f2a91c07be3 (release/2.9).'}],
});

/** Only a version and a setting change: nothing has to be read one by one. */
export const harmlessDifference: PaperFile = paperDifference({live: manifest('2.9.1', 'Role', ['/user']), coming: manifest('2.9.2', 'Role', ['/user'])});
