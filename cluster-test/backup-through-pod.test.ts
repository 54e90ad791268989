import assert from 'node:assert/strict';
import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import type {Target} from '../source/runbook/plan.ts';
import {findTool} from '../test/find-tool.ts';
import {until} from '../test/supervisor/an-attempt.ts';
import {backUp, startShop, type AShop} from '../test/workers/a-backup.ts';
import {postgresPrograms} from '../test/workers/a-postgres.ts';
import {signalWhen, type Carried, type Place} from '../test/workers/carry-out.ts';

const kubeconfig = process.env['KUBECONFIG'];
const programs = postgresPrograms();
const kubectlPath = findTool('kubectl');
/** It answers `exec` for a pod by running the command on this machine: https://kwok.sigs.k8s.io/docs/user/exec-configuration/ */
const kwok = findTool('kwok') ?? (kubectlPath === null ? null : [join(dirname(realpathSync(kubectlPath)), 'kwok')].find(path => existsSync(path)) ?? null);
const skip = kubeconfig === undefined ? 'KUBECONFIG is not set: executing in a pod needs a cluster' : programs === null ? 'PostgreSQL is not installed here' : kwok === null ? 'kwok is not on PATH or beside kubectl: somebody has to play a kubelet that answers exec' : false;

describe('a backup through a pod of a real cluster', {skip}, () => {
	const namespace = `dump-${process.pid}`;
	const node = `runs-here-${process.pid}`;
	let folder: string;
	let shop: AShop;
	let kubelet: ChildProcess;
	let context: string;

	const kubectl = (args: readonly string[], input = ''): string => {
		const {status, stdout, stderr} = spawnSync('kubectl', [...args], {encoding: 'utf8', input});
		assert.equal(status, 0, `kubectl ${args.join(' ')}: ${stderr}`);
		return stdout.trim();
	};
	const isExecuting = (): boolean => spawnSync('kubectl', ['exec', '--namespace', namespace, 'playground-0', '--container', 'tools', '--', 'true']).status === 0;

	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'slipway-pod-'));
		shop = await startShop(programs ?? '');
		context = kubectl(['config', 'current-context']);
		const port = await aFreePort();
		const kind = {apiVersion: 'kwok.x-k8s.io/v1alpha1'};
		const stage = (of: string, statusTemplate: string) => ({...kind, kind: 'Stage', metadata: {name: of}, spec: {resourceRef: {apiGroup: 'v1', kind: of}, selector: {matchExpressions: [{key: '.metadata.deletionTimestamp', operator: 'DoesNotExist'}, {key: '.status.phase', operator: 'NotIn', values: ['Running']}]}, next: {statusTemplate}}});
		const executing = {...kind, kind: 'ClusterExec', metadata: {name: 'here'}, spec: {execs: [{containers: ['tools'], local: {workDir: '/'}}]}};
		writeFileSync(join(folder, 'kwok.yaml'), [stage('Node', `addresses: [{type: InternalIP, address: 127.0.0.1}]\ndaemonEndpoints: {kubeletEndpoint: {Port: ${port}}}\nphase: Running`), stage('Pod', 'phase: Running'), executing].map(document => JSON.stringify(document)).join('\n---\n'));
		// Without what the shell of the tests has set for PostgreSQL, as in a container.
		kubelet = spawn(kwok ?? '', ['--kubeconfig', kubeconfig ?? '', '--config', join(folder, 'kwok.yaml'), '--manage-single-node', node, '--server-address', `127.0.0.1:${port}`], {env: {HOME: folder, PATH: `${programs}:/usr/bin:/bin`}, stdio: 'ignore'});
		kubectl(['apply', '--filename', '-'], JSON.stringify({apiVersion: 'v1', kind: 'Node', metadata: {name: node}, spec: {taints: [{key: 'example.org/runs-here', effect: 'NoSchedule'}]}}));
		kubectl(['create', 'namespace', namespace]);
		await until(() => spawnSync('kubectl', ['get', 'serviceaccount', 'default', '--namespace', namespace]).status === 0, 'the namespace has its account');
		kubectl(['apply', '--filename', '-'], JSON.stringify({apiVersion: 'v1', kind: 'Pod', metadata: {name: 'playground-0', namespace}, spec: {nodeName: node, tolerations: [{operator: 'Exists'}], containers: [{name: 'app', image: 'app:1'}, {name: 'tools', image: 'postgres:15'}]}}));
		await until(isExecuting, 'the pod executes', 20_000);
	});
	after(async () => {
		kubectl(['delete', 'namespace', namespace, '--wait=false']);
		kubectl(['delete', 'node', node, '--wait=false']);
		kubelet.kill();
		await shop.stop();
		rmSync(folder, {recursive: true, force: true});
	});

	const throughPod = (settings: Readonly<Record<string, unknown>> = {}, {target, ...place}: {readonly target?: Partial<Target>} & Pick<Place, 'onStart'> & {readonly folder?: string} = {}): Promise<Carried> =>
		backUp(shop, {folder: 'kept', ...settings, through: {pod: 'playground-0', container: 'tools'}}, {target: {kubeconfig: kubeconfig ?? '', context, namespace, database: shop.at(), ...target}, ...place});
	const sessions = (): string => shop.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'slipway%'");

	for (const format of ['custom', 'plain']) {
		test(`${format}: is streamed to this machine and read whole`, async () => {
			const backup = await throughPod({format, globals: true});
			assert.equal(backup.outcome, 'succeeded', backup.out + backup.err);
			assert.match(backup.summary, /read whole.*globals too$/);
			assert.match(backup.out, /as seen from playground-0$/m);
			assert.ok(!JSON.stringify([backup.plan.commands, backup.out]).includes(shop.password));
		});
	}

	test('that is cancelled leaves no session at the server', async () => {
		const release = await shop.lock('orders');
		const here = shop.folder();
		const backup = await throughPod({}, {folder: here, onStart: signalWhen('waiting at most 60s: public.orders is locked by', 'SIGTERM')});
		assert.equal(backup.outcome, 'failed', backup.out);
		assert.ok(backup.findings.some(({what}) => what === 'One session of this task was still at the server, and was told to end.'), JSON.stringify(backup.findings));
		await until(() => sessions() === '0', 'no session of it');
		release();
		assert.ok(!existsSync(join(here, 'kept')) || readdirSync(join(here, 'kept')).length === 0);
	});

	test('by an account that may not execute in pods is refused in the words of the API server', async () => {
		kubectl(['create', 'serviceaccount', 'reader', '--namespace', namespace]);
		kubectl(['create', 'rolebinding', 'reader', '--clusterrole=view', `--serviceaccount=${namespace}:reader`, '--namespace', namespace]);
		const config = JSON.parse(kubectl(['config', 'view', '--minify', '--raw', '--output', 'json'])) as {users: {name: string; user: unknown}[]};
		const path = join(folder, 'reader-kubeconfig');
		writeFileSync(path, JSON.stringify({...config, users: config.users.map(({name}) => ({name, user: {token: kubectl(['create', 'token', 'reader', '--namespace', namespace])}}))}), {mode: 0o600});
		const backup = await throughPod({}, {target: {kubeconfig: path}});
		assert.equal(backup.outcome, 'failed');
		assert.match(backup.summary, /pods "playground-0" is forbidden: User "system:serviceaccount:.*:reader" cannot create resource "pods\/exec"/);
	});
});

const aFreePort = async (): Promise<number> => {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => server.close(resolve));
	return port;
};
