import * as z from 'zod';

import {distinctImages, type ManifestImage} from './images.ts';
import type {ManifestDiff} from './manifest-diff.ts';
import type {ObjectFinding} from './object-finding.ts';
import {previewReport, type PreviewReport} from './preview-report.ts';
import {finding} from '../finding-shape.ts';

const change = z.lazy(() => z.object({
	key: z.string(),
	change: z.enum(['added', 'removed', 'changed']),
	apiVersion: z.string(),
	kind: z.string(),
	namespace: z.string(),
	name: z.string(),
	insteadOf: z.string().nullable(),
	template: z.string().nullable(),
	templateLine: z.number().nullable(),
	manifestLine: z.number().nullable(),
	isHook: z.boolean(),
	isOnlyVersionLabels: z.boolean(),
	linesAdded: z.number(),
	linesRemoved: z.number(),
	diff: z.string(),
	/** What this change means; one of danger has to be read before a confirmation. */
	findings: z.array(finding),
}));

/**
`difference.json`, which a preview leaves: all that a person reads before a confirmation. It has no secrets and nothing that is another at
every rendering.

	{"v":1,"release":"user","namespace":"egov","changes":[{"change":"changed","kind":"Deployment",…,"diff":"@@ -12,7 +12,7 @@\n…"}],…}
*/
export const differenceFile = z.lazy(() => z.object({
	v: z.literal(1),
	release: z.string(),
	namespace: z.string(),
	live: previewReport.unwrap().shape.live,
	coming: previewReport.unwrap().shape.coming,
	/** Each image that comes, once. */
	images: z.array(z.object({image: z.string(), isLive: z.boolean(), digest: z.string().nullable()})),
	/** What is said of no single object that changes. */
	findings: z.array(finding),
	changes: z.array(change),
	unchanged: z.number(),
	volatileLines: z.number(),
}));

export type Difference = z.infer<typeof differenceFile>;
export type DifferenceChange = Difference['changes'][number];

/** The two manifests' images, live and coming. */
export type Images = {readonly live: readonly ManifestImage[]; readonly coming: readonly ManifestImage[]};

export const differenceFrom = ({release, namespace, live, coming}: PreviewReport, {changes, unchanged, volatileLines}: ManifestDiff, findings: readonly ObjectFinding[], images: Images): Difference => {
	const keys = new Set(changes.map(({key}) => key));
	const about = Map.groupBy(findings, ({object}) => (object !== undefined && keys.has(object) ? object : ''));
	const liveImages = new Set(images.live.map(({image}) => image));
	return {
		v: 1,
		release,
		namespace,
		live,
		coming,
		images: distinctImages(images.coming).map(({image, digest}) => ({image, isLive: liveImages.has(image), digest})),
		findings: (about.get('') ?? []).map(withoutObject),
		changes: changes.map(one => ({...one, findings: (about.get(one.key) ?? []).map(withoutObject)})),
		unchanged,
		volatileLines,
	};
};

const withoutObject = ({level, what, where}: ObjectFinding): Difference['findings'][number] => ({level, what, ...(where === undefined ? {} : {where})});

export const isDangerous = ({findings}: Pick<DifferenceChange, 'findings'>): boolean => findings.some(({level}) => level === 'danger');
