import {at, isMapping, listAt, numberAt, textAt, textOf} from './values.ts';
import type {Container} from './workload.ts';

/** What a probe asks, with defaults filled in; two probes that ask the same have the same `key`. */
export type Probe =
	| {readonly kind: 'missing'; readonly why: string}
	| {readonly kind: 'invalid'; readonly why: string}
	| {readonly kind: 'asks'; readonly key: string; readonly host: string | null; readonly command: readonly string[]; readonly value: unknown};

/** A probe needs exactly one handler; `{}` and a handler without its port or command are as good as none. */
export const probeOf = (container: Container, name: 'readinessProbe' | 'livenessProbe' | 'startupProbe'): Probe => {
	const value = at(container.value, name);
	if (!isMapping(value)) return {kind: 'missing', why: `has no ${name}`};
	const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'].filter(handler => at(value, handler) !== undefined && at(value, handler) !== null);
	const [handler] = handlers;
	if (handler === undefined) return {kind: 'missing', why: `has a ${name} that asks nothing`};
	if (handlers.length > 1) return {kind: 'invalid', why: `has a ${name} with ${handlers.length} handlers (${handlers.join(', ')}); Kubernetes accepts one`};
	if (handler === 'exec') {
		const command = listAt(value, 'exec', 'command').map(word => textOf(word) ?? '');
		return command.length === 0 ? {kind: 'missing', why: `has a ${name} without a command`} : {kind: 'asks', key: `exec ${JSON.stringify(command)}`, host: null, command, value};
	}

	const port = portOf(container, at(value, handler, 'port'));
	if (port === null) return {kind: 'missing', why: `has a ${name} without a port`};
	const host = textAt(value, handler, 'host') || null;
	return {kind: 'asks', key: keyFor(handler, value, port, host), host, command: [], value};
};

const keyFor = (handler: string, value: unknown, port: string, host: string | null): string => {
	if (handler === 'grpc') return `grpc ${port} ${textAt(value, 'grpc', 'service') ?? ''}`;
	if (handler === 'tcpSocket') return `tcp ${host ?? ''}:${port}`;
	const path = textAt(value, 'httpGet', 'path') || '/';
	return `${(textAt(value, 'httpGet', 'scheme') || 'HTTP').toUpperCase()} ${host ?? ''}:${port}${path.startsWith('/') ? path : `/${path}`}`;
};

/** A port by its number, also when the probe names it. */
const portOf = (container: Container, port: unknown): string | null => {
	const text = textOf(port);
	if (text === undefined || text === '') return null;
	const named = listAt(container.value, 'ports').find(one => textAt(one, 'name') === text);
	const number = numberAt(named, 'containerPort');
	return number === undefined ? text : String(number);
};

/** Seconds without an answer after which the probe acts. Defaults: kubernetes.io/docs/concepts/workloads/pods/probes. */
export const patienceSeconds = (value: unknown): number => (numberAt(value, 'failureThreshold') || 3) * (numberAt(value, 'periodSeconds') || 10);

/** Hosts by which a container means itself. */
export const isOwnHost = (host: string): boolean =>
	/^(localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0|\[?::\]?|\$\(?\{?(POD_IP|HOSTNAME|MY_POD_IP|HOST_IP)\}?\)?|\$\(hostname[^)]*\)|`hostname[^`]*`)$/i.test(host.trim());
