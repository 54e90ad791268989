/** Manifests that differ in one thing each, for the comparison with other tools. Names are what they show. */
export const scenarios: Readonly<Record<string, string>> = {};

const bundle = (...documents: readonly string[]): string => documents.join('---\n');
const add = (name: string, ...documents: readonly string[]): void => void ((scenarios as Record<string, string>)[name] = bundle(...documents));

type Options = {readonly kind?: string; readonly spec?: string; readonly pod?: string; readonly labels?: string; readonly namespace?: string; readonly annotations?: string};

const workload = (container = '', {kind = 'Deployment', spec = '', pod = '', labels = 'app: web', namespace = 'shop', annotations = ''}: Options = {}): string => {
	const podSpec = `{${pod === '' ? '' : `${pod}, `}containers: [{name: web, image: "ghcr.io/acme/web:1.4.2"${container === '' ? '' : `, ${container}`}}]}`;
	const metadata = `metadata: {name: web, namespace: ${namespace}, annotations: {${annotations}}}`;
	if (kind === 'Pod') return `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: ${namespace}, labels: {${labels}}}\nspec: ${podSpec}\n`;
	const template = `template: {metadata: {labels: {${labels}}}, spec: ${podSpec}}`;
	if (kind === 'CronJob') return `apiVersion: batch/v1\nkind: CronJob\n${metadata}\nspec: {schedule: "0 3 * * *", concurrencyPolicy: Forbid, startingDeadlineSeconds: 60, jobTemplate: {spec: {${template}}}}\n`;
	const selector = kind === 'Job' ? '' : `selector: {matchLabels: {${labels}}}, `;
	return `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}\nkind: ${kind}\n${metadata}\nspec: {${selector}${kind === 'StatefulSet' ? 'serviceName: web, ' : ''}${spec === '' ? '' : `${spec}, `}${template}}\n`;
};

const service = (namespace = 'shop', selector = 'app: web', more = ''): string => `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: ${namespace}}\nspec: {selector: {${selector}}, ports: [{port: 80, targetPort: 8080}]${more}}\n`;
const policy = (spec: string, namespace = 'shop'): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: ${namespace}}\nspec: {${spec}}\n`;
const budget = (spec: string, namespace = 'shop'): string => `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: ${namespace}}\nspec: {${spec}}\n`;
const scaler = (spec: string, target = 'web'): string => `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}, maxReplicas: 5, ${spec}}\n`;

const ready = 'readinessProbe: {httpGet: {path: /ready, port: 8080}}';
const live = 'livenessProbe: {httpGet: {path: /live, port: 8080}}';
const mine = 'selector: {matchLabels: {app: web}}';

for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod']) {
	const restart = kind === 'Job' || kind === 'CronJob' ? 'restartPolicy: Never' : '';
	add(`${kind}: nothing set`, workload('', {kind, pod: restart}));
	add(`${kind}: nothing set, behind a Service`, workload('', {kind, pod: restart}), service());
}

add('probes: both, different', workload(`${ready}, ${live}`), service());
add('probes: readiness alone', workload(ready), service());
add('probes: liveness alone', workload(live), service());
add('probes: the same path and port', workload(`${ready}, ${live.replace('/live', '/ready')}`), service());
add('probes: the same, timings differ', workload(`${ready}, livenessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 30}`), service());
add('probes: a named and a numbered port', workload(`ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /x, port: http}}, livenessProbe: {httpGet: {path: /x, port: 8080}}`), service());
add('probes: two named ports', workload('ports: [{name: a, containerPort: 1}, {name: b, containerPort: 2}], readinessProbe: {httpGet: {path: /x, port: a}}, livenessProbe: {httpGet: {path: /x, port: b}}'), service());
add('probes: the same command', workload('readinessProbe: {exec: {command: [a]}}, livenessProbe: {exec: {command: [a]}}'), service());
add('probes: the same TCP port', workload('readinessProbe: {tcpSocket: {port: 1}}, livenessProbe: {tcpSocket: {port: 1}}'), service());
add('probes: the second container alone has them', workload('').replace('containers: [', `containers: [{name: second, image: "a/b:1", ${ready}, ${live}}, `), service());
add('probes: a Service of another namespace', workload(''), service('other'));
add('probes: a Service with another selector', workload(''), service('shop', 'app: other'));
add('probes: a Service with one label more', workload(''), service('shop', 'app: web, tier: front'));
add('probes: a native sidecar', workload(`${ready}, ${live}`, {pod: 'initContainers: [{name: proxy, image: "a/b:1", restartPolicy: Always}]'}), service());

add('replicas: 1', workload('', {spec: 'replicas: 1'}), service());
add('replicas: 2', workload('', {spec: 'replicas: 2'}), service());
add('replicas: 2, no Service', workload('', {spec: 'replicas: 2'}));
add('replicas: 3', workload('', {spec: 'replicas: 3'}), service());
add('replicas: autoscaled from 2', workload(''), service(), scaler('minReplicas: 2'));
add('replicas: autoscaled from 1', workload(''), service(), scaler('minReplicas: 1'));
add('replicas: autoscaled from the default', workload(''), service(), scaler('metrics: []'));
add('replicas: set and autoscaled', workload('', {spec: 'replicas: 3'}), service(), scaler('minReplicas: 2'));
add('autoscaler: without a target', workload(''), scaler('minReplicas: 2', 'gone'));

const affinity = (labels: string, key = 'kubernetes.io/hostname'): string => `affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: ${key}, labelSelector: {matchLabels: {${labels}}}}}]}}`;
for (const kind of ['Deployment', 'StatefulSet']) {
	const spec = 'replicas: 2';
	add(`${kind}: spread by its own labels`, workload('', {kind, spec, pod: affinity('app: web')}), service());
	add(`${kind}: spread by others' labels`, workload('', {kind, spec, pod: affinity('app: other')}), service());
	add(`${kind}: spread by zone`, workload('', {kind, spec, pod: affinity('app: web', 'topology.kubernetes.io/zone')}), service());
	add(`${kind}: spread by rack`, workload('', {kind, spec, pod: affinity('app: web', 'rack')}), service());
	add(`${kind}: spread, required`, workload('', {kind, spec, pod: 'affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}'}), service());
	add(`${kind}: topologySpreadConstraints`, workload('', {kind, spec, pod: 'topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}]'}), service());
	add(`${kind}: with a budget`, workload('', {kind, spec}), service(), budget(`maxUnavailable: 1, ${mine}`));
	add(`${kind}: with a budget for others`, workload('', {kind, spec}), service(), budget('maxUnavailable: 1, selector: {matchLabels: {app: other}}'));
	add(`${kind}: with a budget of another namespace`, workload('', {kind, spec}), service(), budget(`maxUnavailable: 1, ${mine}`, 'other'));
	add(`${kind}: with a budget by expression`, workload('', {kind, spec}), service(), budget('maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}'));
	add(`${kind}: one replica, no budget`, workload('', {kind, spec: 'replicas: 1'}), service());
}

