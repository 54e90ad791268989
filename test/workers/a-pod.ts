import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import process from 'node:process';
import type {Duplex} from 'node:stream';

/** A pod as `kubectl exec` sees it: an API server with that pod alone, whose commands run on this machine without our environment. */
export type APod = {
	readonly kubeconfig: string;
	/** The commands that were executed in it. */
	readonly executed: readonly (readonly string[])[];
	readonly close: () => Promise<void>;
};

/** `cutAfter`: of the command with that word, the connection is lost after so many bytes of its output. */
export const startPod = async (folder: string, {name, namespace, container, cutAfter}: {readonly name: string; readonly namespace: string; readonly container: string; readonly cutAfter?: {readonly word: string; readonly bytes: number}}): Promise<APod> => {
	const executed: (readonly string[])[] = [];
	const here = `/api/v1/namespaces/${namespace}/pods/${name}`;
	const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {name, namespace}, spec: {containers: [{name: 'app', image: 'app'}, {name: container, image: 'tools'}]}, status: {phase: 'Running'}};
	const server = createServer((request, response) => {
		const answer = {'/api': {kind: 'APIVersions', versions: ['v1']}, '/apis': {kind: 'APIGroupList', apiVersion: 'v1', groups: []}, '/api/v1': {kind: 'APIResourceList', groupVersion: 'v1', resources: [{name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'], shortNames: ['po']}]}, [here]: pod, [`/api/v1/namespaces/${namespace}`]: {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}}}[request.url?.split('?')[0] ?? ''];
		response.writeHead(answer === undefined ? 404 : 200, {'content-type': 'application/json'});
		response.end(JSON.stringify(answer ?? {kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404, reason: 'NotFound', message: `pods ${JSON.stringify(request.url?.split('/').at(-1))} not found`}));
	});
	server.on('upgrade', (request, socket) => {
		const url = new URL(request.url ?? '', 'http://pod');
		const argv = url.searchParams.getAll('command');
		if (url.pathname !== `${here}/exec` || url.searchParams.get('container') !== container) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
		executed.push(argv);
		const key = createHash('sha1').update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
		socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`);
		execute(argv, socket, cutAfter !== undefined && argv.includes(cutAfter.word) ? cutAfter.bytes : Number.POSITIVE_INFINITY);
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const kubeconfig = join(folder, 'pod-kubeconfig');
	const {port} = server.address() as AddressInfo;
	writeFileSync(kubeconfig, JSON.stringify({apiVersion: 'v1', kind: 'Config', clusters: [{name: 'prod', cluster: {server: `http://127.0.0.1:${port}`}}], users: [], contexts: [{name: 'prod', context: {cluster: 'prod', user: ''}}]}));
	return {
		kubeconfig,
		executed,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
};

/** Channels of `v5.channel.k8s.io`: the first byte of each message. Source: k8s.io/apimachinery, remotecommand constants. */
const [stdin, stdout, stderr, error, close] = [0, 1, 2, 3, 255];

const execute = (argv: readonly string[], socket: Duplex, most: number): void => {
	const child = spawn('/usr/bin/env', ['-i', `PATH=${process.env['PATH'] ?? ''}`, ...argv], {stdio: 'pipe'});
	child.stdin.on('error', () => {});
	// As in a real pod: who goes away ends nothing there, but its ends of the pipes are closed.
	socket.on('error', () => {});
	socket.on('end', () => socket.destroy());
	socket.on('close', () => {
		for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
	});
	let sent = 0;
	const pass = (channel: number) => (bytes: Buffer): void => {
		sent += channel === stdout ? bytes.length : 0;
		if (sent > most) socket.destroy();
		else socket.write(frame(channel, bytes));
	};
	child.stdout.on('data', pass(stdout));
	child.stderr.on('data', pass(stderr));
	child.on('close', code => {
		const status = code === 0 ? {status: 'Success'} : {status: 'Failure', reason: 'NonZeroExitCode', message: `command terminated with exit code ${code ?? 137}`, details: {causes: [{reason: 'ExitCode', message: String(code ?? 137)}]}};
		socket.write(frame(error, Buffer.from(JSON.stringify({metadata: {}, ...status}))));
		socket.end(Buffer.from([0x88, 2, 0x03, 0xe8]));
	});
	readFrames(socket, message => {
		if (message[0] === stdin) child.stdin.write(message.subarray(1));
		else if (message[0] === close && message[1] === stdin) child.stdin.end();
	});
};

/** One whole binary message, unmasked as a server sends it. Source: RFC 6455, 5.2. */
const frame = (channel: number, bytes: Buffer): Buffer => {
	const size = bytes.length + 1;
	const header = Buffer.alloc(10);
	header[0] = 0x82;
	header[1] = 127;
	header.writeBigUInt64BE(BigInt(size), 2);
	return Buffer.concat([header, Buffer.from([channel]), bytes]);
};

/** Messages of a client, which are masked; pings and a close are passed over. */
const readFrames = (socket: Duplex, onMessage: (message: Buffer) => void): void => {
	let rest = Buffer.alloc(0);
	socket.on('data', (bytes: Buffer) => {
		rest = Buffer.concat([rest, bytes]);
		for (;;) {
			if (rest.length < 2) return;
			const [opcode, short] = [(rest[0] ?? 0) & 15, (rest[1] ?? 0) & 127];
			const head = short === 126 ? 4 : short === 127 ? 10 : 2;
			if (rest.length < head + 4) return;
			const size = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
			if (rest.length < head + 4 + size) return;
			const mask = rest.subarray(head, head + 4);
			const message = Buffer.from(rest.subarray(head + 4, head + 4 + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
			rest = rest.subarray(head + 4 + size);
			if (opcode === 2 || opcode === 1) onMessage(message);
		}
	});
};
