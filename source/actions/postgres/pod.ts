import {Problem} from '../../errors.ts';
import type {PlanInput} from '../action.ts';
import type {BackupSettings} from './settings.ts';

/** Makes of a command the one that runs it in the pod, where its environment gets these values. */
export type RunInPod = (argv: readonly string[], environment: Readonly<Record<string, string>>) => readonly string[];

/**
`kubectl exec` with the target's kubeconfig, context and namespace. A password goes in as the first line of stdin: an argument of kubectl
could be read by everybody on both machines.
*/
export const runInPod = ({target, findTool, taskId}: Pick<PlanInput<unknown>, 'target' | 'findTool' | 'taskId'>, {pod, container, namespace = target.namespace}: NonNullable<BackupSettings['through']>, hasPassword: boolean): RunInPod => {
	const kubectl = findTool('kubectl');
	if (kubectl === null) throw new Problem({code: 'tool-missing', what: 'kubectl is not there.', why: `The task ${taskId} runs pg_dump in ${pod} with it, and no folder of PATH has it.`, todo: 'Install kubectl: https://kubernetes.io/docs/tasks/tools'});
	const {kubeconfig, context} = target;
	if (kubeconfig === undefined || context === undefined || namespace === undefined) {
		const missing = Object.entries({kubeconfig, context, namespace}).flatMap(([name, value]) => (value === undefined ? [name] : []));
		throw new Problem({code: 'target-incomplete', what: `It is not clear in which cluster ${pod} is.`, why: `The target ${target.name} names no ${missing.join(' and no ')}.`, todo: `Add ${missing.join(' and ')} to the target in the runbook; nothing is taken from what kubectl happens to use.`});
	}

	const where = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace];
	return (argv, environment) => [
		kubectl,
		'exec',
		'--stdin',
		...where,
		pod,
		...(container === undefined ? [] : ['--container', container]),
		'--',
		...(Object.keys(environment).length === 0 ? [] : ['env', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)]),
		...(hasPassword ? ['sh', '-c', 'IFS= read -r PGPASSWORD && export PGPASSWORD && exec "$@"', 'sh'] : []),
		...argv,
	];
};
