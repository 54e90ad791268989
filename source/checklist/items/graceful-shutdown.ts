import {bundle, deployment, service} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {closesKeepAlive, forwardsSignals, gracefulEnd, servesDuringGrace} from '../red-flags.ts';

const group = groups.gracefulShutdown;
const source = 'application-development.md, Graceful shutdown (now 01, the app handles SIGTERM)';

export const gracefulShutdown: readonly Item[] = [
	{
		number: 7,
		id: 'sigterm-graceful',
		group,
		title: "The app doesn't shut down on SIGTERM, but it gracefully terminates connections",
		class: 'attested',
		why: 'It takes seconds until every proxy and ingress has heard that a pod is ending. An app that ends at once on SIGTERM cuts the requests that still arrive.',
		source,
		rule: 'Asked. Evidence: a test that ends a pod under load and counts failed requests. A failure when terminationGracePeriodSeconds is 0, or shorter than the wait in preStop.',
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Does the app finish open requests and close connections after SIGTERM?'},
			'no-grace': {verdict: 'fail', means: 'The pod is killed at once.', fix: 'spec:\n  terminationGracePeriodSeconds: 30'},
			'prestop-outlasts-grace': {verdict: 'fail', means: 'The pod is killed before its preStop hook ends, and the app never sees SIGTERM.', fix: 'spec:\n  terminationGracePeriodSeconds: 60   # longer than the preStop wait and the longest request together'},
		},
		passes: deployment('lifecycle: {preStop: {sleep: {seconds: 10}}}', {pod: 'terminationGracePeriodSeconds: 45'}),
		fails: deployment('lifecycle: {preStop: {exec: {command: [sleep, "60"]}}}', {pod: 'terminationGracePeriodSeconds: 30'}),
		check: gracefulEnd,
	},
	{
		number: 8,
		id: 'serve-during-grace',
		group,
		title: 'The app still processes incoming requests in the grace period',
		class: 'attested',
		why: 'Requests go on arriving for some seconds after the pod was told to end, from every node that has not heard of it.',
		source,
		rule: 'Asked. A preStop hook that waits, shorter than the grace period, on a pod behind a Service is a good sign; its absence is shown beside the question.',
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Does the app still answer requests that arrive in the grace period?'},
			'prestop-waits': {verdict: 'attest', means: 'A preStop hook waits, within the grace period: a good sign.'},
			'no-prestop': {verdict: 'attest', means: 'Nothing waits before SIGTERM on a pod that a Service sends traffic.', fix: 'containers:\n  - name: CONTAINER\n    lifecycle:\n      preStop:\n        sleep: {seconds: 10}'},
		},
		passes: bundle(deployment('ports: [{containerPort: 8080}]\nlifecycle: {preStop: {sleep: {seconds: 10}}}'), service),
		fails: bundle(deployment('ports: [{containerPort: 8080}]'), service),
		check: servesDuringGrace,
	},
	{
		number: 9,
		id: 'cmd-forwards-sigterm',
		group,
		title: 'The CMD in the Dockerfile forwards the SIGTERM to the process',
		class: 'attested',
		why: 'SIGTERM goes to PID 1. When that is a shell, the app never hears it and is killed when the grace period is over.',
		source,
		rule: 'Asked. A Dockerfile that is given and starts the app in shell form, or by a script without `exec`, is a failure; a container whose command is `sh -c` with a script that does not end in `exec` is a warning; shareProcessNamespace is shown.',
		peers: 'none (for Dockerfiles hadolint DL3025)',
		codes: {
			ask: {verdict: 'attest', means: 'Is the app itself PID 1, or does what starts it forward SIGTERM?'},
			'dockerfile-shell-form': {verdict: 'fail', means: 'The Dockerfile starts a shell, which does not forward SIGTERM.', fix: '# Dockerfile\nENTRYPOINT ["/app/server"]'},
			'shell-in-front': {verdict: 'warn', means: 'A shell gets SIGTERM instead of the app.', fix: "containers:\n  - name: CONTAINER\n    command: [sh, -c, 'prepare && exec /app/server']"},
			'shared-processes': {verdict: 'attest', means: 'With a shared process namespace PID 1 is the pause process, not the app.'},
		},
		passes: deployment("command: [sh, -c, 'prepare && exec /app/server']"),
		fails: deployment("command: [sh, -c, 'prepare && /app/server']"),
		check: forwardsSignals,
	},
	{
		number: 10,
		id: 'close-keepalive',
		group,
		title: 'Close all idle keep-alive sockets',
		class: 'attested',
		why: 'A client that keeps a connection open goes on sending over it to the pod that is ending, however often the Service is told.',
		source,
		rule: 'Asked. Evidence: what the server does on SIGTERM (closing idle connections, `Connection: close`), or a load test.',
		peers: 'none',
		codes: {ask: {verdict: 'attest', means: 'Does the app close its idle keep-alive connections when it is told to end?'}},
		passes: deployment(''),
		fails: deployment(''),
		check: closesKeepAlive,
	},
];
