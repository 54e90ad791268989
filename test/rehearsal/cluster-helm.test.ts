import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {startACluster, type ACluster} from './a-cluster.ts';

const templates = {
	'user.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: user}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: user}}
  template:
    metadata: {labels: {app: user}}
    spec:
      containers:
        - name: user
          image: "egovio/user:{{ .Values.tag }}"
          env: [{name: A, value: a}{{ if .Values.extra }}, {name: EXTRA, value: x}{{ end }}]
        {{- if .Values.extra }}
        - {name: side, image: "egovio/side:1"}
        {{- end }}
---
apiVersion: v1
kind: Service
metadata: {name: user}
spec: {selector: {app: user}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Secret
metadata: {name: user}
stringData: {password: "{{ .Values.tag }}"}
`,
	'hook.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "egovio/migrate:{{ .Values.migration }}"}]}}}
`,
	'job.yaml': `{{- if .Values.job }}
apiVersion: batch/v1
kind: Job
metadata: {name: "index-{{ .Release.Revision }}"}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: index, image: "egovio/index:{{ .Values.job }}"}]}}}
{{- end }}
`,
};

const chart: Readonly<Record<string, string>> = {
	'chart/Chart.yaml': 'apiVersion: v2\nname: user\nversion: 0.1.0\nappVersion: "2.9"\nkubeVersion: ">=1.25.0"\n',
	'chart/values.yaml': 'tag: 2.9.1\nmigration: "1"\njob: ""\nreplicas: 2\nextra: true\n',
	...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`chart/templates/${name}`, text])),
};

