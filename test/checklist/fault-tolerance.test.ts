import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {aCluster, bundle, said, verdictOf, withSettings, workload} from './checking.ts';

const scaler = (spec: string, target = 'kind: Deployment, name: web', namespace = ''): string => `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web${namespace === '' ? '' : `, namespace: ${namespace}`}}\nspec: {scaleTargetRef: {${target}}, ${spec}}\n`;
const keda = (spec: string): string => `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\nspec: {scaleTargetRef: {name: web}${spec}}\n`;

describe('item 11, several replicas', () => {
	const replicas = (yaml: string): readonly string[] => said('multiple-replicas', yaml);

	test('unset is 1, and below 2 fails', () => {
		assert.deepEqual(replicas(workload()), ['fail single-replica Deployment/web']);
		assert.deepEqual(replicas(workload('', {replicas: 1, kind: 'StatefulSet'})), ['fail single-replica StatefulSet/web']);
		assert.deepEqual(replicas(workload('', {replicas: 2})), []);
		assert.equal(verdictOf('multiple-replicas', workload('', {replicas: 0})), 'na');
		assert.equal(verdictOf('multiple-replicas', workload('', {kind: 'DaemonSet'})), 'na');
		assert.deepEqual(replicas(workload('', {kind: 'Pod'})), ['fail bare-pod Pod/web']);
	});

	test('an autoscaler decides when it targets the workload in its namespace', () => {
		assert.deepEqual(replicas(bundle(workload('', {replicas: 1}), scaler('minReplicas: 2, maxReplicas: 4'))), []);
		assert.deepEqual(replicas(bundle(workload('', {replicas: 5}), scaler('maxReplicas: 4'))), ['fail autoscaler-too-low Deployment/web']);
		assert.deepEqual(replicas(bundle(workload('', {replicas: 1, namespace: 'a'}), scaler('minReplicas: 2, maxReplicas: 4', 'kind: Deployment, name: web', 'b'))), ['fail single-replica Deployment/web']);
		assert.deepEqual(replicas(bundle(workload('', {replicas: 1}), scaler('minReplicas: 2, maxReplicas: 4', 'kind: StatefulSet, name: web'))), ['fail single-replica Deployment/web']);
		assert.deepEqual(replicas(bundle(workload('', {replicas: 3}), keda(''))), ['fail autoscaler-too-low Deployment/web']);
		assert.deepEqual(replicas(bundle(workload(), keda(', minReplicaCount: 2'))), []);
	});

	test('what cannot have two says why', () => {
		assert.deepEqual(replicas(workload('', {spec: 'strategy: {type: Recreate}'})), ['fail cannot-scale Deployment/web']);
		const claim = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce]}\n';
		assert.deepEqual(replicas(bundle(workload('', {pod: 'volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]'}), claim)), ['fail cannot-scale Deployment/web']);
	});

	test('a pod that a controller looks after is no bare pod, and fewer ready ones than wanted are a warning in the cluster', () => {
		const owned = workload('', {kind: 'Pod'}).replace('annotations: {}', 'ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, controller: true}]');
		assert.equal(verdictOf('multiple-replicas', owned), 'na');
		const running = (ready: number): readonly string[] => said('multiple-replicas', '', {cluster: aCluster(`${workload('', {replicas: 3, namespace: 'shop'})}status: {readyReplicas: ${ready}}\n`), judgeCluster: []});
		assert.deepEqual(running(3), []);
		assert.deepEqual(running(1), ['warn few-ready Deployment/web']);
	});

	test('the number can be set', () => assert.deepEqual(said('multiple-replicas', workload('', {replicas: 2}), withSettings({minimumReplicas: 3})), ['fail single-replica Deployment/web']));
});

describe('item 12, spread over nodes', () => {
	const spread = (pod: string, more: {labels?: string; namespace?: string} = {}): readonly string[] => said('spread-nodes', workload('', {replicas: 2, pod, ...more})).map(line => line.split(' ')[1] ?? '');
	const affinity = (term: string): string => `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{${term}}]}}`;
	const hostname = 'topologyKey: kubernetes.io/hostname';

	test('an anti-affinity term or a spread constraint for its own labels, by node or zone, passes', () => {
		assert.deepEqual(spread(''), ['missing']);
		assert.deepEqual(spread(affinity(`${hostname}, labelSelector: {matchLabels: {app: web}}`)), []);
		assert.deepEqual(spread(affinity('topologyKey: topology.kubernetes.io/zone, labelSelector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}')), []);
		assert.deepEqual(spread(`affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {${hostname}, labelSelector: {matchLabels: {app: web}}}}]}}`), []);
		assert.deepEqual(spread(`topologySpreadConstraints: [{${hostname}, maxSkew: 1, labelSelector: {matchLabels: {app: web}}}]`), []);
		assert.deepEqual(spread(`topologySpreadConstraints: [{${hostname}, maxSkew: 1, labelSelector: {}}]`), []);
	});

	test('a selector that misses its own pods, or a rule without a selector, does nothing', () => {
		assert.deepEqual(spread(affinity(`${hostname}, labelSelector: {matchLabels: {app: other}}`)), ['selector-misses-self']);
		assert.deepEqual(spread(affinity(hostname)), ['selector-misses-self']);
		assert.deepEqual(spread(`topologySpreadConstraints: [{${hostname}, maxSkew: 1}]`), ['selector-misses-self']);
		assert.deepEqual(spread(affinity(`${hostname}, labelSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}`)), ['selector-misses-self']);
	});

	test('the namespaces of a term must include its own', () => {
		const inOther = affinity(`${hostname}, namespaces: [other], labelSelector: {matchLabels: {app: web}}`);
		assert.deepEqual(spread(inOther, {namespace: 'shop'}), ['selector-misses-self']);
		assert.deepEqual(spread(inOther, {namespace: 'other'}), []);
		assert.deepEqual(spread(affinity(`${hostname}, namespaceSelector: {}, labelSelector: {matchLabels: {app: web}}`), {namespace: 'shop'}), []);
		assert.deepEqual(spread(affinity(`${hostname}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, labelSelector: {matchLabels: {app: web}}`), {namespace: 'shop'}), []);
	});

	test('another topology is not enough, and one replica needs none', () => {
		assert.deepEqual(spread(affinity('topologyKey: rack, labelSelector: {matchLabels: {app: web}}')), ['other-topology']);
		assert.equal(verdictOf('spread-nodes', workload()), 'na');
	});
});

