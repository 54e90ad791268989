import {bundle, deployment, service} from '../example.ts';
import {groups} from '../groups.ts';
import {differentProbes, liveness, readiness} from '../health-rules.ts';
import type {Item} from '../item.ts';
import {crashOnFatal} from '../red-flags.ts';

const group = groups.healthChecks;
const readinessFix = 'containers:\n  - name: CONTAINER\n    readinessProbe:\n      httpGet: {path: /ready, port: 8080}';

export const healthChecks: readonly Item[] = [
	{
		number: 1,
		id: 'readiness-probe',
		group,
		title: 'Containers have Readiness probes',
		class: 'manifest',
		why: 'There is no default. Without a readiness probe a pod gets traffic as soon as its container has started, while the app may still be loading, and an overloaded pod keeps getting it.',
		source: 'application-development.md, Health checks (now 02, Readiness, liveness, and startup probes are defined)',
		rule: 'Every app container of a long-running workload, and every native sidecar that answers a Service, has a readinessProbe with exactly one handler. Missing is a failure when a Service of the same namespace sends the pod traffic, else a warning. A startupProbe or a readinessGate does not replace it. Jobs, CronJobs, hooks and init containers: not applicable.',
		peers: 'kube-score pod-probes (one per pod, only with a Service); kube-linter no-readiness-probe; Polaris readinessProbeMissing; kubescape C-0018',
		codes: {
			missing: {verdict: 'fail', means: 'A Service sends traffic to a container that has no readiness probe.', fix: readinessFix},
			'missing-no-service': {verdict: 'warn', means: 'No readiness probe, but no Service of the bundle selects the pod.', fix: readinessFix},
			'missing-helper': {verdict: 'warn', means: 'A container that opens no port, beside one that does, has no readiness probe.', fix: readinessFix},
			'several-handlers': {verdict: 'fail', means: 'The probe has more than one handler, which Kubernetes refuses.', fix: readinessFix},
		},
		passes: bundle(deployment('ports: [{containerPort: 8080}]\nreadinessProbe:\n  httpGet: {path: /ready, port: 8080}'), service),
		fails: bundle(deployment('ports: [{containerPort: 8080}]'), service),
		check: readiness,
	},
	{
		number: 2,
		id: 'crash-on-fatal',
		group,
		title: "Containers crash when there's a fatal error",
		class: 'attested',
		why: 'After an error that it cannot recover from an app should end with a status other than 0, so that the kubelet starts it again; it should not signal the error by a failing liveness probe.',
		source: 'application-development.md, Health checks',
		rule: "Asked. Evidence: the test or the log that shows an uncaught error ending the process with a status other than 0. A command that hides the app's end (`|| true`, `while true`, supervisord, pm2, forever) is a warning.",
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Does the app end with a status other than 0 after a fatal error?'},
			'hides-crash': {verdict: 'warn', means: "The container's command hides that the app ended.", fix: 'containers:\n  - name: CONTAINER\n    command: [/app/server]   # the app itself, nothing around it'},
		},
		passes: deployment('command: [/app/server]'),
		fails: deployment("command: [sh, -c, 'while true; do /app/server; done']"),
		check: crashOnFatal,
	},
	{
		number: 3,
		id: 'liveness-probe',
		group,
		title: 'Configure a passive Liveness probe',
		class: 'manifest',
		why: 'A liveness probe is there to restart a process that is stuck. Its endpoint always answers with success and asks no dependency; a strict one turns a slow database into a restart of everything.',
		source: 'application-development.md, Health checks (now 02, which warns against strict ones)',
		rule: 'Every app container of a long-running workload has a livenessProbe with one handler (missing: warning). A warning when it gives up after less than 10 s, when it asks a database client, or when a JVM is asked from the first second without a startupProbe. That it is passive is asked.',
		peers: 'kube-score pod-probes; kube-linter no-liveness-probe; Polaris livenessProbeMissing; kubescape C-0056',
		codes: {
			missing: {verdict: 'warn', means: 'No liveness probe: a stuck process is never restarted.', fix: 'containers:\n  - name: CONTAINER\n    livenessProbe:\n      httpGet: {path: /live, port: 8080}\n      periodSeconds: 10\n      failureThreshold: 6'},
			impatient: {verdict: 'warn', means: 'The container is restarted after less than 10 s without an answer.', fix: 'containers:\n  - name: CONTAINER\n    livenessProbe:\n      periodSeconds: 10\n      failureThreshold: 6'},
			'slow-starter': {verdict: 'warn', means: 'A JVM is asked for liveness from the first second on.', fix: 'containers:\n  - name: CONTAINER\n    startupProbe:\n      httpGet: {path: /live, port: 8080}\n      periodSeconds: 5\n      failureThreshold: 60'},
			'asks-dependency': {verdict: 'warn', means: 'The liveness probe asks another service, so its outage restarts this one.'},
			'several-handlers': {verdict: 'fail', means: 'The probe has more than one handler, which Kubernetes refuses.'},
			passive: {verdict: 'attest', means: 'Do the liveness endpoints always answer with success, without asking a dependency?'},
		},
		passes: deployment('livenessProbe:\n  httpGet: {path: /live, port: 8080}'),
		fails: deployment('livenessProbe:\n  httpGet: {path: /live, port: 8080}\n  periodSeconds: 1\n  failureThreshold: 3'),
		check: liveness,
	},
	{
		number: 4,
		id: 'probes-differ',
		group,
		title: "Liveness probes values aren't the same as the Readiness",
		class: 'manifest',
		why: 'When both ask the same endpoint, their effects come together: the pod leaves the Service and is restarted in the same moment, and open connections are cut.',
		source: 'application-development.md, Health checks',
		rule: 'The two probes of a container ask different things: handler, host, port (a name is resolved), path (default /), scheme, command, gRPC service. The timings do not matter. With one of them missing: not applicable.',
		peers: 'kube-score pod-probes-identical (path and port; takes two named ports for equal)',
		codes: {same: {verdict: 'fail', means: 'Liveness and readiness ask the same.', fix: 'containers:\n  - name: CONTAINER\n    readinessProbe:\n      httpGet: {path: /ready, port: 8080}   # may say no\n    livenessProbe:\n      httpGet: {path: /live, port: 8080}    # always says yes'}},
		passes: deployment('readinessProbe:\n  httpGet: {path: /ready, port: 8080}\nlivenessProbe:\n  httpGet: {path: /live, port: 8080}'),
		fails: deployment('ports: [{name: http, containerPort: 8080}]\nreadinessProbe:\n  httpGet: {path: /health, port: http}\nlivenessProbe:\n  httpGet: {path: /health, port: 8080}'),
		check: differentProbes,
	},
];
