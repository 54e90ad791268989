import type {Cluster, ClusterRead} from './cluster.ts';
import {readDocuments} from './documents.ts';
import {objectsOf, type KubeObject} from './kube-object.ts';

/** How a cluster is asked: only `get` and `api-resources`, always with an explicit context, never for Secrets. */
export type ClusterQuestion = {
	readonly context: string;
	/** Path of a kubeconfig; null: the one of the environment. */
	readonly kubeconfig: string | null;
	/** Namespaces of the release; empty: all of the cluster. */
	readonly namespaces: readonly string[];
	/** Also what the nine live items need. */
	readonly isLive: boolean;
	/** The cluster's own objects are judged, not only looked up. */
	readonly judgeCluster: boolean;
};

/** One kind of object to read. */
type LiveRead = {
	readonly resource: string;
	readonly isNamespaced: boolean;
	/** `context`: completes a bundle · `judged`: only when the cluster itself is judged · `live`: only for live items. */
	readonly for: 'context' | 'judged' | 'live';
	/** Live items look at it in every namespace. */
	readonly isLiveEverywhere?: boolean;
	/** One object alone. */
	readonly only?: {readonly namespace: string; readonly name: string};
};

const reads: readonly LiveRead[] = [
	{resource: 'namespaces', isNamespaced: false, for: 'context'},
	{resource: 'limitranges', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'resourcequotas', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'networkpolicies.networking.k8s.io', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'poddisruptionbudgets.policy', isNamespaced: true, for: 'context'},
	{resource: 'horizontalpodautoscalers.autoscaling', isNamespaced: true, for: 'context'},
	{resource: 'services', isNamespaced: true, for: 'context'},
	{resource: 'serviceaccounts', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'ingresses.networking.k8s.io', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'persistentvolumeclaims', isNamespaced: true, for: 'context'},
	{resource: 'roles.rbac.authorization.k8s.io', isNamespaced: true, for: 'context'},
	{resource: 'rolebindings.rbac.authorization.k8s.io', isNamespaced: true, for: 'context'},
	{resource: 'clusterroles.rbac.authorization.k8s.io', isNamespaced: false, for: 'context'},
	{resource: 'clusterrolebindings.rbac.authorization.k8s.io', isNamespaced: false, for: 'context'},
	{resource: 'scaledobjects.keda.sh', isNamespaced: true, for: 'context'},
	{resource: 'verticalpodautoscalers.autoscaling.k8s.io', isNamespaced: true, for: 'context'},
	{resource: 'ciliumnetworkpolicies.cilium.io', isNamespaced: true, for: 'context'},
	{resource: 'httproutes.gateway.networking.k8s.io', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'pods', isNamespaced: true, for: 'context'},
	{resource: 'deployments.apps', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'statefulsets.apps', isNamespaced: true, for: 'context'},
	{resource: 'daemonsets.apps', isNamespaced: true, for: 'context', isLiveEverywhere: true},
	{resource: 'replicasets.apps', isNamespaced: true, for: 'judged'},
	{resource: 'jobs.batch', isNamespaced: true, for: 'judged'},
	{resource: 'cronjobs.batch', isNamespaced: true, for: 'judged'},
	{resource: 'configmaps', isNamespaced: true, for: 'judged'},
	{resource: 'rollouts.argoproj.io', isNamespaced: true, for: 'judged'},
	{resource: 'nodes', isNamespaced: false, for: 'live'},
	{resource: 'configmaps', isNamespaced: true, for: 'live', only: {namespace: 'kube-system', name: 'cluster-autoscaler-status'}},
	{resource: 'nodepools.karpenter.sh', isNamespaced: false, for: 'live'},
	{resource: 'podsecuritypolicies.policy', isNamespaced: false, for: 'live'},
	{resource: 'clusterpolicies.kyverno.io', isNamespaced: false, for: 'live'},
	{resource: 'constrainttemplates.templates.gatekeeper.sh', isNamespaced: false, for: 'live'},
	{resource: 'validatingadmissionpolicies.admissionregistration.k8s.io', isNamespaced: false, for: 'live'},
	{resource: 'validatingadmissionpolicybindings.admissionregistration.k8s.io', isNamespaced: false, for: 'live'},
];

/** Arguments after `kubectl`, and what its answer is about. `namespace` is null when it is about all of them. */
export type ClusterCommand = {readonly argv: readonly string[]; readonly key: string; readonly namespace: string | null};

/** What kubectl said. */
export type ClusterAnswer = {readonly exitCode: number | null; readonly stdout: string; readonly stderr: string};

const fixed = ({context, kubeconfig}: ClusterQuestion): readonly string[] => [...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]), '--context', context, '--request-timeout=30s'];

/** Which kinds this cluster knows; asked first, so that missing ones are told from forbidden ones. */
export const discoveryCommand = (question: ClusterQuestion): ClusterCommand => ({argv: [...fixed(question), 'api-resources', '--verbs=list', '-o', 'name'], key: '', namespace: null});

