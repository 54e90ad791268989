import type {Seen} from './item.ts';
import {nameOf} from './kube-object.ts';
import {quantityOf} from './quantity.ts';
import {aboutAll, aboutContainer, aboutObject, aboutPod} from './seen.ts';
import {at, entriesAt, isMapping, listAt, textAt} from './values.ts';
import type {Container, Workload} from './workload.ts';
import type {World} from './world.ts';

type Resource = 'cpu' | 'memory';
/** `own`: written in the container · `pod`: for the pod as a whole · `namespace`: a LimitRange fills it in · `limit`: copied from the limit. */
type Amount = {readonly value: unknown; readonly number: number | null; readonly from: 'own' | 'pod' | 'namespace' | 'limit'};

/** What a container really gets. Zero is as good as nothing. */
const amountOf = (world: World, workload: Workload, container: Container, set: 'limits' | 'requests', resource: Resource): Amount | null => {
	const own = present(at(container.value, 'resources', set, resource), 'own');
	if (own !== null) return own;
	if (set === 'requests') {
		const limit = present(at(container.value, 'resources', 'limits', resource), 'limit');
		if (limit !== null) return limit;
	}

	const pod = present(at(workload.spec, 'resources', set, resource), 'pod') ?? (set === 'requests' ? present(at(workload.spec, 'resources', 'limits', resource), 'pod') : null);
	if (pod !== null) return pod;
	return present(world.containerDefaults(workload.object.namespace)[set][resource], 'namespace');
};

const present = (value: unknown, from: Amount['from']): Amount | null => {
	if (value === undefined || value === null || value === '') return null;
	const number = quantityOf(value);
	return number === 0 ? null : {value, number, from};
};

/** Ephemeral containers may not ask for resources. */
const askingContainers = (workload: Workload): readonly Container[] => workload.containers.filter(({role}) => role !== 'ephemeral');

export function* memory(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		for (const container of askingContainers(workload)) {
			const about = (code: string, message: string, path: readonly string[]): Seen => aboutContainer(workload, container, code, message, ['resources', ...path], 'memory');
			const limit = amountOf(world, workload, container, 'limits', 'memory');
			const request = amountOf(world, workload, container, 'requests', 'memory');
			const wrong = [limit, request].find(amount => amount !== null && amount.number === null);
			if (wrong !== null && wrong !== undefined) yield about('invalid-quantity', `${container.name}: ${String(wrong.value)} is no quantity; write 128Mi or 1Gi.`, [wrong === limit ? 'limits' : 'requests', 'memory']);
			else if (limit === null && container.role === 'init') yield about('init-container-resources', `Init container ${container.name} has no memory limit.`, ['limits']);
			else if (limit === null) yield about('limit-missing', `${container.name} has no memory limit${request === null ? ' and no request' : ''}.`, ['limits']);
			else if (request !== null && (request.number ?? 0) > (limit.number ?? 0)) yield about('request-above-limit', `${container.name} asks for ${String(request.value)}, but is limited to ${String(limit.value)}.`, ['requests', 'memory']);
			else if ((limit.number ?? 0) < 1024) yield about('suspicious-quantity', `${container.name}: ${String(limit.value)} is ${limit.number ?? 0} bytes.`, ['limits', 'memory']);
			else yield about('pass', request === null || request.from === 'own' ? 'memory request and limit set' : {pod: 'memory set for the pod', namespace: 'memory filled in by the LimitRange', limit: 'memory limit set; the request is copied from it'}[request.from], ['limits', 'memory']);
		}
	}
}

export function* cpuRequest(world: World): Iterable<Seen> {
	const most = world.settings.maximumCpuRequest;
	for (const workload of world.workloads) {
		const running = Math.max(1, workload.containers.filter(({role}) => role === 'app' || role === 'sidecar').length);
		for (const container of askingContainers(workload)) {
			const about = (code: string, message: string, path: readonly string[] = ['requests', 'cpu']): Seen => aboutContainer(workload, container, code, message, ['resources', ...path], 'cpu');
			const request = amountOf(world, workload, container, 'requests', 'cpu');
			const limit = amountOf(world, workload, container, 'limits', 'cpu');
			const share = request?.from === 'pod' ? (request.number ?? 0) / running : (request?.number ?? 0);
			if (request === null && container.role === 'init') yield about('init-container-resources', `Init container ${container.name} has no CPU request.`, ['requests']);
			else if (request === null) yield about('request-missing', `${container.name} has no CPU request; the scheduler places it blindly.`, ['requests']);
			else if (request.number === null) yield about('invalid-quantity', `${container.name}: ${String(request.value)} is no quantity; write 250m or 0.25.`);
			else if (limit !== null && limit.number !== null && request.from === 'own' && limit.from === 'own' && request.number > limit.number) yield about('request-above-limit', `${container.name} asks for ${String(request.value)} CPU, but is limited to ${String(limit.value)}.`);
			else if (share > most) yield about('above-one', `${container.name} asks for ${String(request.value)} CPU; ${most} or less is wanted.`);
			else yield about('pass', `asks for ${String(request.value)} CPU`);
		}
	}
}