describe('Helm against the rehearsal cluster', {concurrency: true}, () => {
	let cluster: ACluster;
	before(async () => {
		cluster = await startACluster();
		cluster.write(chart);
	});
	after(() => cluster.close());

	const inNamespace = (namespace: string) => ({
		helm: (line: string): Promise<string> => cluster.ok(`helm ${line} --namespace ${namespace}`),
		kubectl: (line: string): Promise<string> => cluster.ok(`kubectl ${line} --namespace ${namespace}`),
		fails: async (line: string): Promise<string> => {
			const {status, stderr} = await cluster.run('helm', ...line.split(' '), '--namespace', namespace);
			assert.equal(status, 1, line);
			return stderr;
		},
		history: async (): Promise<readonly string[]> => (JSON.parse(await cluster.ok(`helm history user --namespace ${namespace} --output json`)) as {revision: number; status: string; description: string}[]).map(({revision, status, description}) => `${revision} ${status}: ${description.split('\n')[0] ?? ''}`),
	});

	test('a release is installed, asked about, upgraded, rolled back and removed', async () => {
		const {helm, kubectl, history} = inNamespace('whole');
		assert.match(await helm('install user chart --create-namespace --wait --wait-for-jobs --timeout 30s'), /STATUS: deployed\nREVISION: 1/);
		assert.match(await helm('list'), /user\s+whole\s+1\s.*deployed/);
		await helm('upgrade user chart --set tag=2.9.2,extra=false,replicas=1 --wait --timeout 30s --description slipway');
		assert.equal(await helm('get values user --output json'), '{"extra":false,"replicas":1,"tag":"2.9.2"}\n');
		assert.match(await helm('get manifest user'), /image: "egovio\/user:2\.9\.2"/);
		assert.match(await helm('get hooks user'), /name: migrate/);
		assert.equal(JSON.parse(await helm('status user --output json')).info.status, 'deployed');
		const containers = JSON.parse(await kubectl('get deployment user --output jsonpath={.spec.template.spec.containers}')) as {name: string; image: string; env: object[]}[];
		assert.deepEqual(containers.map(({name, image, env}) => ({name, image, env})), [{name: 'user', image: 'egovio/user:2.9.2', env: [{name: 'A', value: 'a'}]}]);
		assert.equal(await kubectl('get secret user --output jsonpath={.data.password}'), Buffer.from('2.9.2').toString('base64'));
		await helm('rollback user 1 --wait --timeout 30s');
		assert.match(await kubectl('get deployment user'), /user\s+2\/2\s+2\s+2/);
		assert.equal(await kubectl('get deployment user --output jsonpath={.spec.template.spec.containers[*].image}'), 'egovio/user:2.9.1 egovio/side:1');
		assert.deepEqual(await history(), ['1 superseded: Install complete', '2 superseded: slipway', '3 deployed: Rollback to 1']);
		await helm('uninstall user --wait --timeout 30s');
		assert.doesNotMatch(await kubectl('get deployments,services,secrets --output name'), /user/);
		assert.match((await cluster.run('helm', 'status', 'user', '--namespace', 'whole')).stderr, /release: not found/);
	});

	test('a crashing version fails after its time, and the one before it stays up', async () => {
		const {helm, kubectl, fails, history} = inNamespace('crash');
		await helm('install user chart --create-namespace --wait --timeout 30s');
		assert.match(await fails('upgrade user chart --set tag=2.9.2-crash --wait --timeout 5s'), /UPGRADE FAILED: .*(not ready|context deadline exceeded)/s);
		assert.match((await history())[1] ?? '', /^2 failed: Upgrade "user" failed/);
		assert.match(await kubectl('get pods --selector app=user'), /1\/2\s+CrashLoopBackOff/);
		assert.match(await kubectl('get deployment user'), /user\s+2\/2\s+1\s+2/);
		assert.match(await kubectl('get events'), /BackOff\s+pod\/user-/);
		await helm('rollback user --wait --timeout 30s');
		assert.match(await kubectl('get deployment user'), /user\s+2\/2\s+2\s+2/);
	});

	test('an upgrade that goes back by itself leaves the version before it', async () => {
		const {helm, fails, history} = inNamespace('atomic');
		await helm('install user chart --create-namespace --wait --timeout 30s');
		await fails('upgrade user chart --set tag=2.9.2-missing --atomic --timeout 4s');
		assert.deepEqual((await history()).map(line => line.split(':')[0]), ['1 superseded', '2 failed', '3 deployed']);
	});

	test('a hook that fails stops the upgrade before anything changes', async () => {
		const {helm, kubectl, fails} = inNamespace('hook');
		await helm('install user chart --create-namespace --wait --timeout 30s');
		assert.match(await kubectl('get job migrate'), /Complete\s+1\/1/);
		assert.match(await fails('upgrade user chart --set tag=2.9.2,migration=2-crash --timeout 8s'), /UPGRADE FAILED: pre-upgrade hooks failed/);
		assert.match(await kubectl('get job migrate'), /Failed\s+0\/1/);
		assert.equal(await kubectl('get deployment user --output jsonpath={.spec.template.spec.containers[0].image}'), 'egovio/user:2.9.1');
	});

	test('Jobs of the release are waited for, and one that fails fails it', async () => {
		const {helm, kubectl, fails} = inNamespace('jobs');
		await helm('install user chart --create-namespace --wait --wait-for-jobs --timeout 30s --set job=1');
		assert.match(await kubectl('get job index-1'), /Complete\s+1\/1/);
		assert.match(await fails('upgrade user chart --wait --wait-for-jobs --timeout 15s --set job=2-crash'), /UPGRADE FAILED/);
	});

	test('a preview on the server changes nothing', async () => {
		const {helm, kubectl} = inNamespace('dry');
		await helm('install user chart --create-namespace --wait --timeout 30s');
		const before = await kubectl('get all,secrets --output json');
		assert.match(await helm('upgrade user chart --dry-run=server --set tag=2.9.9'), /egovio\/user:2\.9\.9/);
		assert.equal(await kubectl('get all,secrets --output json'), before);
	});

	test('a chart that the API refuses is not deployed', async () => {
		const {fails} = inNamespace('refused');
		cluster.write(Object.fromEntries(Object.entries(chart).map(([name, text]) => [name.replace('chart/', 'refused/'), text.replace('labels: {app: user}', 'labels: {app: other}')])));
		assert.match(await fails('install user refused --create-namespace'), /`selector` does not match template `labels`/);
	});
});