add('budget: minAvailable', budget(`minAvailable: 1, ${mine}`));
add('budget: maxUnavailable', budget(`maxUnavailable: 1, ${mine}`));
add('budget: neither', budget(mine));

add('policy: both directions', workload(''), policy('podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]'));
add('policy: incoming alone', workload(''), policy('podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]'));
add('policy: outgoing alone', workload(''), policy('podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]'));
add('policy: no policyTypes', workload(''), policy('podSelector: {matchLabels: {app: web}}'));
add('policy: all pods', workload(''), policy('podSelector: {}, policyTypes: [Ingress, Egress]'));
add('policy: another namespace', workload(''), policy('podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]', 'other'));
add('policy: other labels', workload(''), policy('podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress, Egress]'));
add('policy: by expression', workload(''), policy('podSelector: {matchExpressions: [{key: app, operator: Exists}]}, policyTypes: [Ingress, Egress]'));
add('policy: node network', workload('', {pod: 'hostNetwork: true'}));

for (const [name, container, pod] of [
	['all set on the container', 'readOnlyRootFilesystem: true, privileged: false, runAsUser: 10001, runAsGroup: 10001, runAsNonRoot: true', ''],
	['privileged', 'privileged: true', ''],
	['user 0', 'runAsUser: 0, runAsGroup: 0', ''],
	['user 1000', 'runAsUser: 1000, runAsGroup: 1000', ''],
	['user 10001, no group', 'runAsUser: 10001', ''],
	['runAsNonRoot alone', 'runAsNonRoot: true', ''],
	['the pod sets the user', '', 'runAsUser: 10001, runAsGroup: 10001'],
	['the container overrides the pod', 'runAsUser: 0, runAsGroup: 0', 'runAsUser: 10001, runAsGroup: 10001'],
	['read-only root filesystem', 'readOnlyRootFilesystem: true', ''],
	['writable root filesystem', 'readOnlyRootFilesystem: false', ''],
] as const) add(`security: ${name}`, workload(container === '' ? '' : `securityContext: {${container}}`, {pod: pod === '' ? '' : `securityContext: {${pod}}`}));
add('security: an init container without anything', workload('securityContext: {readOnlyRootFilesystem: true, runAsUser: 10001, runAsGroup: 10001}', {pod: 'initContainers: [{name: i, image: "a/b:1"}]'}));
add('security: a privileged init container', workload('', {pod: 'initContainers: [{name: i, image: "a/b:1", securityContext: {privileged: true}}]'}));

for (const [name, resources] of [
	['all four', 'requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}'],
	['requests alone', 'requests: {cpu: 100m, memory: 1Gi}'],
	['limits alone', 'limits: {cpu: 1, memory: 1Gi}'],
	['no CPU limit', 'requests: {cpu: 100m, memory: 1Gi}, limits: {memory: 1Gi}'],
	['memory alone', 'requests: {memory: 1Gi}, limits: {memory: 1Gi}'],
	['no memory limit', 'requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: 1}'],
	['no memory request', 'requests: {cpu: 100m}, limits: {memory: 1Gi}'],
] as const) add(`resources: ${name}`, workload(`resources: {${resources}}`));
add('resources: an init container without any', workload('resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {memory: 1Gi}}', {pod: 'initContainers: [{name: i, image: "a/b:1"}]'}));

add('labels: a value that is too long', workload('', {labels: 'app: web'}).replace('annotations: {}', `annotations: {}, labels: {app.kubernetes.io/name: ${'a'.repeat(64)}}`));
