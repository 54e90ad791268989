import assert from 'node:assert/strict';
import {request} from 'node:https';
import {test, type TestContext} from 'node:test';

import {parse} from 'yaml';

import {startCluster, type Cluster} from '../../source/rehearsal/cluster/start-cluster.ts';

type Kubeconfig = {
	readonly 'current-context': string;
	readonly clusters: readonly {readonly cluster: {readonly server: string; readonly 'certificate-authority-data': string}}[];
	readonly users: readonly {readonly user: {readonly token: string}}[];
};

type Answer = {readonly code: number; readonly body: any};

type Send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

const aCluster = async (t: TestContext): Promise<{readonly cluster: Cluster; readonly send: Send; readonly watch: (path: string, isOver: (line: any) => boolean) => Promise<readonly any[]>}> => {
	const cluster = await startCluster();
	t.after(() => cluster.close());
	const {clusters, users} = parse(cluster.kubeconfig) as Kubeconfig;
	const ca = Buffer.from(clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64');
	const authorization = `Bearer ${users[0]?.user.token ?? ''}`;
	return {
		cluster,
		send: (method, path, body, headers = {}) =>
			new Promise((resolve, reject) => {
				const sent = body === undefined ? '' : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
				const outgoing = request(cluster.url + path, {method, ca, headers: {authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent), ...headers}}, response => {
					let text = '';
					response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({code: response.statusCode ?? 0, body: response.headers['content-type'] === 'text/plain' ? text : JSON.parse(text)}));
				});
				outgoing.on('error', reject).end(sent);
			}),
		watch: (path, isOver) =>
			new Promise((resolve, reject) => {
				const lines: any[] = [];
				let rest = '';
				const outgoing = request(cluster.url + path, {ca, headers: {authorization}}, response => {
					response.setEncoding('utf8').on('data', (part: string) => {
						const [last = '', ...whole] = (rest + part).split('\n').toReversed();
						rest = last;
						for (const line of whole.toReversed()) lines.push(JSON.parse(line));
						if (!lines.some(isOver)) return;
						outgoing.destroy();
						resolve(lines);
					}).on('error', () => {});
				});
				outgoing.on('error', reject).end();
			}),
	};
};

const configMaps = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, labels: object = {}, data: object = {}) => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels}, data});

test('a kubeconfig leads to this cluster alone: on 127.0.0.1, by a token and a certificate of its own', async t => {
	const [one, other] = [await aCluster(t), await aCluster(t)];
	assert.match(one.cluster.url, /^https:\/\/127\.0\.0\.1:\d+$/);
	assert.notEqual(one.cluster.url, other.cluster.url);
	assert.equal((parse(one.cluster.kubeconfig) as Kubeconfig)['current-context'], 'rehearsal');
	assert.equal((await one.send('GET', '/version')).body.minor, '35');
	const token = (parse(other.cluster.kubeconfig) as Kubeconfig).users[0]?.user.token ?? '';
	for (const authorization of ['', 'Bearer ', 'Bearer x', `Bearer ${token}`, `Basic ${token}`]) {
		const {code, body} = await one.send('GET', '/api/v1/secrets', undefined, {authorization});
		assert.deepEqual([code, body.reason], [401, 'Unauthorized'], authorization);
	}
});

