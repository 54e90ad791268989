import type {PlanInput} from '../action.ts';
import {helmPlaceOf} from './helm-place.ts';
import {changedBy} from './previewed.ts';
import {progressKinds, type ProgressOf} from './progress.ts';

/** What is looked at while an action works on a release. */
export type Observation = ProgressOf & {
	/** Namespaces in which its workloads run. */
	readonly namespaces: readonly string[];
	/** A proxy to the API that lets nothing through but to read these kinds there. */
	readonly argv: readonly string[];
};

/** Stands in the argv for the path of the proxy's socket, which is chosen when it is started. */
export const socketWord = 'SOCKET';

/** Actions that work on the workloads of the releases which their preview looked at. */
const observed = new Set(['helm/upgrade', 'helm/rollback', 'helm/running', 'helmfile/apply', 'helmfile/rollback']);

/** Null for an action that works on none, and where kubectl is missing. Throws `Problem` as a plan does. */
export const observationOf = (uses: string, input: PlanInput<unknown>, startedAt: string): Observation | null => {
	const preview = (input.with as {readonly preview?: unknown}).preview;
	if (!observed.has(uses) || typeof preview !== 'string') return null;
	const releases = changedBy(input, preview).map(({release, namespace, workloadNamespaces}) => ({release, namespace, workloadNamespaces}));
	const {kubectl, kubectlFlags} = helmPlaceOf(input, releases[0]?.namespace);
	if (kubectl === null) return null;
	const namespaces = [...new Set(releases.flatMap(({namespace, workloadNamespaces}) => [namespace, ...workloadNamespaces]))];
	const apis = [...new Set(progressKinds.map(({api}) => api))].join('|');
	const paths = `^/(${apis})/namespaces/(${namespaces.join('|')})/(${progressKinds.map(({resource}) => resource).join('|')})$`;
	return {releases, startedAt, namespaces, argv: [kubectl, 'proxy', ...kubectlFlags, '--unix-socket', socketWord, '--accept-paths', paths, '--reject-methods', '^[^G]']};
};
