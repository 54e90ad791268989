import type {KubeObject} from './kube-object.ts';
import type {PodSpec} from './workload.ts';

/** What `kubectl logs` prints: that nothing runs, and what a crashing container would be looked for. */
export const logOf = ({metadata: {name}, spec}: KubeObject): string => {
	const {containers, initContainers = []} = spec as PodSpec;
	const lines = [...initContainers, ...containers].map(container => `${container.name}: ${container.image}${container.image.endsWith('-crash') ? ' ends with exit status 1, as its tag asks for' : ''}`);
	return `${[`No container runs in a rehearsal; the pod ${name} would run:`, ...lines].join('\n')}\n`;
};
