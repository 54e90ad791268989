import {deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {independentReadiness, retryDependencies} from '../red-flags.ts';

const group = groups.independentApps;

export const independentApps: readonly Item[] = [
	{
		number: 5,
		id: 'readiness-independent',
		group,
		title: 'The Readiness probes are independent',
		class: 'attested',
		why: 'A readiness probe that asks a database or another service takes every replica out of traffic at once when that one is slow, and the failure spreads.',
		source: 'application-development.md, Apps are independent',
		rule: "Asked. Evidence: the handler's code, or a test in which the pod stays ready while the dependency is away. A failure when the probe asks another host, or runs a database client, curl or wget against one.",
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Does the app stay ready when a dependency is away?'},
			'asks-other-host': {verdict: 'fail', means: 'The readiness probe asks another host.', fix: 'containers:\n  - name: CONTAINER\n    readinessProbe:\n      httpGet: {path: /ready, port: 8080}   # no host: the pod itself'},
			'asks-dependency': {verdict: 'fail', means: 'The readiness probe asks a database or another service.', fix: 'containers:\n  - name: CONTAINER\n    readinessProbe:\n      httpGet: {path: /ready, port: 8080}   # says only whether this process can serve'},
		},
		passes: deployment('readinessProbe:\n  httpGet: {path: /ready, port: 8080}'),
		fails: deployment('readinessProbe:\n  exec: {command: [pg_isready, -h, db.internal]}'),
		check: independentReadiness,
	},
	{
		number: 6,
		id: 'retry-dependencies',
		group,
		title: 'The app retries connecting to dependent services',
		class: 'attested',
		why: 'An app that ends because its database is not up yet makes the order of starting matter, after every outage too.',
		source: 'application-development.md, Apps are independent',
		rule: 'Asked. Evidence: the log of a start while the dependency is down. An init container that waits for a dependency is a warning: it shows that the order matters.',
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Does the app keep trying to connect when a dependency is not there yet?'},
			'waits-for-dependency': {verdict: 'warn', means: 'An init container waits for a dependency.', fix: 'initContainers: []   # and let the app itself try again, with growing pauses'},
		},
		passes: deployment(''),
		fails: deployment('', {pod: "initContainers:\n  - name: wait\n    image: busybox:1.36\n    command: [sh, -c, 'until nc -z db 5432; do sleep 1; done']"}),
		check: retryDependencies,
	},
];