test('what can not be answered is refused in the words of the API', async t => {
	const {send} = await aCluster(t);
	const refused = async (...sent: Parameters<Send>): Promise<string> => {
		const {code, body} = await send(...sent);
		return `${code} ${body.kind} ${body.reason}: ${body.message}`;
	};

	assert.equal(await refused('GET', `${configMaps}/x`), '404 Status NotFound: configmaps "x" not found');
	assert.equal(await refused('GET', '/apis/nope/v1/things'), '404 Status NotFound: the server could not find the requested resource');
	assert.match(await refused('POST', configMaps, '{'), /^400 Status BadRequest: the body of the request is no JSON/);
	assert.match(await refused('POST', configMaps, {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}}), /^400 Status BadRequest/);
	assert.match(await refused('POST', configMaps, configMap('No_Good')), /^422 Status Invalid: ConfigMap "No_Good" is invalid: metadata\.name/);
	assert.equal(await refused('POST', '/api/v1/namespaces/nowhere/configmaps', configMap('x')), '404 Status NotFound: namespaces "nowhere" not found');
	assert.match(await refused('PATCH', `${configMaps}/x`, {}, {'content-type': 'text/plain'}), /^415 Status UnsupportedMediaType/);
	assert.equal((await send('POST', configMaps, configMap('x'))).code, 201);
	assert.equal(await refused('POST', configMaps, configMap('x')), '409 Status AlreadyExists: configmaps "x" already exists');
	assert.match(await refused('PUT', `${configMaps}/x`, {...configMap('x'), metadata: {name: 'x', resourceVersion: '1'}}), /^409 Status Conflict/);
	assert.match(await refused('DELETE', `${configMaps}/x`, {preconditions: {uid: 'other'}}), /^409 Status Conflict/);
	assert.match(await refused('POST', configMaps, Buffer.alloc(9 * 1024 * 1024, 32)), /^413 Status/);
	assert.match(await refused('POST', configMaps, Buffer.from('k8s\0'), {'content-type': 'application/vnd.kubernetes.protobuf'}), /^(400|415) Status/);
});

test('lists are narrowed by labels and fields, and come in pages', async t => {
	const {send} = await aCluster(t);
	for (const [name, labels] of [['a', {app: 'x', tier: 'web'}], ['b', {app: 'x'}], ['c', {app: 'y'}], ['d', {}]] as const) await send('POST', configMaps, configMap(name, labels));
	const names = async (query: string): Promise<string> => ((await send('GET', `${configMaps}?${query}`)).body.items as {metadata: {name: string}}[]).map(({metadata}) => metadata.name).join('');
	const byLabel = (selector: string): Promise<string> => names(`labelSelector=${encodeURIComponent(selector)}`);
	assert.equal(await names(''), 'abcd');
	assert.equal(await byLabel('app=x'), 'ab');
	assert.equal(await byLabel('app!=x'), 'cd');
	assert.equal(await byLabel('app in (x, y),tier!=web'), 'bc');
	assert.equal(await byLabel('app notin (x)'), 'cd');
	assert.equal(await byLabel('tier'), 'a');
	assert.equal(await byLabel('!app'), 'd');
	assert.equal(await names('fieldSelector=metadata.name%3Db'), 'b');
	assert.equal(await names('fieldSelector=metadata.name!%3Db'), 'acd');
	const {body: first} = await send('GET', `${configMaps}?limit=3`);
	assert.deepEqual([first.items.length, first.metadata.remainingItemCount], [3, 1]);
	assert.equal(await names(`limit=3&continue=${first.metadata.continue}`), 'd');
	assert.equal((await send('GET', `${configMaps}?labelSelector=a%20b%20c`)).code, 400);
});

test('a watch tells what happened since, and an object that comes under its selector or leaves it', async t => {
	const {send, watch} = await aCluster(t);
	const {body: list} = await send('GET', configMaps);
	for (const labels of [{app: 'x'}, {app: 'x', more: 'y'}, {app: 'z'}, {app: 'x'}]) {
		await send('POST', configMaps, configMap('a', {}));
		await send('PATCH', `${configMaps}/a`, {metadata: {labels: {more: null, ...labels}}}, {'content-type': 'application/merge-patch+json'});
	}

	await send('DELETE', `${configMaps}/a`);
	const lines = await watch(`${configMaps}?watch=1&resourceVersion=${list.metadata.resourceVersion}&labelSelector=app%3Dx`, ({type, object}) => type === 'DELETED' && object.metadata.labels.app === 'x');
	assert.deepEqual(lines.map(({type, object}) => `${type} ${JSON.stringify(object.metadata.labels)}`), ['ADDED {"app":"x"}', 'MODIFIED {"app":"x","more":"y"}', 'DELETED {"app":"z"}', 'ADDED {"app":"x"}', 'DELETED {"app":"x"}']);
});

test('a watch that wants everything says where everything ends', async t => {
	const {send, watch} = await aCluster(t);
	await send('POST', configMaps, configMap('a'));
	const lines = await watch(`${configMaps}?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`, ({type}) => type === 'BOOKMARK');
	assert.deepEqual(lines.map(({type, object}) => [type, object.metadata.name ?? object.metadata.annotations['k8s.io/initial-events-end']]), [['ADDED', 'a'], ['BOOKMARK', 'true']]);
});

