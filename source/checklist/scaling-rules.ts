import {isSingleWriter} from './fault-rules.ts';
import type {Seen} from './item.ts';
import {nameOf, type KubeObject} from './kube-object.ts';
import {aboutAll, aboutContainer, aboutObject, aboutPod} from './seen.ts';
import {at, isTrue, listAt, numberAt, textAt, textOf} from './values.ts';
import {argvOf, imageBaseName, isReplicated, runningContainers, type Container, type Workload} from './workload.ts';
import {leastReplicas, type Autoscaler, type World} from './world.ts';

export function* noLoggingSidecar(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		const running = runningContainers(workload);
		if (workload.object.kind === 'DaemonSet' || running.length < 2) {
			yield aboutObject(workload.object, 'na', workload.object.kind === 'DaemonSet' ? 'A DaemonSet is itself the collector that is wanted.' : 'It has one container.');
			continue;
		}

		for (const container of running) {
			const base = imageBaseName(container.image);
			if (/^(fluent-?bit|fluentd|filebeat|promtail|logstash|vector|alloy|grafana-agent|logrotate|rsyslog|syslog-ng)([-_.]|$)/.test(base) || base.startsWith('splunk')) yield aboutContainer(workload, container, 'logging-agent', `${container.name} (${base}) collects logs beside the app.`, ['image']);
			else if (/\btail\s+(-\S+\s+)*-\w*[fF]|\btail\s+--follow/.test(argvOf(container).join(' ')) && sharesEmptyDir(workload, container)) yield aboutContainer(workload, container, 'tail-sidecar', `${container.name} follows a log file that it shares with the app.`, ['command']);
			else yield aboutContainer(workload, container, 'pass', /^(otel|opentelemetry)/.test(base) ? 'may collect logs: an OpenTelemetry collector' : 'is no log collector');
		}
	}
}

const sharesEmptyDir = (workload: Workload, container: Container): boolean => {
	const dirs = new Set(listAt(workload.spec, 'volumes').filter(volume => at(volume, 'emptyDir') !== undefined).map(volume => textAt(volume, 'name')));
	const mounted = (one: Container): readonly (string | undefined)[] => listAt(one.value, 'volumeMounts').map(mount => textAt(mount, 'name')).filter(name => dirs.has(name));
	const mine = mounted(container);
	return runningContainers(workload).some(other => other !== container && mounted(other).some(name => mine.includes(name)));
};

export function* noLocalState(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		const {object} = workload;
		if (!workload.isLongRunning) {
			yield aboutObject(object, 'na', 'It ends by itself.');
			continue;
		}

		const volumes = listAt(workload.spec, 'volumes');
		const hostPath = volumes.findIndex(volume => at(volume, 'hostPath') !== undefined && isWritten(workload, textAt(volume, 'name')));
		const claim = volumes.findIndex(volume => isSingleWriter(world, object.namespace, textAt(volume, 'persistentVolumeClaim', 'claimName') ?? ''));
		if (hostPath !== -1 && isReplicated(workload)) yield aboutPod(workload, 'host-path', `It writes to ${textAt(volumes[hostPath], 'hostPath', 'path') ?? 'a folder'} of the node it runs on.`, ['volumes', hostPath]);
		else if (claim !== -1 && isReplicated(workload) && object.kind !== 'StatefulSet' && mostReplicas(world, workload) > 1)
			yield aboutPod(workload, 'shared-rwo-volume', `Its replicas share the volume claim ${textAt(volumes[claim], 'persistentVolumeClaim', 'claimName') ?? ''}, which one node alone can mount.`, ['volumes', claim]);
		else {
			const unproved = whyUnproved(workload);
			if (unproved === null) yield aboutPod(workload, 'pass', 'can write nowhere but to scratch folders');
			else yield aboutPod(workload, 'ask', `Does it keep nothing in its local files? ${unproved}`);
		}
	}
}

const mostReplicas = (world: World, workload: Workload): number => Math.max(leastReplicas(world, workload), ...world.autoscalersOf(workload.object).map(({most}) => most ?? 0));

const isWritten = (workload: Workload, volume: string | undefined): boolean => {
	const mounts = workload.containers.flatMap(container => listAt(container.value, 'volumeMounts')).filter(mount => textAt(mount, 'name') === volume);
	return mounts.some(mount => !isTrue(at(mount, 'readOnly')));
};

const readOnlyVolumes = ['configMap', 'secret', 'projected', 'downwardAPI', 'image'];