describe('item 13, disruption budgets', () => {
	const budget = (spec: string, {version = 'v1', name = 'web', namespace = ''} = {}): string => `apiVersion: policy/${version}\nkind: PodDisruptionBudget\nmetadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}\nspec: {${spec}}\n`;
	const mine = 'selector: {matchLabels: {app: web}}';
	const two = workload('', {replicas: 2});
	const pdb = (...documents: readonly string[]): readonly string[] => said('pod-disruption-budget', bundle(...documents)).map(line => line.split(' ').slice(1).join(' '));

	test('a budget of the namespace must select the pods', () => {
		assert.deepEqual(pdb(two), ['missing Deployment/web']);
		assert.deepEqual(pdb(two, budget(`maxUnavailable: 1, ${mine}`)), []);
		assert.deepEqual(pdb(two, budget('maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: Exists}]}')), []);
		assert.deepEqual(pdb(workload('', {replicas: 2, namespace: 'a'}), budget(`maxUnavailable: 1, ${mine}`, {namespace: 'b'})), ['missing Deployment/web']);
		assert.deepEqual(pdb(workload('', {replicas: 2, kind: 'StatefulSet'})), ['missing StatefulSet/web']);
		assert.equal(verdictOf('pod-disruption-budget', workload()), 'na');
	});

	test('an empty selector selects everything in v1, nothing in v1beta1, and no selector selects nothing', () => {
		assert.deepEqual(pdb(two, budget('maxUnavailable: 1, selector: {}')), []);
		assert.deepEqual(pdb(two, budget('maxUnavailable: 1, selector: {}', {version: 'v1beta1'})), ['missing Deployment/web', 'pdb-v1beta1 PodDisruptionBudget/web']);
		assert.deepEqual(pdb(two, budget('maxUnavailable: 1')), ['missing Deployment/web']);
	});

	test('a budget that never lets a pod go blocks every drain', () => {
		for (const spec of ['maxUnavailable: 0', 'maxUnavailable: "0%"', 'minAvailable: "100%"', 'minAvailable: 2', 'minAvailable: 3', 'minAvailable: "51%"', 'minAvailable: "2"']) assert.deepEqual(pdb(two, budget(`${spec}, ${mine}`)), ['pdb-blocks-drain PodDisruptionBudget/web'], spec);
		for (const spec of ['maxUnavailable: 1', 'maxUnavailable: "1%"', 'minAvailable: 1', 'minAvailable: "50%"']) assert.deepEqual(pdb(two, budget(`${spec}, ${mine}`)), [], spec);
		assert.deepEqual(pdb(workload(), budget(`minAvailable: 1, ${mine}`)), ['pdb-blocks-drain PodDisruptionBudget/web']);
	});

	test('with an autoscaler its minimum counts', () => {
		assert.deepEqual(pdb(workload(), scaler('minReplicas: 3, maxReplicas: 9'), budget(`minAvailable: 2, ${mine}`)), []);
		assert.deepEqual(pdb(workload(), scaler('minReplicas: 3, maxReplicas: 9'), budget(`minAvailable: 4, ${mine}`)), ['pdb-blocks-drain PodDisruptionBudget/web']);
		assert.deepEqual(pdb(workload(), scaler('minReplicas: 3, maxReplicas: 9'), budget(`minAvailable: 3, ${mine}`)), ['pdb-blocks-when-small PodDisruptionBudget/web']);
	});

	test('a budget says one thing, and a pod has one budget', () => {
		assert.deepEqual(pdb(two, budget(mine)), ['pdb-no-policy PodDisruptionBudget/web']);
		assert.deepEqual(pdb(two, budget(`minAvailable: 1, maxUnavailable: 1, ${mine}`)), ['pdb-two-policies PodDisruptionBudget/web']);
		assert.deepEqual(pdb(two, budget(`maxUnavailable: 1, ${mine}`), budget(`maxUnavailable: 1, ${mine}`, {name: 'again'})), ['pdb-multiple Deployment/web']);
	});

	test('a budget that another chart installed is found in the cluster', () => {
		const cluster = aCluster(budget(`maxUnavailable: 1, ${mine}`, {namespace: 'shop'}));
		assert.deepEqual(said('pod-disruption-budget', two, {cluster, namespace: 'shop'}), []);
		assert.deepEqual(said('pod-disruption-budget', two, {cluster, namespace: 'other'}), ['fail missing Deployment/web']);
	});
});
