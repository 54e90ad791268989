import * as z from 'zod';

import type {FileFact} from '../../journal/event.ts';
import {finding} from '../finding-shape.ts';

const fileFact = z.lazy(() => z.object({path: z.string(), sizeBytes: z.number(), sha256: z.string()}));
/** `report.json` of a preview. `failure` in one line, null when the difference could be read. */
export const previewReport = z.lazy(() => z.object({
	failure: z.string().nullable(),
	findings: z.array(finding),
	counts: z.object({added: z.number(), changed: z.number(), removed: z.number(), unchanged: z.number(), onlyVersionLabels: z.number(), volatileLines: z.number(), /** Objects of which something is dangerous. */ toRead: z.number()}),
	release: z.string(),
	namespace: z.string(),
	helm: z.object({version: z.string(), major: z.union([z.literal(3), z.literal(4)])}).nullable(),
	/** What is live; null when Helm says that there is no such release. A release that is not known is a failure. */
	live: z.object({revision: z.number(), status: z.string(), chart: z.string(), appVersion: z.string(), at: z.string(), version: z.string().nullable()}).nullable(),
	/** The last revision of all, which may be a failed one. */
	lastRevision: z.number(),
	/** Where a roll-back leads; null when nothing was ever deployed. */
	goodRevision: z.number().nullable(),
	coming: z.object({chart: z.string(), chartVersion: z.string(), appVersion: z.string(), version: z.string().nullable()}).nullable(),
	setFlags: z.array(z.string()),
	/** Of the chart; null when git does not track it, or something in it is in no commit. */
	commit: z.string().nullable().default(null),
	/** The chart and the values files as they lie in the working folder, with what they held when they were copied. */
	sources: z.array(fileFact),
	hashes: z.object({manifest: z.string(), maskedManifest: z.string()}),
	workloadNamespaces: z.array(z.string()),
	/** What Helm will do to which kinds: `{verb: 'patch', resource: 'deployment.apps', namespace: 'egov'}`; the namespace is empty for what belongs to none. */
	rights: z.array(z.object({verb: z.string(), resource: z.string(), namespace: z.string()})),
	/** Images of migrations that are not live yet. */
	migrations: z.array(z.string()),
	crds: z.array(z.string()),
	claims: z.array(z.string()),
	/** `Deployment/user` of what the upgrade brings, takes away, and which definitions it changes: a roll-back does the reverse. */
	added: z.array(z.string()),
	removed: z.array(z.string()),
	definitions: z.array(z.string()),
}));

export type PreviewReport = z.infer<typeof previewReport>;

/** What the tasks after a preview build on. */
export type PreviewOutcome = {
	readonly release: string;
	readonly namespace: string;
	readonly helmMajor: 3 | 4;
	readonly lastRevision: number;
	/** What the difference starts from; null for a first install. */
	readonly liveRevision: number | null;
	readonly goodRevision: number | null;
	readonly isFirstInstall: boolean;
	readonly fromVersion: string | null;
	readonly toVersion: string | null;
	readonly setFlags: readonly string[];
	readonly sources: readonly FileFact[];
	readonly workloadNamespaces: readonly string[];
	readonly rights: PreviewReport['rights'];
	readonly migrations: readonly string[];
	readonly crds: readonly string[];
	readonly claims: readonly string[];
	readonly added: readonly string[];
	readonly removed: readonly string[];
	readonly definitions: readonly string[];
};

/** More kinds of objects than this are not asked about one by one. */
const mostRights = 60;

/** Of all that was found, what later tasks need. */
export const previewOutcome = (report: PreviewReport): PreviewOutcome => ({
	release: report.release,
	namespace: report.namespace,
	helmMajor: report.helm?.major ?? 3,
	lastRevision: report.lastRevision,
	liveRevision: report.live?.revision ?? null,
	goodRevision: report.goodRevision,
	isFirstInstall: report.live === null,
	fromVersion: report.live?.version ?? null,
	toVersion: report.coming?.version ?? null,
	setFlags: report.setFlags,
	sources: report.sources,
	workloadNamespaces: report.workloadNamespaces,
	rights: report.rights.slice(0, mostRights),
	migrations: report.migrations.slice(0, 20),
	crds: report.crds.slice(0, 20),
	claims: report.claims.slice(0, 20),
	added: report.added.slice(0, 40),
	removed: report.removed.slice(0, 40),
	definitions: report.definitions.slice(0, 20),
});

/** What each output of a preview is. */
export const previewOutputWords = {
	'from-version': 'Version that is live: the tag of its main image, else what its chart says; when a release is live',
	'to-version': 'Version that is coming, found in the same way',
	'from-chart': 'Chart that is live, as Helm names it: `user-0.1.0`; when a release is live',
	'to-chart': 'Chart that is coming',
	revision: 'Revision that is live; when a release is live',
	'live-status': 'Status of that revision in Helm; when a release is live',
	'live-since': 'When that revision was deployed, as Helm says it; when a release is live',
	changes: 'How many objects are added, changed or removed',
	'volatile-lines': 'How many lines differ each time that the chart is rendered',
	'helm-version': 'Version of Helm',
	commit: 'Commit of the chart; when git tracks it, and nothing of it was edited since',
	'manifest-sha256': 'SHA-256 of the manifest that is coming',
	'masked-manifest-sha256': 'SHA-256 of that manifest with its secrets masked, as it is kept',
	release: 'Name of the release',
	namespace: 'Namespace of the release',
	preview: 'What the tasks that name this preview need of it, as JSON',
} as const;

/** The outputs of a preview in the journal: what people read first, then what later tasks need. */
export const previewOutputs = (report: PreviewReport): Readonly<Record<string, string>> => {
	const {live, coming, counts, helm, hashes} = report;
	const texts: Readonly<Record<keyof typeof previewOutputWords, string | null | undefined>> = {
		'from-version': live?.version,
		'to-version': coming?.version,
		'from-chart': live?.chart,
		'to-chart': coming?.chart,
		revision: live === null ? null : String(live.revision),
		'live-status': live?.status,
		'live-since': live?.at,
		changes: String(counts.added + counts.changed + counts.removed),
		'volatile-lines': String(counts.volatileLines),
		'helm-version': helm?.version,
		commit: report.commit,
		'manifest-sha256': hashes.manifest,
		'masked-manifest-sha256': hashes.maskedManifest,
		release: report.release,
		namespace: report.namespace,
		preview: JSON.stringify(previewOutcome(report)),
	};
	return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};