/** Why the manifest does not prove that nothing is kept locally; null when it does. */
const whyUnproved = (workload: Workload): string | null => {
	const open = workload.containers.find(({role, value}) => role === 'app' && !isTrue(at(value, 'securityContext', 'readOnlyRootFilesystem')));
	if (open !== undefined) return `${open.name} can write to its own filesystem.`;
	const templates = new Set(listAt(workload.object.value, 'spec', 'volumeClaimTemplates').map(template => textAt(template, 'metadata', 'name')));
	for (const mount of workload.containers.filter(({role}) => role === 'app').flatMap(({value}) => listAt(value, 'volumeMounts'))) {
		const name = textAt(mount, 'name');
		const path = textAt(mount, 'mountPath') ?? '';
		const volume = listAt(workload.spec, 'volumes').find(one => textAt(one, 'name') === name);
		const isHarmless =
			isTrue(at(mount, 'readOnly')) ||
			readOnlyVolumes.some(kind => at(volume, kind) !== undefined) ||
			(at(volume, 'emptyDir') !== undefined && path.split('/').some(part => ['tmp', 'cache', 'run', '.cache'].includes(part))) ||
			(workload.object.kind === 'StatefulSet' && (templates.has(name) || at(volume, 'persistentVolumeClaim') !== undefined));
		if (!isHarmless) return `It can write to ${path}.`;
	}

	return null;
};

export function* autoscaling(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		if (!isReplicated(workload)) continue;
		const scalers = world.autoscalersOf(workload.object);
		if (scalers.length === 0) yield aboutObject(workload.object, 'ask', 'No autoscaler targets it: is its use steady?');
		else {
			const wrong = scalers.flatMap(scaler => [...judgeScaled(world, workload, scaler)]);
			if (wrong.length === 0) yield aboutObject(workload.object, 'pass', `scaled by ${nameOf(scalers[0]?.object ?? workload.object)}`);
			yield* wrong;
		}
	}

	for (const object of world.objects) if (object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject') yield* judgeScaler(world, object);
}

function* judgeScaled(world: World, workload: Workload, scaler: Autoscaler): Iterable<Seen> {
	const {object} = workload;
	if (at(object.value, 'spec', 'replicas') !== undefined && at(object.value, 'spec', 'replicas') !== null && !object.isLive)
		yield aboutObject(object, 'replicas-set', `It sets replicas although ${nameOf(scaler.object)} scales it: each deploy resets the scale.`, ['spec', 'replicas']);
	const resources = utilisationOf(scaler.object);
	if (resources.has('cpu')) {
		const without = runningContainers(workload).filter(({value}) => ![at(value, 'resources', 'requests', 'cpu'), at(value, 'resources', 'limits', 'cpu')].some(one => one !== undefined && one !== null));
		const isFilled = world.containerDefaults(object.namespace).requests['cpu'] !== undefined || at(workload.spec, 'resources', 'requests', 'cpu') !== undefined;
		if (without.length > 0 && !isFilled) yield aboutObject(object, 'cpu-without-requests', `${nameOf(scaler.object)} scales by CPU utilisation, but ${without.map(({name}) => name).join(', ')} ${without.length === 1 ? 'asks' : 'ask'} for no CPU: it can't be computed.`, [...(without[0]?.path ?? []), 'resources']);
	}

	for (const vertical of world.inNamespace('VerticalPodAutoscaler', object.namespace)) {
		const isSame = textAt(vertical.value, 'spec', 'targetRef', 'name') === object.name && (textAt(vertical.value, 'spec', 'targetRef', 'kind') ?? object.kind) === object.kind;
		if (isSame && !isOff(vertical) && resources.size > 0) yield aboutObject(object, 'vpa-same-metric', `${nameOf(vertical)} changes the requests by which ${nameOf(scaler.object)} scales: they fight.`);
	}
}

/** Resources by whose utilisation an HPA scales. Without metrics it is CPU. */
const utilisationOf = ({kind, value}: KubeObject): ReadonlySet<string> => {
	if (kind === 'ScaledObject') return new Set(listAt(value, 'spec', 'triggers').flatMap(trigger => (['cpu', 'memory'].includes(textAt(trigger, 'type') ?? '') && (textAt(trigger, 'metricType') ?? 'Utilization') === 'Utilization' ? [textAt(trigger, 'type') ?? ''] : [])));
	if (at(value, 'spec', 'targetCPUUtilizationPercentage') !== undefined) return new Set(['cpu']);
	const metrics = listAt(value, 'spec', 'metrics');
	if (metrics.length === 0) return new Set(['cpu']);
	return new Set(
		metrics.flatMap(metric => {
			const source = {Resource: 'resource', ContainerResource: 'containerResource'}[textAt(metric, 'type') ?? ''];
			const isUtilisation = source !== undefined && (textAt(metric, source, 'target', 'type') === 'Utilization' || at(metric, source, 'targetAverageUtilization') !== undefined);
			return isUtilisation ? [textAt(metric, source, 'name') ?? ''] : [];
		}),
	);
};

