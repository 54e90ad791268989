import {bundle, deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {autoscaling, clusterAutoscaler, noLocalState, noVerticalAutoscaler} from '../scaling-rules.ts';

const group = groups.scaling;
const scaler = (least: number, most: number): string =>
	`apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: ${least}\n  maxReplicas: ${most}\n  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]\n`;
const vertical = (mode: string): string => `apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: web}\nspec:\n  targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  updatePolicy: {updateMode: "${mode}"}\n`;
const scalerFix = 'kind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 2\n  maxReplicas: 6';

export const scaling: readonly Item[] = [
	{
		number: 24,
		id: 'no-local-state',
		group,
		title: 'Containers do not store any state in their local filesystem',
		class: 'hybrid',
		why: 'What a container keeps in its own files is lost at the next restart, and differs from replica to replica.',
		source: 'application-development.md, Scaling (now 01)',
		rule: 'A Deployment that writes to a hostPath, or whose replicas share a volume that one node alone can mount, fails. Proved when every app container has a read-only root filesystem and can write only to an emptyDir under /tmp, /cache or /run, or to the volumes of a StatefulSet. Otherwise asked.',
		peers: 'kubescape C-0045, C-0048; Polaris hostPathSet; kube-linter writable-host-mount',
		codes: {
			ask: {verdict: 'attest', means: 'Does it keep nothing that matters in its local files?', fix: 'containers:\n  - name: CONTAINER\n    securityContext: {readOnlyRootFilesystem: true}'},
			'host-path': {verdict: 'fail', means: "It writes to the node's own files.", fix: 'volumes: []   # a PersistentVolumeClaim, or readOnly: true in volumeMounts, instead of hostPath'},
			'shared-rwo-volume': {verdict: 'fail', means: 'Several replicas share a volume that one node alone can mount.', fix: 'kind: StatefulSet   # with volumeClaimTemplates, or accessModes: [ReadWriteMany]'},
		},
		passes: deployment('securityContext: {readOnlyRootFilesystem: true}\nvolumeMounts: [{name: tmp, mountPath: /tmp}]', {pod: 'volumes: [{name: tmp, emptyDir: {}}]'}),
		fails: deployment('volumeMounts: [{name: data, mountPath: /data}]', {pod: 'volumes: [{name: data, hostPath: {path: /srv/data}}]'}),
		check: noLocalState,
	},
	{
		number: 25,
		id: 'hpa-for-variable-load',
		group,
		title: 'Use the Horizontal Pod Autoscaler for apps with variable usage patterns',
		class: 'hybrid',
		why: 'With varying use, a fixed number of pods is too many at night and too few at noon.',
		source: 'application-development.md, Scaling (now 04)',
		rule: 'An HPA or a KEDA ScaledObject targets the workload, and works: its target exists, it can scale, CPU utilisation has requests to refer to, the manifest does not reset replicas, no VPA works against it. Without one: asked (is the use steady?).',
		peers: 'kube-score horizontalpodautoscaler-has-target, -replicas, deployment-targeted-by-hpa-does-not-have-replicas-configured; kube-linter dangling-horizontalpodautoscaler; Polaris hpaMaxAvailability, hpaMinAvailability',
		codes: {
			ask: {verdict: 'attest', means: 'Is its use steady? Nothing scales it.', fix: scalerFix},
			'target-missing': {verdict: 'fail', means: 'It scales something that is not in this bundle. If another chart installs it, check against the cluster too (--context).'},
			'minimum-below-two': {verdict: 'warn', means: 'It may scale down below two.', fix: scalerFix},
			'maximum-not-above-minimum': {verdict: 'fail', means: 'It cannot scale at all.', fix: scalerFix},
			'cpu-without-requests': {verdict: 'fail', means: 'CPU utilisation cannot be computed without CPU requests.', fix: 'containers:\n  - name: web\n    resources:\n      requests: {cpu: 100m}'},
			'replicas-set': {verdict: 'fail', means: 'Each deploy resets what the autoscaler decided.', fix: 'spec: {}   # without replicas'},
			'vpa-same-metric': {verdict: 'fail', means: 'A vertical autoscaler changes the requests that the horizontal one divides by.', fix: 'kind: VerticalPodAutoscaler\nspec:\n  updatePolicy: {updateMode: "Off"}'},
			'not-scaling': {verdict: 'fail', means: 'The cluster says that it does not scale.'},
		},
		passes: bundle(deployment('resources: {requests: {cpu: 100m}}'), scaler(2, 6)),
		fails: bundle(deployment('resources: {requests: {cpu: 100m}}', {replicas: 3}), scaler(2, 6)),
		check: autoscaling,
	},
	{
		number: 26,
		id: 'no-vpa-auto',
		group,
		title: "Don't use the Vertical Pod Autoscaler while it's still in beta",
		class: 'manifest',
		why: 'A vertical autoscaler restarts pods to change what they ask for. In the mode Off it only recommends, which is useful. (The item is of its time: today it is called an option, not a default; so this is a warning.)',
		source: 'application-development.md, Scaling (now 04, an option, not a default)',
		rule: 'Every VerticalPodAutoscaler has updateMode Off (unset means that it acts).',
		peers: 'none',
		codes: {acts: {verdict: 'warn', means: 'It restarts pods to change what they ask for.', fix: 'spec:\n  updatePolicy: {updateMode: "Off"}'}},
		passes: vertical('Off'),
		fails: vertical('Recreate'),
		check: noVerticalAutoscaler,
	},
	{
		number: 27,
		id: 'cluster-autoscaler',
		group,
		title: 'Use the Cluster Autoscaler if you have highly varying workloads',
		class: 'live',
		why: 'Pods that an autoscaler adds need nodes to run on.',
		source: 'application-development.md, Scaling',
		rule: "Seen in the cluster: a Deployment cluster-autoscaler with a ready pod, its status ConfigMap, Karpenter's NodePools or node labels, EKS Auto Mode. What a provider does out of sight, or that the load is steady, is asked.",
		peers: 'none',
		codes: {
			ask: {verdict: 'attest', means: 'Is the load steady, or does the provider add nodes?'},
			'not-ready': {verdict: 'fail', means: 'The cluster autoscaler has no ready pod.'},
		},
		passes: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cluster-autoscaler, namespace: kube-system}\nspec: {template: {spec: {containers: [{name: autoscaler}]}}}\nstatus: {readyReplicas: 1}\n',
		fails: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cluster-autoscaler, namespace: kube-system}\nspec: {template: {spec: {containers: [{name: autoscaler}]}}}\nstatus: {readyReplicas: 0}\n',
		check: clusterAutoscaler,
	},
];
