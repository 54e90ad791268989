import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import {smokePods} from '../source/actions/smoke-pods.ts';
import {aFolder, carryOut, type Carried} from '../test/workers/carry-out.ts';

const kubeconfig = process.env['KUBECONFIG'];
const skip = kubeconfig === undefined ? 'KUBECONFIG is not set: watching pods needs a cluster' : false;
const namespace = `smoke-${process.pid}`;
const folder = aFolder();
let counter = 0;

const kubectl = (args: readonly string[], input = ''): string => {
	const {status, stdout, stderr} = spawnSync('kubectl', [...args], {encoding: 'utf8', input});
	assert.equal(status, 0, `kubectl ${args.join(' ')}: ${stderr}`);
	return stdout.trim();
};

const deployment = (name: string, image: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: "${image}"}]}
`;

describe('pods of a real cluster', {skip}, () => {
	let context = '';
	const watch = (settings: Readonly<Record<string, unknown>>, onStart?: (pid: number, attemptFolder: string) => void): Promise<Carried> =>
		carryOut(smokePods, settings, {folder: folder.path, attempt: ++counter, target: {kubeconfig: kubeconfig ?? '', context, namespace}, ...(onStart === undefined ? {} : {onStart})});

	before(() => {
		context = kubectl(['config', 'current-context']);
		kubectl(['create', 'namespace', namespace]);
	});
	after(() => {
		kubectl(['delete', 'namespace', namespace, '--wait=false']);
		folder.remove();
	});

	test('that become ready and stay so pass', async () => {
		kubectl(['apply', '-f', '-'], deployment('user', 'registry.example.org/user:2.9.2', 2));
		const result = await watch({selector: 'app=user', soak: '5s', timeout: '1m'});
		assert.equal(result.outcome, 'succeeded', `${result.summary}\n${result.out}`);
		assert.match(result.summary, /^2 pods ready, no restart in 5 s$/);
	});

	test('that crash never pass, and the reason is told', async () => {
		kubectl(['apply', '-f', '-'], deployment('bill', 'registry.example.org/bill:2.9.2-crash', 1));
		const result = await watch({selector: 'app=bill', soak: '5s', timeout: '15s'});
		assert.equal(result.outcome, 'failed');
		assert.match(result.summary, /^bill-\S+ is not ready: /);
	});

	test('of which one goes away while it is watched do not pass', async () => {
		const result = await watch({selector: 'app=user', soak: '1m', timeout: '1m'}, (_, attemptFolder) => {
			const timer = setInterval(() => {
				if (!readFileSync(join(attemptFolder, 'out'), 'utf8').includes('watching for')) return;
				clearInterval(timer);
				kubectl(['delete', 'pod', '--namespace', namespace, '--wait=false', kubectl(['get', 'pods', '--namespace', namespace, '--selector', 'app=user', '--output', 'jsonpath={.items[0].metadata.name}'])]);
			}, 20);
		});
		assert.equal(result.outcome, 'failed');
		assert.match(result.summary, /^user-\S+ was removed$/);
	});
});