function* judgeScaler(world: World, object: KubeObject): Iterable<Seen> {
	const reference = at(object.value, 'spec', 'scaleTargetRef');
	const kind = textAt(reference, 'kind') ?? 'Deployment';
	const name = textAt(reference, 'name') ?? '';
	const isKeda = object.kind === 'ScaledObject';
	const least = numberAt(object.value, 'spec', isKeda ? 'minReplicaCount' : 'minReplicas') ?? (isKeda ? 0 : 1);
	const most = numberAt(object.value, 'spec', isKeda ? 'maxReplicaCount' : 'maxReplicas');
	if (world.find(kind, object.namespace, name) === undefined) yield aboutObject(object, 'target-missing', `It scales ${kind} ${name}, which is not in this bundle.`, ['spec', 'scaleTargetRef']);
	if (least < 2) yield aboutObject(object, 'minimum-below-two', `It may scale down to ${least}.`, ['spec', isKeda ? 'minReplicaCount' : 'minReplicas']);
	if (most !== undefined && most <= least) yield aboutObject(object, 'maximum-not-above-minimum', `It cannot scale: at most ${most}, at least ${least}.`, ['spec', isKeda ? 'maxReplicaCount' : 'maxReplicas']);
	const active = listAt(object.value, 'status', 'conditions').find(condition => textAt(condition, 'type') === 'ScalingActive');
	if (textOf(at(active, 'status')) === 'False') yield aboutObject(object, 'not-scaling', `The cluster says that it does not scale: ${textAt(active, 'message') ?? textAt(active, 'reason') ?? ''}`, ['status']);
}

/** One that is in the cluster counts when it acts on what is being released. */
const targetsJudged = (world: World, {namespace, value}: KubeObject): boolean =>
	world.workloads.some(({object}) => object.namespace === namespace && object.name === textAt(value, 'spec', 'targetRef', 'name') && object.kind === (textAt(value, 'spec', 'targetRef', 'kind') ?? object.kind));

export function* noVerticalAutoscaler(world: World): Iterable<Seen> {
	const judged = new Set(world.objects);
	const verticals = world.all('VerticalPodAutoscaler').filter(vertical => judged.has(vertical) || targetsJudged(world, vertical));
	for (const vertical of verticals) {
		const mode = textAt(vertical.value, 'spec', 'updatePolicy', 'updateMode') ?? 'Recreate (the default)';
		if (isOff(vertical)) yield aboutObject(vertical, 'pass', 'only recommends');
		else yield aboutObject(vertical, 'acts', `Its mode is ${mode}: it restarts pods to change what they ask for.`, ['spec', 'updatePolicy', 'updateMode']);
	}

	if (verticals.length === 0) yield aboutAll('pass', 'no VerticalPodAutoscaler');
}

/** An unquoted `Off` is the truth value false for Kubernetes, and text for us. */
const isOff = (vertical: KubeObject): boolean => /^(off|false)$/i.test(textAt(vertical.value, 'spec', 'updatePolicy', 'updateMode') ?? '');

/** A cluster that grows and shrinks by itself shows itself in one of several ways. */
export function* clusterAutoscaler(world: World): Iterable<Seen> {
	const deployments = [...(world.cluster?.objects ?? []), ...world.objects].filter(({kind}) => kind === 'Deployment');
	const scaler = deployments.find(({name}) => /(^|-)cluster-autoscaler(-|$)/.test(name));
	if (scaler !== undefined && (!scaler.isLive || (numberAt(scaler.value, 'status', 'readyReplicas') ?? 0) > 0)) yield aboutObject(scaler, 'pass', 'a cluster autoscaler runs');
	else if (scaler !== undefined) yield aboutObject(scaler, 'not-ready', 'The cluster autoscaler has no ready pod.');
	else {
		const sign = world.find('ConfigMap', 'kube-system', 'cluster-autoscaler-status') ?? world.all('NodePool').find(({group}) => group.startsWith('karpenter')) ?? world.all('Node').find(({labels}) => labels.has('karpenter.sh/nodepool') || labels.get('eks.amazonaws.com/compute-type') === 'auto');
		if (sign !== undefined) yield aboutObject(sign, 'pass', `${nameOf(sign)} shows that nodes are added by need`);
		else yield aboutAll('ask', world.cluster?.isLive === true ? 'The cluster shows no autoscaler of nodes. Is its load steady, or does the provider add nodes?' : 'Are nodes added when the load grows? No cluster was read (--context, --live).');
	}
}

