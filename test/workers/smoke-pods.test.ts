import assert from 'node:assert/strict';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import {smokePods} from '../../source/actions/smoke-pods.ts';
import {aFolder, carryOut, planInputOf, signalWhen, type Carried} from './carry-out.ts';

const root = aFolder();
after(root.remove);
let counter = 0;

type Pod = {readonly name?: string; readonly ready?: boolean; readonly restarts?: number; readonly since?: string; readonly ending?: boolean; readonly phase?: string; readonly waiting?: string; readonly lastEnd?: string; readonly labels?: Readonly<Record<string, string>>};

const pod = ({name = 'user-1', ready = true, restarts = 0, since = '2026-11-24T09:00:00Z', ending = false, phase = 'Running', waiting, lastEnd, labels = {app: 'user'}}: Pod): unknown => ({
	kind: 'Pod',
	metadata: {name, namespace: 'egov', uid: `uid-${name}`, labels, ...(ending ? {deletionTimestamp: '2026-11-24T09:05:00Z'} : {})},
	spec: {containers: [{name: 'app', image: 'user:1'}]},
	status: {
		phase,
		conditions: [{type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: since}],
		containerStatuses: [{name: 'app', ready, restartCount: restarts, state: waiting === undefined ? {running: {}} : {waiting: {reason: waiting}}, lastState: lastEnd === undefined ? {} : {terminated: {reason: lastEnd, exitCode: 137}}}],
	},
});

/** Looks one after the other; the last one stays. `null`: the cluster gives no answer. */
type Looks = readonly (readonly Pod[] | null)[];

/** A cluster on paper: a kubectl that gives the looks one by one. */
const watch = (looks: Looks, settings: Readonly<Record<string, unknown>> = {selector: 'app=user', soak: '3s', timeout: '20s'}, more: {readonly onStart?: (pid: number, folder: string) => void; readonly manifest?: string} = {}): Promise<Carried> => {
	const folder = join(root.path, String(++counter));
	mkdirSync(folder);
	for (const [index, pods] of looks.entries()) if (pods !== null) writeFileSync(join(folder, `look.${index}`), JSON.stringify({items: pods.map(pod)}));
	const kubectl = join(folder, 'kubectl');
	writeFileSync(kubectl, `#!/bin/sh
cd ${folder}
read -r n <count 2>/dev/null || n=0
echo $((n + 1)) >count
[ $n -lt ${looks.length} ] || n=${looks.length - 1}
[ -f look.$n ] && cat look.$n && exit
echo 'Unable to connect to the server: dial tcp: connection refused' >&2
exit 1
`);
	chmodSync(kubectl, 0o755);
	const action = more.manifest === undefined ? smokePods : {...smokePods, plan: (input: Parameters<typeof smokePods.plan>[0]) => smokePods.plan({...input, earlier: {preview: previewed(folder, more.manifest ?? '')}})};
	return carryOut(action, settings, {folder, target: {kubeconfig: '/kube', context: 'uat', namespace: 'egov'}, findTool: name => (name === 'kubectl' ? kubectl : null), ...(more.onStart === undefined ? {} : {onStart: more.onStart})});
};

const previewed = (folder: string, manifest: string) => {
	writeFileSync(join(folder, 'new-manifest.yaml'), manifest);
	const file = (path: string) => ({path, sizeBytes: 1, sha256: 'a'.repeat(64)});
	return {uses: 'helm/preview', attempt: 1, finishedAt: '2026-11-24T09:00:00Z', evidence: [file('chart.tgz'), file('new-manifest.yaml')], outputs: {preview: JSON.stringify({namespace: 'egov', workloadNamespaces: ['egov']})}};
};

describe('pods that stay ready', {concurrency: 4}, () => {
	test('pass after the soak time', async () => {
		const result = await watch([[{name: 'user-1'}, {name: 'user-2'}]]);
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.match(result.summary, /^2 pods ready, no restart in 3 s$/);
		assert.deepEqual(result.outputs, {pods: '2', restarts: '0'});
		assert.equal(result.out.match(/^\$ .*kubectl get pods --kubeconfig \/kube --context uat --namespace egov --selector app=user --output json$/gm)?.length, 1);
	});

	test('may need time to become ready, and may have restarted before; that is told', async () => {
		const result = await watch([[], [{ready: false, waiting: 'CrashLoopBackOff', restarts: 1}], [{restarts: 2, lastEnd: 'OOMKilled'}]]);
		assert.equal(result.outcome, 'succeeded', result.summary);
		assert.deepEqual(result.findings, [{level: 'warning', what: 'user-1 had restarted 2 times before it was stable: OOMKilled'}]);
		assert.match(result.out, /^app=user has no pod\nuser-1 is not ready: CrashLoopBackOff, 1 restart$/m);
	});

	test('those that have done their work do not count, and those on their way out are not waited for', async () => {
		const result = await watch([[{name: 'done', phase: 'Succeeded', ready: false}, {name: 'old', ending: true, ready: false}, {}], [{}]]);
		assert.match(result.summary, /^1 pod ready/);
	});

	test('a look without an answer is no fault, but it is told', async () => {
		const result = await watch([[{}], null, [{}]]);
		assert.equal(result.outcome, 'succeeded', result.summary);
		// How often it looks while the pods have to stay ready depends on how busy this machine is.
		assert.deepEqual(result.findings.map(({what}) => what.replace(/of \d+ looks/, 'of some looks')), ['1 of some looks at the cluster gave no answer']);
	});
});

