import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {after, before, describe, test} from 'node:test';

import {startACluster, type ACluster} from './a-cluster.ts';

const deployment = (name: string, image: string, extra = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: "${image}", ports: [{containerPort: 8080}]${extra}}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}
`;

const pod = (image: string, {init, owner = 'Pod', name = 'one'}: {init?: string; owner?: 'Pod' | 'Job'; name?: string} = {}) => {
	const spec = `{restartPolicy: ${owner === 'Job' ? 'Never' : 'Always'}, ${init === undefined ? '' : `initContainers: [{name: init, image: "${init}"}], `}containers: [{name: app, image: "${image}"}]}`;
	return owner === 'Job' ? `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}}\nspec: {backoffLimit: 0, template: {spec: ${spec}}}\n` : `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
};

describe('kubectl against the rehearsal cluster', {concurrency: true}, () => {
	let cluster: ACluster;
	before(async () => {
		cluster = await startACluster();
	});
	after(() => cluster.close());

	/** A namespace of the test's own. */
	const inNamespace = async (name: string): Promise<(line: string) => Promise<string>> => {
		await cluster.ok(`kubectl create namespace ${name}`);
		return line => cluster.ok(`kubectl --namespace ${name} ${line}`);
	};

	/** Asks until the answer is this. */
	const eventually = async (ask: () => string | Promise<string>, expected: RegExp): Promise<void> => {
		const deadline = Date.now() + 20_000;
		let said = await ask();
		while (!expected.test(said)) {
			assert.ok(Date.now() < deadline, `${said} is not ${String(expected)}`);
			await new Promise(resolve => setTimeout(resolve, 100));
			said = await ask();
		}
	};

	test('apply, diff and a second apply change what the file says, and nothing else', async () => {
		const kubectl = await inNamespace('apply');
		cluster.write({'app.yaml': deployment('web', 'demo/web:1', ', env: [{name: A, value: a}, {name: B, value: b}]'), 'next.yaml': deployment('web', 'demo/web:2', ', env: [{name: A, value: a}]')});
		assert.match(await kubectl('apply --filename app.yaml'), /deployment\.apps\/web created\nservice\/web created/);
		assert.match(await kubectl('rollout status deployment/web --timeout 20s'), /successfully rolled out/);
		assert.equal((await cluster.run('kubectl', 'diff', '--namespace', 'apply', '--filename', 'app.yaml')).status, 0);
		const {status, stdout} = await cluster.run('kubectl', 'diff', '--namespace', 'apply', '--filename', 'next.yaml');
		assert.equal(status, 1);
		assert.match(stdout, /^-\s+image: demo\/web:1\n\+\s+image: demo\/web:2/m);
		assert.match(await kubectl('apply --filename next.yaml --dry-run=server'), /web configured \(server dry run\)/);
		assert.match(await kubectl('apply --filename next.yaml'), /deployment\.apps\/web configured\nservice\/web unchanged/);
		await kubectl('rollout status deployment/web --timeout 20s');
		assert.equal(await kubectl('get deployment web --output jsonpath={.spec.template.spec.containers[0].env}'), '[{"name":"A","value":"a"}]');
		assert.match(await kubectl('apply --server-side --force-conflicts --filename app.yaml'), /serverside-applied/);
	});

	test('a rollout is followed, counted, undone, and scaled; the images of ready pods are those of the version that runs', async () => {
		const kubectl = await inNamespace('roll');
		cluster.write({'roll.yaml': deployment('roll', 'demo/roll:1')});
		await kubectl('apply --filename roll.yaml');
		await kubectl('wait --for=condition=Available deployment/roll --timeout 20s');
		await kubectl('set image deployment/roll app=demo/roll:2');
		assert.match(await kubectl('rollout status deployment/roll --timeout 20s'), /Waiting for deployment "roll" rollout to finish[\s\S]*successfully rolled out/);
		assert.ok((await cluster.images()).includes('demo/roll:2'));
		assert.ok(!(await cluster.images()).includes('demo/roll:1'));
		await kubectl('rollout undo deployment/roll');
		await kubectl('rollout status deployment/roll --timeout 20s');
		assert.equal(await kubectl('get deployment roll --output jsonpath={.spec.template.spec.containers[0].image}'), 'demo/roll:1');
		assert.deepEqual((await kubectl('rollout history deployment/roll')).match(/^\d+/gm), ['2', '3']);
		await kubectl('scale deployment/roll --replicas 3');
		await eventually(() => kubectl('get deployment roll'), /roll\s+3\/3\s+3\s+3/);
		await kubectl('scale deployment/roll --replicas 1');
		await eventually(() => kubectl('get pods --output name'), /^pod\/\S+\n$/);
	});

	test('describe, get and logs say what people look for', async () => {
		const kubectl = await inNamespace('look');
		cluster.write({'look.yaml': deployment('look', 'demo/look:1')});
		await kubectl('apply --filename look.yaml');
		await kubectl('rollout status deployment/look --timeout 20s');
		assert.match(await kubectl('describe deployment look'), /2 desired \| 2 updated \| 2 total \| 2 available[\s\S]*NewReplicaSetAvailable[\s\S]*Scaled up replica set look-\w+ from 0 to 2/);
		assert.match(await kubectl('describe pods'), /State:\s+Running[\s\S]*Scheduled\s+\S+\s+default-scheduler/);
		assert.match(await kubectl('describe service look'), /Endpoints:\s+10\.244\.\d+\.\d+:8080,10\.244\./);
		assert.match(await kubectl('get all'), /pod\/look-\w+-\w+\s+1\/1\s+Running[\s\S]*service\/look\s+ClusterIP[\s\S]*deployment\.apps\/look\s+2\/2[\s\S]*replicaset\.apps\/look-/);
		assert.match(await kubectl('logs deployment/look'), /No container runs in a rehearsal/);
		assert.match(await kubectl('get events --field-selector involvedObject.kind=Deployment'), /ScalingReplicaSet\s+deployment\/look/);
		assert.equal(await kubectl('auth can-i create deployments'), 'yes\n');
		assert.match(await cluster.ok('kubectl api-resources --verbs=list --output name'), /^deployments\.apps$/m);
		assert.match(await cluster.ok('kubectl version'), /Server Version: v1\.35/);
	});

	test('a watch delivers each step of a pod', async () => {
		const kubectl = await inNamespace('watch');
		cluster.write({'before.yaml': pod('demo/watch:1', {name: 'before'}), 'watch.yaml': pod('demo/watch:1')});
		await kubectl('apply --filename before.yaml');
		const child = spawn('kubectl', ['get', 'pods', '--watch', '--namespace', 'watch', '--kubeconfig', cluster.kubeconfig], {stdio: ['ignore', 'pipe', 'ignore']});
		let seen = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
		await eventually(() => seen, /^before/m); // kubectl has listed and follows from there: what comes now is seen from its first step
		await kubectl('apply --filename watch.yaml');
		await eventually(() => seen, /one\s+1\/1\s+Running/);
		await kubectl('delete pod one');
		await eventually(() => seen, /^one +0\/1 +Pending[\s\S]*^one +0\/1 +ContainerCreating[\s\S]*^one +1\/1 +Running[\s\S]*^one .*Terminating/m);
		child.kill();
		await once(child, 'close');
	});

	test('a deleted pod comes back, what is deleted with all that it owns is gone, and a namespace takes everything with it', async () => {
		const kubectl = await inNamespace('gone');
		cluster.write({'gone.yaml': deployment('gone', 'demo/gone:1')});
		await kubectl('apply --filename gone.yaml');
		await kubectl('rollout status deployment/gone --timeout 20s');
		const names = (await kubectl('get pods --output name')).trim().split('\n');
		await kubectl('delete pods --all');
		await eventually(() => kubectl('get deployment gone'), /gone\s+2\/2/);
		assert.ok((await kubectl('get pods --output name')).trim().split('\n').every(name => !names.includes(name)));
		await kubectl('delete deployment gone --cascade=foreground --timeout 20s');
		assert.equal(await kubectl('get replicasets,pods --output name'), '');
		await kubectl('apply --filename gone.yaml');
		await cluster.ok('kubectl delete namespace gone --timeout 20s');
		assert.match((await cluster.run('kubectl', 'get', 'namespace', 'gone')).stderr, /NotFound/);
		assert.doesNotMatch(await cluster.ok('kubectl get pods,replicasets,services --all-namespaces'), /gone/);
	});

	for (const [title, manifest, expected] of [
		['a crashing container is restarted for ever', pod('demo/a:1-crash'), /one\s+0\/1\s+CrashLoopBackOff\s+[2-9]/],
		['an image that is not there is never pulled', pod('demo/a:1-missing'), /one\s+0\/1\s+ImagePullBackOff/],
		['a container that is not ready runs', pod('demo/a:1-unready'), /one\s+0\/1\s+Running/],
		['a crashing init container holds up the others', pod('demo/a:1', {init: 'demo/init:1-crash'}), /one\s+0\/1\s+Init:CrashLoopBackOff\s+[2-9]/],
		['an init container that ends well lets the others run', pod('demo/a:1', {init: 'demo/init:1'}), /one\s+1\/1\s+Running/],
		['the pod of a Job ends well', pod('demo/a:1', {owner: 'Job'}), /one-\w+\s+0\/1\s+Completed/],
		['the crashing pod of a Job fails', pod('demo/a:1-crash', {owner: 'Job'}), /one-\w+\s+0\/1\s+Error/],
	] as const) {
		test(title, async () => {
			const name = title.toLowerCase().replaceAll(' ', '-').slice(0, 40);
			const kubectl = await inNamespace(name);
			cluster.write({[`${name}.yaml`]: manifest});
			await kubectl(`apply --filename ${name}.yaml`);
			await eventually(() => kubectl('get pods'), expected);
		});
	}

	test('Jobs say how they ended, StatefulSets keep their order and their names, a DaemonSet has its one pod', async () => {
		const kubectl = await inNamespace('kinds');
		cluster.write({
			'good.yaml': pod('a:1', {owner: 'Job'}).replace('name: one', 'name: good'),
			'bad.yaml': pod('a:1-crash', {owner: 'Job'}).replace('name: one', 'name: bad'),
			'sets.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: "db:1"}]}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: agent, image: "agent:1"}]}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec: {minAvailable: 1, selector: {matchLabels: {app: db}}}
`,
		});
		for (const file of ['good', 'bad', 'sets']) await kubectl(`apply --filename ${file}.yaml`);
		await kubectl('wait --for=condition=complete job/good --timeout 20s');
		await kubectl('wait --for=condition=failed job/bad --timeout 20s');
		assert.equal(await kubectl('get job bad --output jsonpath={.status.conditions[?(@.type=="Failed")].reason}'), 'BackoffLimitExceeded');
		await kubectl('rollout status statefulset/db --timeout 20s');
		await kubectl('rollout status daemonset/agent --timeout 20s');
		assert.match(await kubectl('get pods --output name'), /pod\/agent-\w+\n[\s\S]*pod\/db-0\npod\/db-1\n/);
		assert.match(await kubectl('get persistentvolumeclaims'), /data-db-0\s+Bound[\s\S]*data-db-1\s+Bound/);
		assert.equal(await kubectl('get poddisruptionbudget db --output jsonpath={.status.disruptionsAllowed}'), '1');
		await kubectl('set image statefulset/db db=db:2');
		await kubectl('rollout status statefulset/db --timeout 20s');
		assert.equal(await kubectl('get pods --selector app=db --output jsonpath={.items[*].spec.containers[0].image}'), 'db:2 db:2');
		assert.match(await kubectl('get pods --selector app=db'), /db-0[\s\S]*db-1/);
	});

	test('a kind of its own is there as soon as it is defined', async () => {
		cluster.write({
			'demo.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: demos.slipway.example}\nspec: {group: slipway.example, scope: Namespaced, names: {kind: Demo, plural: demos, shortNames: [dm]}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n',
			'one.yaml': 'apiVersion: slipway.example/v1\nkind: Demo\nmetadata: {name: one}\nspec: {size: 3}\n',
		});
		await cluster.ok('kubectl apply --filename demo.yaml');
		await cluster.ok('kubectl wait --for=condition=established crd/demos.slipway.example --timeout 10s');
		await cluster.ok('kubectl apply --filename one.yaml');
		assert.equal(await cluster.ok('kubectl get dm one --output jsonpath={.spec.size}'), '3');
		await cluster.ok('kubectl delete crd demos.slipway.example');
		assert.notEqual((await cluster.run('kubectl', 'get', 'demos.slipway.example')).status, 0);
	});
});
