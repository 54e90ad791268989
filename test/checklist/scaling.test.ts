import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {aCluster, bundle, said, verdictOf, withSettings, workload} from './checking.ts';

const codes = (item: string, yaml: string, more = {}): readonly string[] => said(item, yaml, more).map(line => line.split(' ')[1] ?? '');

describe('items 19 to 21, labels', () => {
	const technical = 'app.kubernetes.io/name: web, app.kubernetes.io/instance: web';
	const config = (labels: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {${labels}}${more}}\n`;

	test('name and instance are required, the others recommended', () => {
		assert.deepEqual(codes('technical-labels', config('')), ['missing']);
		assert.deepEqual(codes('technical-labels', config('app.kubernetes.io/name: web')), ['missing']);
		assert.deepEqual(codes('technical-labels', config(technical)), ['recommended-missing']);
		assert.deepEqual(codes('technical-labels', config(`${technical}, app.kubernetes.io/version: "1", app.kubernetes.io/component: c, app.kubernetes.io/part-of: p, app.kubernetes.io/managed-by: Helm`)), []);
		assert.deepEqual(codes('technical-labels', config('app.kubernetes.io/name: "", app.kubernetes.io/instance: a')), ['missing']);
	});

	test('the pod template is judged by itself, without managed-by', () => {
		const full = `${technical}, app.kubernetes.io/version: "1", app.kubernetes.io/component: c, app.kubernetes.io/part-of: p`;
		const yaml = workload('', {labels: full}).replace('metadata: {name: web,', `metadata: {name: web, labels: {${full}, app.kubernetes.io/managed-by: Helm},`);
		assert.deepEqual(codes('technical-labels', yaml), []);
		assert.deepEqual(codes('technical-labels', yaml.replace('template: {metadata: {labels: {app.kubernetes.io/name: web, ', 'template: {metadata: {labels: {')), ['missing']);
	});

	test('CRDs are only warned about, hook pods are left out, long values are refused', () => {
		assert.deepEqual(said('technical-labels', 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n'), ['warn recommended-missing CustomResourceDefinition/a']);
		assert.deepEqual(codes('technical-labels', workload('', {kind: 'Pod', annotations: 'helm.sh/hook: test'})), []);
		assert.deepEqual(codes('technical-labels', config(`app.kubernetes.io/name: ${'a'.repeat(64)}, app.kubernetes.io/instance: a`)), ['invalid', 'recommended-missing']);
	});

	test('business labels may have a prefix or another name, and an annotation is not enough', () => {
		assert.deepEqual(codes('business-labels', config('owner: a, project: b, business-unit: c')), []);
		assert.deepEqual(codes('business-labels', config('acme.org/owner: a, acme.org/project: b, acme.org/business-unit: c')), []);
		assert.deepEqual(codes('business-labels', config('owner: a')), ['missing']);
		assert.deepEqual(codes('business-labels', config('', ', annotations: {owner: a, project: b, business-unit: c}')), ['annotation-only']);
		const labels = {technical: [], security: [], business: [{name: 'owner', aliases: ['team'], isRequired: true}]};
		assert.deepEqual(codes('business-labels', config('team: a'), withSettings({labels})), []);
		assert.deepEqual(codes('business-labels', config('project-owner: a, project: b, business-unit: c')), ['missing']);
		assert.deepEqual(codes('security-labels', config('confidentiality: public')), ['missing']);
	});
});

test('a log collector beside the app is a warning; alone, or as a DaemonSet, it is not', () => {
	const beside = (image: string, more = ''): readonly string[] => codes('no-logging-sidecar', workload('').replace('containers: [', `containers: [{name: s, image: ${image}${more}}, `));
	for (const image of ['fluent/fluent-bit:3', 'docker.elastic.co/beats/filebeat:8', 'grafana/promtail', 'fluent/fluentd-kubernetes-daemonset:v1', 'splunk/splunk-forwarder:1', 'timberio/vector:0.40']) assert.deepEqual(beside(image), ['logging-agent'], image);
	for (const image of ['acme/vectorizer:1', 'otel/opentelemetry-collector:1', 'nginx:1']) assert.deepEqual(beside(image), [], image);
	assert.equal(verdictOf('no-logging-sidecar', workload('').replace('ghcr.io/acme/web:1.4.2', 'fluent/fluentd:1')), 'na');
	const shared = workload('volumeMounts: [{name: l, mountPath: /l}]', {pod: 'volumes: [{name: l, emptyDir: {}}]'});
	assert.deepEqual(codes('no-logging-sidecar', shared.replace('containers: [', 'containers: [{name: s, image: busybox:1, args: [sh, -c, "tail -n+1 -F /l/a.log"], volumeMounts: [{name: l, mountPath: /l}]}, ')), ['tail-sidecar']);
});

describe('item 24, no local state', () => {
	const readOnly = 'securityContext: {readOnlyRootFilesystem: true}';
	test('a hostPath that is written fails, one that is read does not', () => {
		const host = (mount: string): readonly string[] => codes('no-local-state', workload(`${readOnly}, volumeMounts: [{name: h, mountPath: /h${mount}}]`, {pod: 'volumes: [{name: h, hostPath: {path: /x}}]'}));
		assert.deepEqual(host(''), ['host-path']);
		assert.deepEqual(host(', readOnly: true'), []);
	});

	test('replicas that share a volume of one node fail; a StatefulSet may have its own', () => {
		const claim = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: d}\nspec: {accessModes: [ReadWriteOnce]}\n';
		const mounting = (kind: string, replicas: number): string => bundle(workload(`${readOnly}, volumeMounts: [{name: d, mountPath: /d}]`, {kind, replicas, pod: 'volumes: [{name: d, persistentVolumeClaim: {claimName: d}}]'}), claim);
		assert.deepEqual(codes('no-local-state', mounting('Deployment', 2)), ['shared-rwo-volume']);
		assert.equal(verdictOf('no-local-state', mounting('Deployment', 1)), 'attest');
		assert.equal(verdictOf('no-local-state', mounting('StatefulSet', 2)), 'pass');
		assert.equal(verdictOf('no-local-state', bundle(mounting('Deployment', 2).split('---')[0] ?? '', claim.replace('ReadWriteOnce', 'ReadWriteMany'))), 'attest');
	});

	test('proved only where nothing but scratch folders can be written', () => {
		assert.equal(verdictOf('no-local-state', workload(`${readOnly}, volumeMounts: [{name: t, mountPath: /var/cache/x}]`, {pod: 'volumes: [{name: t, emptyDir: {}}]'})), 'pass');
		assert.equal(verdictOf('no-local-state', workload(`${readOnly}, volumeMounts: [{name: t, mountPath: /data}]`, {pod: 'volumes: [{name: t, emptyDir: {}}]'})), 'attest');
		assert.equal(verdictOf('no-local-state', workload('')), 'attest');
	});
});

describe('item 25, horizontal autoscalers', () => {
	const asks = 'resources: {requests: {cpu: 100m}}';
	const hpa = (spec: string, target = 'web'): string => `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: ${target}}, ${spec}}\n`;
	const cpu = 'metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]';
	const scaled = (...documents: readonly string[]): readonly string[] => codes('hpa-for-variable-load', bundle(...documents));

	test('none is a question, a good one passes', () => {
		assert.equal(verdictOf('hpa-for-variable-load', workload(asks)), 'attest');
		assert.equal(verdictOf('hpa-for-variable-load', bundle(workload(asks), hpa(`minReplicas: 2, maxReplicas: 4, ${cpu}`))), 'pass');
	});

	test('one that can not work is named', () => {
		assert.deepEqual(scaled(workload(asks), hpa('minReplicas: 2, maxReplicas: 4', 'gone')), ['target-missing']);
		assert.deepEqual(scaled(workload(asks), hpa('minReplicas: 4, maxReplicas: 4')), ['maximum-not-above-minimum']);
		assert.deepEqual(scaled(workload(asks), hpa('maxReplicas: 4')), ['minimum-below-two']);
		assert.deepEqual(scaled(workload(asks, {replicas: 3}), hpa('minReplicas: 2, maxReplicas: 4')), ['replicas-set']);
		assert.deepEqual(scaled(workload(), hpa(`minReplicas: 2, maxReplicas: 4, ${cpu}`)), ['cpu-without-requests']);
		assert.deepEqual(scaled(workload(), hpa('minReplicas: 2, maxReplicas: 4')), ['cpu-without-requests']);
		assert.deepEqual(scaled(workload(), hpa('minReplicas: 2, maxReplicas: 4, metrics: [{type: External}]')), []);
		assert.deepEqual(scaled(workload(), hpa('minReplicas: 2, maxReplicas: 4').replace('v2', 'v1')), ['cpu-without-requests']);
		const vertical = 'apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: v}\nspec: {targetRef: {kind: Deployment, name: web}}\n';
		assert.deepEqual(scaled(workload(asks), hpa(`minReplicas: 2, maxReplicas: 4, ${cpu}`), vertical), ['vpa-same-metric']);
		assert.deepEqual(scaled(workload(asks), hpa('minReplicas: 2, maxReplicas: 4').concat('status: {conditions: [{type: ScalingActive, status: "False", message: no metrics}]}\n')), ['not-scaling']);
	});

	test('the utilisation of one container needs its request too', () => {
		const metric = 'minReplicas: 2, maxReplicas: 4, metrics: [{type: ContainerResource, containerResource: {name: cpu, container: web, target: {type: Utilization, averageUtilization: 80}}}]';
		assert.deepEqual(scaled(workload(), hpa(metric)), ['cpu-without-requests']);
		assert.deepEqual(scaled(workload(asks), hpa(metric)), []);
	});
});

test('a vertical autoscaler that acts is a warning, one that recommends passes, none passes', () => {
	const vertical = (policy: string): string => `apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: v}\nspec: {targetRef: {kind: Deployment, name: web}${policy}}\n`;
	assert.deepEqual(codes('no-vpa-auto', vertical('')), ['acts']);
	for (const mode of ['Auto', 'Recreate', 'Initial', 'InPlaceOrRecreate']) assert.deepEqual(codes('no-vpa-auto', vertical(`, updatePolicy: {updateMode: ${mode}}`)), ['acts'], mode);
	for (const mode of ['Off', '"Off"', 'false']) assert.deepEqual(codes('no-vpa-auto', vertical(`, updatePolicy: {updateMode: ${mode}}`)), [], mode);
	assert.equal(verdictOf('no-vpa-auto', workload()), 'pass');
});

test('a vertical autoscaler of the cluster counts when it acts on what is released', () => {
	const vertical = (name: string, namespace: string): string => `apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: v, namespace: ${namespace}}\nspec: {targetRef: {kind: Deployment, name: ${name}}}\n`;
	const seen = (name: string, namespace: string): readonly string[] => codes('no-vpa-auto', workload('', {namespace: 'shop'}), {cluster: aCluster(vertical(name, namespace))});
	assert.deepEqual(seen('web', 'shop'), ['acts']);
	assert.deepEqual(seen('other', 'shop'), []);
	assert.deepEqual(seen('web', 'elsewhere'), []);
});

test('an autoscaler of nodes is seen in the cluster, and asked about otherwise', () => {
	assert.equal(verdictOf('cluster-autoscaler', workload()), 'attest');
	assert.equal(verdictOf('cluster-autoscaler', workload(), {cluster: aCluster('')}), 'attest');
	assert.equal(verdictOf('cluster-autoscaler', workload(), {cluster: aCluster('apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\n')}), 'pass');
	assert.equal(verdictOf('cluster-autoscaler', workload(), {cluster: aCluster('apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {karpenter.sh/nodepool: p}}\n')}), 'pass');
});

describe('items 28 and 29, configuration and secrets', () => {
	const variable = (name: string, value: string): readonly string[] => codes('externalise-config', workload(`env: [{name: ${name}, value: "${value}"}]`));
	test('a literal credential fails, a reference and a setting about one do not', () => {
		for (const [name, value] of [['DB_PASSWORD', 'hunter2'], ['API_KEY', 'abc-def'], ['apiToken', 'x9f3'], ['SPRING_DATASOURCE_PASSWORD', 'postgres'], ['JWT_SECRET', 'changeme'], ['DATABASE_URL', 'postgres://u:pw@db/x'], ['MY_PRIVATE_KEY', 'MIIE']]) assert.deepEqual(variable(name ?? '', value ?? ''), ['literal-credential'], name);
		for (const [name, value] of [['DB_PASSWORD', ''], ['DB_PASSWORD', '$(FROM_SECRET)'], ['TOKEN_URL', 'https://x/token'], ['PASSWORD_FILE', '/etc/pw'], ['TOKEN_TTL', '3600'], ['SECRET_NAME', 'web'], ['ENABLE_TOKEN', 'true'], ['TOKEN_ENABLED', 'yes'], ['KEYBOARD', 'x'], ['DATABASE_URL', 'postgres://u:$(PW)@db/x'], ['DB_PASSWORD', 'vault:secret/data/db#pw'], ['SECRET_MOUNT', '/etc/x']]) assert.deepEqual(variable(name ?? '', value ?? ''), [], `${name}=${value}`);
	});

	test('so do ConfigMaps and the files in them; the value is never shown', () => {
		const config = (data: string): readonly string[] => codes('externalise-config', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {${data}}\n`);
		assert.deepEqual(config('password: hunter2'), ['literal-credential']);
		assert.deepEqual(config('mode: fast'), []);
		assert.deepEqual(config('password: "hunter2\\n"'), ['literal-credential'], 'as a block of text gives it');
		assert.deepEqual(config('tls.pem: "-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----\\n"'), ['literal-credential']);
		assert.deepEqual(config('ca.pem: "-----BEGIN CERTIFICATE-----\\nMIIE\\n-----END CERTIFICATE-----\\n"'), []);
		assert.deepEqual(config(`config.json: '{"db": {"host": "db", "password": "hunter2"}}'`), ['credential-in-file']);
		assert.deepEqual(config(`config.json: '{"db": {"host": "db", "passwordFile": "/etc/pw"}}'`), []);
		assert.deepEqual(config('application.yml: "cache:\\n  url: redis://:hunter2@cache:6379\\n"'), ['credential-in-file']);
		assert.deepEqual(config('url: "http://web:8080/mail@home"'), []);
		assert.deepEqual(config('application.properties: "a=1\\nspring.datasource.password=hunter2\\n"'), ['credential-in-file']);
		assert.deepEqual(config('application.properties: "a=1\\nspring.datasource.password=${DB_PASSWORD}\\n#password=x\\n"'), []);
	});

	test('an environment in the image tag fails', () => {
		const tagged = (tag: string): readonly string[] => codes('externalise-config', workload().replace('1.4.2', tag));
		for (const tag of ['1.4-prod', 'production', 'uat.7', '1.2-staging-3']) assert.deepEqual(tagged(tag), ['environment-in-tag'], tag);
		for (const tag of ['1.4', 'product-1', 'stagecoach', 'v2-reproduction']) assert.deepEqual(tagged(tag), [], tag);
		assert.equal(verdictOf('externalise-config', workload()), 'attest');
		assert.equal(verdictOf('externalise-config', workload('envFrom: [{configMapRef: {name: c}}]')), 'pass');
	});

	test('secrets by environment fail in every kind of container', () => {
		assert.deepEqual(said('secrets-as-volumes', workload('', {pod: 'initContainers: [{name: i, image: a:1, env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]'})), ['fail secret-in-env Deployment/web i']);
		assert.deepEqual(codes('secrets-as-volumes', workload('envFrom: [{secretRef: {name: s}}]')), ['secret-in-env-from']);
		assert.equal(verdictOf('secrets-as-volumes', workload('envFrom: [{configMapRef: {name: s}}]')), 'na');
		for (const volume of ['secret: {secretName: s}', 'projected: {sources: [{secret: {name: s}}]}', 'csi: {driver: secrets-store.csi.k8s.io}']) assert.equal(verdictOf('secrets-as-volumes', workload('', {pod: `volumes: [{name: v, ${volume}}]`})), 'pass', volume);
		assert.equal(verdictOf('secrets-as-volumes', workload('', {pod: 'imagePullSecrets: [{name: s}]'})), 'na');
	});
});
