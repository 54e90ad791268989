import {deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {logsToStdout} from '../red-flags.ts';
import {noLoggingSidecar} from '../scaling-rules.ts';

const group = groups.logging;

export const logging: readonly Item[] = [
	{
		number: 22,
		id: 'logs-to-stdout',
		group,
		title: 'The application logs to stdout and stderr',
		class: 'attested',
		why: 'The platform collects what a container prints. A log file inside it is lost with it, fills its disk, and needs a collector of its own.',
		source: 'application-development.md, Logging (now 01)',
		rule: 'Asked. Evidence: `kubectl logs` shows lines of each app container. A volume mounted at a log folder, LOG_FILE and the like, or a log file among the arguments is a warning.',
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Does the app write its logs to stdout and stderr?'},
			'log-volume': {verdict: 'warn', means: 'A volume is mounted where logs are written.', fix: 'containers:\n  - name: CONTAINER\n    volumeMounts: []   # without the log folder; log to stdout'},
			'log-file-setting': {verdict: 'warn', means: 'A setting names a log file.', fix: 'containers:\n  - name: CONTAINER\n    env: []   # without the log file; log to stdout'},
		},
		passes: deployment(''),
		fails: deployment('volumeMounts: [{name: logs, mountPath: /var/log/app}]', {pod: 'volumes: [{name: logs, emptyDir: {}}]'}),
		check: logsToStdout,
	},
	{
		number: 23,
		id: 'no-logging-sidecar',
		group,
		title: 'Avoid sidecars for logging (if you can)',
		class: 'manifest',
		why: 'One collector a node does the work of a collector in each pod, with less memory and one configuration.',
		source: 'application-development.md, Logging',
		rule: 'No container beside another one is a log collector by its image, or follows (`tail -f`) a file in an emptyDir that it shares. A warning, as the item says "if you can". DaemonSets: not applicable.',
		peers: 'none',
		codes: {
			'logging-agent': {verdict: 'warn', means: 'A log collector runs beside the app.', fix: 'containers: []   # without CONTAINER; log to stdout and collect with a DaemonSet'},
			'tail-sidecar': {verdict: 'warn', means: "A container prints the app's log file.", fix: 'containers: []   # without CONTAINER; let the app log to stdout'},
		},
		passes: deployment('', {pod: 'initContainers:\n  - name: proxy\n    image: envoyproxy/envoy:v1.31\n    restartPolicy: Always'}),
		fails: deployment('', {pod: 'initContainers:\n  - name: logs\n    image: fluent/fluent-bit:3.1\n    restartPolicy: Always'}),
		check: noLoggingSidecar,
	},
];
