import type {Seen} from './item.ts';
import type {KubeObject} from './kube-object.ts';
import type {Path} from './values.ts';
import type {Container, Workload} from './workload.ts';

/** Answers of a rule about an object. */
export const aboutObject = (object: KubeObject, code: string, message: string, path: Path = [], detail = ''): Seen => ({code, object, container: null, path, message, detail});

/** About a workload's pod template; `path` is below the pod's spec. */
export const aboutPod = (workload: Workload, code: string, message: string, path: Path = [], detail = ''): Seen => ({
	code,
	object: workload.object,
	container: null,
	path: [...workload.specPath, ...path],
	message,
	detail,
});

/** About one container; `path` is below the container. */
export const aboutContainer = (workload: Workload, container: Container, code: string, message: string, path: Path = [], detail = ''): Seen => ({
	code,
	object: workload.object,
	container: container.name,
	path: path.length === 0 ? container.path : [...container.path, ...path],
	message,
	detail,
});

/** About everything, or nothing in particular. */
export const aboutAll = (code: string, message: string, detail = ''): Seen => ({code, object: null, container: null, path: [], message, detail});