/** The commands that read the cluster, in the first attempt: everywhere where that is wanted. */
export const readCommands = (question: ClusterQuestion, discovery: ClusterAnswer): readonly ClusterCommand[] => {
	const known = new Set(discovery.stdout.split(/\s+/));
	return wantedReads(question).filter(({resource}) => known.has(resource)).flatMap(read => commandsOf(read, question));
};

/** All that may be asked of the cluster, before it is known which kinds it has; what it has not is left out when it is asked. */
export const possibleCommands = (question: ClusterQuestion): readonly ClusterCommand[] => {
	const first = wantedReads(question).flatMap(read => commandsOf(read, question));
	return [discoveryCommand(question), ...first, ...first.flatMap(command => narrowerCommands(command, question))];
};

/** What to ask when a read of all namespaces was forbidden: each namespace of the release by itself. */
export const narrowerCommands = (command: ClusterCommand, question: ClusterQuestion): readonly ClusterCommand[] => {
	const read = wantedReads(question).find(({resource, only}) => keyOf(resource) === command.key && only === undefined);
	return read === undefined || !read.isNamespaced || command.namespace !== null ? [] : question.namespaces.map(namespace => commandFor(read, question, namespace));
};

const wantedReads = ({isLive, judgeCluster}: ClusterQuestion): readonly LiveRead[] => reads.filter(read => read.for === 'context' || (read.for === 'live' && isLive) || (read.for === 'judged' && judgeCluster));

const keyOf = (resource: string): string => resource.split('.')[0] ?? resource;

const commandsOf = (read: LiveRead, question: ClusterQuestion): readonly ClusterCommand[] => {
	if (read.only !== undefined) return [{argv: [...fixed(question), 'get', read.resource, read.only.name, '-n', read.only.namespace, '--ignore-not-found', '-o', 'json'], key: `${keyOf(read.resource)}/${read.only.name}`, namespace: read.only.namespace}];
	const isEverywhere = !read.isNamespaced || question.namespaces.length === 0 || (question.isLive && read.isLiveEverywhere === true);
	return isEverywhere ? [commandFor(read, question, null)] : question.namespaces.map(namespace => commandFor(read, question, namespace));
};

const commandFor = (read: LiveRead, question: ClusterQuestion, namespace: string | null): ClusterCommand => ({
	argv: [...fixed(question), 'get', read.resource, ...(read.isNamespaced ? (namespace === null ? ['--all-namespaces'] : ['-n', namespace]) : []), '-o', 'json'],
	key: keyOf(read.resource),
	namespace,
});

export const isForbidden = (answer: ClusterAnswer): boolean => answer.exitCode !== 0 && /forbidden/i.test(answer.stderr);

/** Puts the answers together. Several about one kind (a namespace each) become one read, limited to the namespaces that were answered. */
export const clusterFrom = (question: ClusterQuestion, discovery: ClusterAnswer, answers: readonly {readonly command: ClusterCommand; readonly answer: ClusterAnswer}[]): Cluster => {
	const found: Record<string, ClusterRead> = {};
	const objects: KubeObject[] = [];
	const known = new Set(discovery.stdout.split(/\s+/));
	for (const {resource} of wantedReads(question))
		found[keyOf(resource)] ??= discovery.stdout.trim() === '' ? {state: 'failed', reason: reasonOf(discovery, 'The cluster'), namespaces: null} : known.has(resource) ? {state: 'failed', reason: `${keyOf(resource)} were not read.`, namespaces: null} : {state: 'absent', reason: `This cluster has no ${keyOf(resource)}.`, namespaces: null};
	for (const [key, same] of Map.groupBy(answers, ({command}) => command.key)) {
		const good = same.filter(({answer}) => answer.exitCode === 0);
		for (const {answer} of good) for (const document of readDocuments({name: `cluster ${question.context}`, text: answer.stdout}).documents) objects.push(...objectsOf(document, {namespace: '', isLive: true}));
		const bad = same.find(({answer}) => answer.exitCode !== 0);
		if (good.length > 0) found[key] = {state: 'read', reason: bad === undefined ? '' : reasonOf(bad.answer, key), namespaces: good.some(({command}) => command.namespace === null) ? null : good.flatMap(({command}) => command.namespace ?? [])};
		else if (bad !== undefined) found[key] = {state: isForbidden(bad.answer) ? 'forbidden' : 'failed', reason: reasonOf(bad.answer, key), namespaces: null};
	}

	return {context: question.context, objects, reads: found, isLive: question.isLive};
};

const reasonOf = ({stderr, exitCode}: ClusterAnswer, what: string): string => {
	const line = stderr.split('\n').map(one => one.trim()).filter(one => one !== '' && !/^E\d{4}/.test(one)).at(-1)?.replace(/^(Error from server( \(\w+\))?|error): /i, '');
	return `${what} could not be read: ${line ?? `kubectl ended with ${exitCode ?? 'a signal'}`}.`.replace(/\.\.$/, '.');
};
