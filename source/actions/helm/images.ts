import {workloadOf, imageTag, type Container} from '../../checklist/workload.ts';
import type {ManifestObject} from './manifest.ts';
import type {ObjectFinding} from './object-finding.ts';

/** An image that a manifest asks for. */
export type ManifestImage = {
	readonly kind: string;
	readonly namespace: string;
	readonly workload: string;
	readonly container: string;
	readonly role: Container['role'];
	readonly image: string;
	/** Null when none is written, which means `latest`. */
	readonly tag: string | null;
	/** `sha256:…`, null when the image is named by tag alone. */
	readonly digest: string | null;
	readonly isHook: boolean;
	/** Key of the object that asks for it. */
	readonly object: string;
};

export const imagesOf = (objects: readonly ManifestObject[]): readonly ManifestImage[] =>
	objects.flatMap(object =>
		(workloadOf(object)?.containers ?? []).map(({name, role, image}) => ({
			kind: object.kind,
			namespace: object.namespace,
			workload: object.name,
			container: name,
			role,
			image,
			tag: imageTag(image),
			digest: /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null,
			isHook: object.isHook,
			object: object.key,
		})),
	);

/**
The version that a release is known by: the tag of what it mainly runs (the workload named most like the release, then the first), else
the version of the app that its chart names, else that of the chart. Null when nothing of it is known.
*/
export const versionOf = (images: readonly ManifestImage[], release: string, chart: {readonly version: string | null; readonly appVersion: string | null}): string | null => {
	const running = images.filter(({role, isHook, tag}) => role === 'app' && !isHook && tag !== null);
	const main = running.find(({workload}) => workload === release) ?? running.find(({workload}) => workload.includes(release) || release.includes(workload)) ?? running[0];
	return main?.tag ?? (chart.appVersion === null || chart.appVersion === '' ? chart.version : chart.appVersion);
};

/** `latest`, missing and unchanged tags. `live` is empty for a first install. */
export const judgeImages = (live: readonly ManifestImage[], coming: readonly ManifestImage[]): readonly ObjectFinding[] => {
	const liveImages = new Set(live.map(({image}) => image));
	const moving = distinctImages(coming.filter(({digest, tag}) => digest === null && (tag === null || tag === 'latest')));
	const isUnchanged = live.length > 0 && coming.length > 0 && coming.every(({image}) => liveImages.has(image));
	const staying = distinctImages(coming.filter(({image, role, isHook}) => role === 'app' && !isHook && liveImages.has(image)));
	return [
		...moving.map((one): ObjectFinding => ({level: 'warning', what: one.tag === null ? `The image ${one.image || '(none)'} has no tag: what it is may change at every start of a pod.` : `The image ${one.image} has the tag latest: what it is may change at every start of a pod.`, where: placeOf(one), object: one.object})),
		...(isUnchanged ? [{level: 'warning', what: 'No image changes: every tag is live already.'} satisfies ObjectFinding] : []),
		...(isUnchanged || staying.length === 0 ? [] : [{level: 'note', what: `Images that stay as they are: ${staying.slice(0, 8).map(({image}) => image).join(', ')}${staying.length > 8 ? ` and ${staying.length - 8} more` : ''}.`} satisfies ObjectFinding]),
	];
};

const placeOf = ({kind, workload, container}: ManifestImage): string => `${kind}/${workload}, container ${container}`;

/** Each image once. */
export const distinctImages = (images: readonly ManifestImage[]): readonly ManifestImage[] => [...new Map(images.map(one => [one.image, one])).values()];
