import {relative} from 'node:path';

import {Problem} from '../../errors.ts';
import type {PlanInput} from '../action.ts';

/** Where Helm acts, as flags. Nothing is left to what the machine happens to be set to. */
export type HelmPlace = {
	readonly helm: string;
	readonly kubectl: string | null;
	readonly namespace: string;
	/** `--kubeconfig … --kube-context … --namespace …` */
	readonly helmFlags: readonly string[];
	/** The same for kubectl, without a namespace. */
	readonly kubectlFlags: readonly string[];
};

/** Throws `Problem` when the target does not say where, or Helm is not there. */
export const helmPlaceOf = ({target, findTool, taskId}: Pick<PlanInput<unknown>, 'target' | 'findTool' | 'taskId'>, namespace?: string): HelmPlace => {
	const helm = findTool('helm');
	if (helm === null) throw new Problem({code: 'tool-missing', what: 'helm is not there.', why: `The task ${taskId} runs it, and no folder of PATH has it.`, todo: 'Install Helm 3.13 or later, or Helm 4: https://helm.sh/docs/intro/install'});
	const cluster = clusterPlaceOf({target, taskId}, namespace);
	return {
		helm,
		kubectl: findTool('kubectl'),
		namespace: cluster.namespace,
		helmFlags: ['--kubeconfig', cluster.kubeconfig, '--kube-context', cluster.context, '--namespace', cluster.namespace],
		kubectlFlags: ['--kubeconfig', cluster.kubeconfig, '--context', cluster.context],
	};
};

/** For what needs kubectl alone. Throws `Problem` when the target does not say where, or kubectl is not there. */
export const kubectlPlaceOf = ({target, findTool, taskId}: Pick<PlanInput<unknown>, 'target' | 'findTool' | 'taskId'>, namespace?: string): Pick<HelmPlace, 'namespace' | 'kubectlFlags'> & {readonly kubectl: string} => {
	const cluster = clusterPlaceOf({target, taskId}, namespace);
	return {...withKubectl({kubectl: findTool('kubectl')}, taskId), namespace: cluster.namespace, kubectlFlags: ['--kubeconfig', cluster.kubeconfig, '--context', cluster.context]};
};

const clusterPlaceOf = ({target, taskId}: Pick<PlanInput<unknown>, 'target' | 'taskId'>, namespace: string | undefined): {readonly kubeconfig: string; readonly context: string; readonly namespace: string} => {
	const {kubeconfig, context} = target;
	const chosen = namespace ?? target.namespace;
	const missing = [kubeconfig === undefined ? 'kubeconfig' : [], context === undefined ? 'context' : [], chosen === undefined ? 'namespace' : []].flat();
	if (kubeconfig === undefined || context === undefined || chosen === undefined)
		throw new Problem({code: 'target-incomplete', what: `It is not clear where the task ${taskId} acts.`, why: `The target ${target.name} names no ${missing.join(' and no ')}.`, todo: `Add ${missing.join(' and ')} to the target in the runbook; nothing is taken from what kubectl happens to use.`});
	return {kubeconfig, context, namespace: chosen};
};

/** As `helmPlaceOf`, where kubectl is needed too. */
export const withKubectl = <Place extends Pick<HelmPlace, 'kubectl'>>(place: Place, taskId: string): Place & {readonly kubectl: string} => {
	if (place.kubectl === null) throw new Problem({code: 'tool-missing', what: 'kubectl is not there.', why: `The task ${taskId} reads with it what really runs, and no folder of PATH has it.`, todo: 'Install kubectl: https://kubernetes.io/docs/tasks/tools'});
	return {...place, kubectl: place.kubectl};
};

/**
Helm takes these from its environment too, and no flag of ours overrides them all; empty means not set. Source: `EnvSettings` in
helm.sh/helm/pkg/cli.
*/
export const helmEnvironment: Readonly<Record<string, string>> = {
	HELM_NAMESPACE: '',
	HELM_KUBECONTEXT: '',
	HELM_KUBETOKEN: '',
	HELM_KUBEASUSER: '',
	HELM_KUBEASGROUPS: '',
	HELM_KUBEAPISERVER: '',
	HELM_KUBECAFILE: '',
	HELM_KUBETLS_SERVER_NAME: '',
	HELM_KUBEINSECURE_SKIP_TLS_VERIFY: '',
	HELM_DRIVER: '',
	HELM_DEBUG: '',
};

/** A file of the run as a child sees it whose folder is that of the run: short enough to be read. */
export const withinRun = (runFolder: string, path: string): string => `./${relative(runFolder, path)}`;
