import type {Fields, SentObject} from './kube-object.ts';
import type {Container, PodSpec} from './workload.ts';

/** Fills in what people leave out, as the API server does, and what belongs to a kind from its first moment on. */
export const withDefaults = (object: SentObject): SentObject => defaults[object.kind]?.({...object, ...(object.spec === undefined ? {} : {spec: withoutNulls(object.spec) as Fields})}) ?? object;

/** To the API, null means that nothing was said. */
const withoutNulls = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(withoutNulls);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([key, inner]) => [key, withoutNulls(inner)]));
};

const filled = (object: SentObject, spec: Fields): SentObject => ({...object, spec: {...spec, ...object.spec}});

const container = (one: Container): Container => ({
	terminationMessagePath: '/dev/termination-log',
	terminationMessagePolicy: 'File',
	imagePullPolicy: isMovingTag(one.image ?? '') ? 'Always' : 'IfNotPresent',
	resources: {},
	...one,
	...('ports' in one ? {ports: (one['ports'] as readonly object[]).map(port => ({protocol: 'TCP', ...port}))} : {}),
	...Object.fromEntries(['livenessProbe', 'readinessProbe', 'startupProbe'].filter(name => name in one).map(name => [name, probe(one[name] as Fields)])),
});

/** Without a tag, or `latest`: nobody knows what it will be tomorrow. */
const isMovingTag = (image: string): boolean => !image.includes('@') && /(:latest|^[^:]*|\/[^:/]*)$/.test(image);

const probe = (one: Fields): Fields => ({
	timeoutSeconds: 1,
	periodSeconds: 10,
	successThreshold: 1,
	failureThreshold: 3,
	...one,
	...('httpGet' in one ? {httpGet: {scheme: 'HTTP', path: '/', ...(one['httpGet'] as object)}} : {}),
});

const podSpec = (spec: PodSpec): PodSpec => ({
	restartPolicy: 'Always',
	terminationGracePeriodSeconds: 30,
	dnsPolicy: 'ClusterFirst',
	securityContext: {},
	schedulerName: 'default-scheduler',
	...spec,
	containers: (spec.containers ?? []).map(container),
	...(spec.initContainers === undefined ? {} : {initContainers: spec.initContainers.map(container)}),
});

const template = (spec: Fields | undefined): Fields => {
	const {spec: pods, ...rest} = (spec?.['template'] ?? {}) as {readonly spec?: PodSpec};
	return {template: {...rest, ...(pods === undefined ? {} : {spec: podSpec(pods)})}};
};

const workload = (object: SentObject, spec: Fields): SentObject => ({...object, spec: {...spec, ...object.spec, ...template(object.spec)}});

const rollingUpdate = (object: SentObject, key: 'strategy' | 'updateStrategy', limits: Fields): Fields => {
	const given = object.spec?.[key] as {readonly type?: string; readonly rollingUpdate?: object} | undefined;
	const type = given?.type ?? 'RollingUpdate';
	return {[key]: {...given, type, ...(type === 'RollingUpdate' ? {rollingUpdate: {...limits, ...given?.rollingUpdate}} : {})}};
};

const strategic = (object: SentObject, key: 'strategy' | 'updateStrategy', limits: Fields): SentObject => ({...object, spec: {...object.spec, ...rollingUpdate(object, key, limits)}});

const service = (object: SentObject): SentObject => {
	const ports = ((object.spec?.['ports'] ?? []) as readonly (Fields & {readonly port: number})[]).map(port => ({protocol: 'TCP', targetPort: port.port, ...port}));
	return filled({...object, spec: {...object.spec, ports}, status: object.status ?? {loadBalancer: {}}}, {type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack'});
};

const withJobTemplate = (object: SentObject): SentObject => {
	const {spec, ...rest} = (object.spec?.['jobTemplate'] ?? {}) as {readonly spec?: Fields};
	return {...object, spec: {...object.spec, jobTemplate: {...rest, spec: {...spec, ...template(spec)}}}};
};

/** Texts of a Secret become its data, and are not kept. */
const secret = ({stringData, ...object}: SentObject): SentObject => {
	const texts = Object.entries((stringData ?? {}) as Readonly<Record<string, string>>).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
	return {type: 'Opaque', ...object, ...(texts.length === 0 ? {} : {data: {...(object['data'] as object | undefined), ...Object.fromEntries(texts)}})};
};

/** A Job finds its pods by its own id, which it puts on them. */
const selectingItself = (job: SentObject): SentObject => {
	const {uid = '', name = ''} = job.metadata ?? {};
	if (job.spec?.['selector'] !== undefined) return job;
	const {metadata, ...rest} = (job.spec?.['template'] ?? {}) as {readonly metadata?: {readonly labels?: object}};
	const labels = {...metadata?.labels, 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name};
	return {...job, spec: {...job.spec, selector: {matchLabels: {'batch.kubernetes.io/controller-uid': uid}}, template: {...rest, metadata: {...metadata, labels}}}};
};

const customResource = (object: SentObject): SentObject => {
	const names = (object.spec?.['names'] ?? {}) as {readonly kind?: string};
	const accepted = {singular: names.kind?.toLowerCase(), listKind: `${names.kind ?? ''}List`, ...names};
	const says = (type: string, reason: string): object => ({type, status: 'True', reason, message: reason, lastTransitionTime: object.metadata?.creationTimestamp ?? null});
	return filled({...object, status: {conditions: [says('NamesAccepted', 'NoConflicts'), says('Established', 'InitialNamesAccepted')], acceptedNames: accepted, storedVersions: []}, spec: {...object.spec, names: accepted}}, {conversion: {strategy: 'None'}});
};

const defaults: Readonly<Record<string, (object: SentObject) => SentObject>> = {
	Namespace: object => ({...filled(object, {finalizers: ['kubernetes']}), metadata: {...object.metadata, labels: {...object.metadata?.labels, 'kubernetes.io/metadata.name': object.metadata?.name ?? ''}}, status: object.status ?? {phase: 'Active'}}),
	Pod: object => ({...object, spec: podSpec(object.spec as PodSpec), status: object.status ?? {phase: 'Pending'}}),
	Deployment: object => workload(strategic(object, 'strategy', {maxSurge: '25%', maxUnavailable: '25%'}), {replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600}),
	ReplicaSet: object => workload(object, {replicas: 1}),
	StatefulSet: object => workload(strategic(object, 'updateStrategy', {partition: 0}), {replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10}),
	DaemonSet: object => workload(strategic(object, 'updateStrategy', {maxSurge: 0, maxUnavailable: 1}), {revisionHistoryLimit: 10}),
	Job: object => workload(selectingItself(object), {parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, podReplacementPolicy: 'TerminatingOrFailed', manualSelector: false}),
	CronJob: object => filled(withJobTemplate(object), {concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1}),
	Service: service,
	Secret: secret,
	PersistentVolumeClaim: object => ({...filled(object, {volumeMode: 'Filesystem'}), status: {phase: 'Bound', ...object.status}}),
	HorizontalPodAutoscaler: object => filled(object, {minReplicas: 1}),
	NetworkPolicy: object => filled(object, {policyTypes: ['Ingress']}),
	CustomResourceDefinition: customResource,
};