export function* cpuLimits(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		const quota = world.inNamespace('ResourceQuota', workload.object.namespace).find(({value}) => at(value, 'spec', 'hard', 'limits.cpu') !== undefined);
		const why = quota === undefined ? '' : ` ResourceQuota ${quota.name} makes it compulsory: it can be mended only there.`;
		if (present(at(workload.spec, 'resources', 'limits', 'cpu'), 'pod') !== null) yield aboutPod(workload, 'cpu-limit', `The pod has a CPU limit.${why}`, ['resources', 'limits', 'cpu']);
		for (const container of askingContainers(workload)) {
			const limit = present(at(container.value, 'resources', 'limits', 'cpu'), 'own');
			if (limit === null) yield aboutContainer(workload, container, 'pass', 'has no CPU limit', ['resources', 'limits']);
			else yield aboutContainer(workload, container, 'cpu-limit', `${container.name} has a CPU limit of ${String(limit.value)}: it is slowed down even while the node is idle.${why}`, ['resources', 'limits', 'cpu']);
		}
	}

	for (const range of world.objects) {
		if (range.kind !== 'LimitRange') continue;
		const index = listAt(range.value, 'spec', 'limits').findIndex(item => textAt(item, 'type') === 'Container' && (present(at(item, 'default', 'cpu'), 'own') ?? present(at(item, 'max', 'cpu'), 'own')) !== null);
		if (index !== -1) yield aboutObject(range, 'limitrange-injects-cpu', 'It gives a CPU limit to every container that sets none.', ['spec', 'limits', index]);
	}
}

export function* qualityOfService(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		const {object} = workload;
		const found = qosOf(world, workload);
		const wanted = world.settings.qos[`${object.kind}/${object.name}`];
		if (found === 'BestEffort') yield aboutPod(workload, 'best-effort', 'No container asks for anything (BestEffort): its pods are the first to be evicted.');
		else if (wanted === 'Guaranteed' && found !== 'Guaranteed') yield aboutPod(workload, 'below-wanted', `It is ${found}, and Guaranteed is wanted; that needs CPU limits too, which item 16 (no-cpu-limits) then needs a waiver for.`);
		else yield aboutPod(workload, 'pass', found);
	}
}

/** As the kubelet computes it. Source: kubernetes.io/docs/concepts/workloads/pods/pod-qos */
const qosOf = (world: World, workload: Workload): 'Guaranteed' | 'Burstable' | 'BestEffort' => {
	const pod = at(workload.spec, 'resources');
	if (isMapping(pod) && (entriesAt(pod, 'limits').length > 0 || entriesAt(pod, 'requests').length > 0)) {
		const isEqual = (resource: Resource): boolean => {
			const limit = present(at(pod, 'limits', resource), 'pod');
			const request = present(at(pod, 'requests', resource), 'pod') ?? limit;
			return limit !== null && limit.number === request?.number;
		};

		return isEqual('cpu') && isEqual('memory') ? 'Guaranteed' : 'Burstable';
	}

	const amounts = askingContainers(workload).map(container =>
		(['cpu', 'memory'] as const).map(resource => ({
			limit: amountOf(world, workload, container, 'limits', resource),
			request: amountOf(world, workload, container, 'requests', resource),
		})),
	);
	const all = amounts.flat();
	if (all.every(({limit, request}) => limit === null && request === null)) return 'BestEffort';
	return all.every(({limit, request}) => limit !== null && limit.number === request?.number) ? 'Guaranteed' : 'Burstable';
};

/** The namespace into which the release goes gives memory defaults to what asks for nothing. */
export function* releaseLimitRange(world: World): Iterable<Seen> {
	if (world.releaseNamespaces.length === 0) return;
	const read = world.cluster?.reads['limitranges'];
	for (const namespace of world.releaseNamespaces) {
		const ranges = world.inNamespace('LimitRange', namespace);
		const good = ranges.find(({value}) => listAt(value, 'spec', 'limits').some(item => textAt(item, 'type') === 'Container' && ['default', 'defaultRequest', 'max', 'min'].some(field => at(item, field, 'memory') !== undefined)));
		const called = namespace === '' ? "The release's namespace" : `Namespace ${namespace}`;
		if (good !== undefined) yield aboutObject(good, 'pass', `${nameOf(good)} gives memory defaults`);
		else if (ranges[0] !== undefined) yield aboutObject(ranges[0], 'no-memory-default', 'It gives containers no memory default.', ['spec', 'limits']);
		else if (namespace !== '' && read?.state === 'read' && (read.namespaces === null || read.namespaces.includes(namespace))) yield aboutAll('none', `${called} has no LimitRange.`, namespace);
		else yield aboutAll('not-read', `${called}: ${read === undefined || read.state === 'read' ? 'no LimitRange in this bundle, and no cluster was read (--context, --live)' : read.reason}.`, namespace);
	}
}
