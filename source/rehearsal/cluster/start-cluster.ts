import {randomBytes, timingSafeEqual} from 'node:crypto';
import {once} from 'node:events';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';

import {answer, type Api} from './answer.ts';
import {ApiError, statusOf} from './api-error.ts';
import {createCertificate} from './certificate.ts';
import {runControllers} from './controllers/run-controllers.ts';
import {kindNamed} from './kinds.ts';
import {timestamp, type KubeObject, type SentObject} from './kube-object.ts';
import {nodeObject} from './node.ts';
import {createStore, type Store} from './store.ts';
import {isActive, isReady, type Pod} from './workload.ts';
import {createWriter} from './write-objects.ts';

/** A small Kubernetes API: what Helm and kubectl need, with workloads that become ready, in memory. */
export type Cluster = {
	/** `https://127.0.0.1:40123` */
	readonly url: string;
	/** The text of a kubeconfig with the context `rehearsal`. It holds a token that only this cluster knows. */
	readonly kubeconfig: string;
	/** The images of the containers of pods that are ready now; those of the youngest pod come last. */
	readonly images: () => readonly string[];
	readonly close: () => Promise<void>;
};

/** Larger bodies are refused: no object may be that large. */
const largestBodyBytes = 8 * 1024 * 1024;

/** Listens on 127.0.0.1, on a port that is free. */
export const startCluster = async ({now = () => new Date()}: {readonly now?: () => Date} = {}): Promise<Cluster> => {
	const store = createStore(now);
	const writer = createWriter(store, now);
	const stopControllers = runControllers(store, now);
	furnish(store, timestamp(now()));
	const token = randomBytes(24).toString('base64url');
	const {key, certificate} = createCertificate(now());
	const server = createServer({key, cert: certificate}, (request, response) => void respond({store, writer, now}, token, request, response));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		kubeconfig: kubeconfigOf(url, certificate, token),
		images: () => imagesOf(store),
		close: async () => {
			stopControllers();
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
};

/** What every cluster has from the start. */
const furnish = (store: Store, at: string): void => {
	for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) store.create(kindNamed('Namespace'), {apiVersion: 'v1', kind: 'Namespace', metadata: {name, labels: {'kubernetes.io/metadata.name': name}}, spec: {finalizers: ['kubernetes']}, status: {phase: 'Active'}} as unknown as KubeObject);
	store.create(kindNamed('Node'), nodeObject(at) as KubeObject);
	const storageClass: SentObject = {apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: {name: 'standard', annotations: {'storageclass.kubernetes.io/is-default-class': 'true'}}, provisioner: 'rehearsal', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate'};
	store.create(kindNamed('StorageClass'), storageClass as KubeObject);
};

const kubeconfigOf = (server: string, certificate: string, token: string): string =>
	[
		'apiVersion: v1',
		'kind: Config',
		'current-context: rehearsal',
		`clusters: [{name: rehearsal, cluster: {server: "${server}", certificate-authority-data: ${Buffer.from(certificate).toString('base64')}}}]`,
		`users: [{name: rehearsal, user: {token: ${token}}}]`,
		'contexts: [{name: rehearsal, context: {cluster: rehearsal, user: rehearsal}}]',
		'',
	].join('\n');

const imagesOf = (store: Store): readonly string[] => {
	const pods = store.everything().filter(([kind]) => kind === kindNamed('Pod')).map(([, pod]) => pod as Pod).filter(pod => isActive(pod) && isReady(pod));
	return [...new Set(pods.toReversed().flatMap(pod => pod.spec.containers.map(({image}) => image)))].toReversed();
};

const respond = async (api: Api, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	try {
		if (!isKnown(request.headers.authorization ?? '', token)) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
		const {pathname, searchParams} = new URL(request.url ?? '/', 'https://127.0.0.1');
		const {accept = '', 'content-type': contentType = 'application/json', 'user-agent': userAgent = ''} = request.headers;
		const body = await readBody(request);
		const given = answer(api, {method: request.method ?? 'GET', path: pathname.replace(/(?<=.)\/$/, ''), query: searchParams, accept, contentType: contentType.split(';')[0]?.trim() ?? '', userAgent, body});
		if (given.kind === 'open') given.start(response);
		else response.writeHead(given.code, {'content-type': given.type}).end(given.body);
	} catch (error) {
		const refusal = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `the rehearsal cluster failed: ${error instanceof Error ? error.message : String(error)}`);
		if (response.headersSent) response.destroy();
		else response.writeHead(refusal.code, {'content-type': 'application/json'}).end(JSON.stringify(statusOf(refusal)));
	}
};

const isKnown = (authorization: string, token: string): boolean => {
	const [given, wanted] = [authorization, `Bearer ${token}`].map(text => Buffer.from(text));
	return given?.length === wanted?.length && given !== undefined && wanted !== undefined && timingSafeEqual(given, wanted);
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		// Read to its end all the same: who still sends does not listen.
		if (size <= largestBodyBytes) chunks.push(chunk);
	}

	if (size > largestBodyBytes) throw new ApiError(413, 'RequestEntityTooLarge', `the body is larger than ${largestBodyBytes} bytes`);
	return Buffer.concat(chunks);
};