test('what is only tried out is answered as if it were done, and is not', async t => {
	const {send} = await aCluster(t);
	const {body: before} = await send('GET', configMaps);
	assert.equal((await send('POST', `${configMaps}?dryRun=All`, configMap('a'))).code, 201);
	assert.equal((await send('PATCH', `${configMaps}/a?dryRun=All&fieldManager=helm`, configMap('a'), {'content-type': 'application/apply-patch+yaml'})).code, 201);
	assert.deepEqual((await send('GET', configMaps)).body, before);
	await send('POST', configMaps, configMap('a', {}, {key: 'old'}));
	assert.equal((await send('PUT', `${configMaps}/a?dryRun=All`, configMap('a', {}, {key: 'new'}))).body.data.key, 'new');
	assert.equal((await send('DELETE', `${configMaps}/a?dryRun=All`)).code, 200);
	assert.equal((await send('GET', `${configMaps}/a`)).body.data.key, 'old');
});

test('an apply takes back what the same manager wished for before, and leaves what others added', async t => {
	const {send} = await aCluster(t);
	const apply = async (manager: string, data: object): Promise<unknown> => (await send('PATCH', `${configMaps}/a?fieldManager=${manager}&force=true`, configMap('a', {}, data), {'content-type': 'application/apply-patch+yaml'})).body.data;
	assert.deepEqual(await apply('helm', {one: '1', two: '2'}), {one: '1', two: '2'});
	assert.deepEqual(await apply('other', {three: '3'}), {one: '1', two: '2', three: '3'});
	assert.deepEqual(await apply('helm', {two: '22'}), {two: '22', three: '3'});
	assert.deepEqual(await apply('other', {}), {two: '22'});
});

test('what another object owns goes with its owner, unless it is told to stay', async t => {
	const {send} = await aCluster(t);
	const {body: owner} = await send('POST', configMaps, configMap('owner'));
	const owned = (name: string) => ({...configMap(name), metadata: {name, ownerReferences: [{apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid}]}});
	await send('POST', configMaps, owned('a'));
	await send('DELETE', `${configMaps}/owner?propagationPolicy=Orphan`);
	assert.deepEqual((await send('GET', `${configMaps}/a`)).body.metadata.ownerReferences, []);
	const {body: next} = await send('POST', configMaps, configMap('owner'));
	await send('POST', configMaps, {...owned('b'), metadata: {name: 'b', ownerReferences: [{apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: next.metadata.uid}]}});
	await send('DELETE', `${configMaps}/owner`);
	assert.equal((await send('GET', `${configMaps}/b`)).code, 404);
	assert.equal((await send('GET', `${configMaps}/a`)).code, 200);
});

test('an object of a shape that no controller expects is told about, and the cluster goes on', async t => {
	const {cluster, send, watch} = await aCluster(t);
	const deployments = '/apis/apps/v1/namespaces/default/deployments';
	const deployment = (name: string, spec: object = {}) => ({apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name}, spec: {selector: {matchLabels: {app: name}}, template: {metadata: {labels: {app: name}}, spec: {containers: [{name: 'a', image: `${name}:1`}]}}, ...spec}});
	for (const spec of [{replicas: '2'}, {replicas: -1}, {strategy: {rollingUpdate: {maxSurge: {}}}}]) assert.equal((await send('POST', deployments, deployment('odd', spec))).code, 422, JSON.stringify(spec));
	await send('POST', '/apis/apps/v1/namespaces/default/statefulsets', {...deployment('odd', {volumeClaimTemplates: [{}]}), kind: 'StatefulSet'});
	const events = await watch('/api/v1/namespaces/default/events?watch=1', ({object}) => object.reason === 'FailedReconcile');
	assert.match(events.at(-1).object.message, /does not understand this StatefulSet/);
	await send('POST', deployments, deployment('good', {replicas: null}));
	await watch(`${deployments}?watch=1`, ({object}) => object.metadata.name === 'good' && object.status?.availableReplicas === 1);
	assert.deepEqual(cluster.images(), ['good:1']);
});