describe('never a pass', {concurrency: 4}, () => {
	for (const [name, looks, summary] of [
		['a restart', [[{restarts: 1}], [{restarts: 2, lastEnd: 'OOMKilled'}]], /^user-1 restarted \(1 → 2\): OOMKilled$/],
		['a pod that is not ready any more', [[{}], [{ready: false, waiting: 'CrashLoopBackOff'}]], /^user-1 is not ready any more: CrashLoopBackOff$/],
		['a pod that was not ready between two looks', [[{}], [{since: '2026-11-24T09:10:00Z'}]], /^user-1 was not ready for a while$/],
		['a pod that was replaced', [[{}], [{name: 'user-9'}]], /^user-1 was removed$/],
		['a pod that is on its way out', [[{}], [{ending: true}]], /^user-1 was removed$/],
		['a new pod that is not ready at the end', [[{}], [{}, {name: 'user-2', ready: false, waiting: 'ImagePullBackOff'}]], /^user-2 is not ready: ImagePullBackOff$/],
	] as const)
		test(name, async () => {
			const result = await watch(looks);
			assert.equal(result.outcome, 'failed');
			assert.match(result.summary, summary);
		});

	test('no pod, no answer, or pods that are never ready, until the time is over', async () => {
		const settings = {selector: 'app=user', soak: '1s', timeout: '3s'};
		const [none, silent, unready] = await Promise.all([watch([[]], settings), watch([null], settings), watch([[{ready: false, waiting: 'ImagePullBackOff'}]], settings)]);
		assert.deepEqual([none.summary, silent.summary, unready.summary], ['app=user has no pod', 'Unable to connect to the server: dial tcp: connection refused', 'user-1 is not ready: ImagePullBackOff']);
		assert.ok([none, silent, unready].every(({outcome}) => outcome === 'failed'));
	});

	test('a cancelled watch', async () => {
		const result = await watch([[{}]], {selector: 'app=user', soak: '1m'}, {onStart: signalWhen('watching for', 'SIGTERM')});
		assert.deepEqual([result.outcome, result.summary, result.exitCode], ['failed', 'it was cancelled', 143]);
	});

	test('a report that is garbage or missing', () => {
		const empty = {faults: [], began: [], last: [], waitedMs: 1, soakedMs: 1, looks: 1, unread: 0};
		for (const report of [undefined, null, {}, empty]) assert.equal(smokePods.judge({exitCode: 0, signal: null, report, outTail: '', errTail: ''}).outcome, 'failed');
	});
});

describe('the workloads of a preview', () => {
	const manifest = (names: readonly string[]): string => names.map(name => `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  selector: {matchLabels: {app: ${name}}}\n  template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: app, image: x}]}}\n`).join('');

	test('each must have pods of its own, and others in the namespace do not count', async () => {
		const settings = {preview: 'preview', soak: '1s', timeout: '3s'};
		const pods: Looks = [[{}, {name: 'other-1', ready: false, labels: {app: 'other'}}]];
		const [good, missing, nothing] = await Promise.all([watch(pods, settings, {manifest: manifest(['user'])}), watch(pods, settings, {manifest: manifest(['user', 'bill'])}), watch(pods, settings, {manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n'})]);
		assert.match(good.summary, /^1 pod ready/);
		assert.deepEqual([missing.outcome, missing.summary], ['failed', 'Deployment/bill has no pod']);
		assert.deepEqual([nothing.outcome, nothing.summary], ['failed', 'the manifest has no workload whose pods stay']);
	});
});

test('without kubectl or a place it can not be planned, and settings must mean something', () => {
	const settings = {selector: 'app=user'};
	assert.throws(() => smokePods.plan(planInputOf(smokePods, settings, {folder: '/', findTool: () => '/kubectl'})), {code: 'target-incomplete'});
	assert.throws(() => smokePods.plan(planInputOf(smokePods, settings, {folder: '/', target: {kubeconfig: '/k', context: 'c', namespace: 'n'}, findTool: () => null})), {code: 'tool-missing'});
	for (const bad of [{}, {selector: 'a', preview: 'b'}, {selector: ''}, {selector: 'a', soak: 30}]) assert.equal(smokePods.schema.safeParse(bad).success, false);
});
