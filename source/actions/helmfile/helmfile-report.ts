import {createHash} from 'node:crypto';

import * as z from 'zod';

import {finding} from '../finding-shape.ts';
import {previewOutcome, previewReport} from '../helm/preview-report.ts';
import {releaseName} from '../helm/previewed.ts';

/** `report.json` of a preview of a helmfile. `failure` in one line, null when every difference could be read. */
export const helmfileReport = z.lazy(() => z.object({
	failure: z.string().nullable(),
	findings: z.array(finding),
	helmfile: z.string().nullable(),
	/** Of the helmfile's folder; null when git does not track it, or something in it is in no commit. */
	commit: z.string().nullable(),
	/** Those that change, in the order in which helmfile deploys them. */
	releases: z.array(previewReport.unwrap()),
	/** `egov/user`: nothing of it changes. */
	unchanged: z.array(z.string()),
}));

export type HelmfileReport = z.infer<typeof helmfileReport>;

/** What each output of a preview of a helmfile is. */
export const helmfileOutputWords = {
	releases: 'The releases that change, each with the version that is live and the one that is coming: `egov/user 2.9.1 → 2.9.2`',
	unchanged: 'How many releases do not change',
	changes: 'How many objects are added, changed or removed, in all releases',
	'volatile-lines': 'How many lines differ each time that the charts are rendered',
	'helmfile-version': 'Version of helmfile; when it says one',
	commit: "Commit of the helmfile's folder; when git tracks it, and nothing in it was edited since",
	'manifest-sha256': 'SHA-256 over the hashes of all manifests that are coming, one a line',
	'masked-manifest-sha256': 'The same of the manifests with their secrets masked, as they are kept',
	preview: 'What the tasks that name this preview need of it, as JSON',
} as const;

/** The outputs of a preview of a helmfile in the journal. `preview` holds what later tasks need, a list in the order of deployment. */
export const helmfileOutputs = ({helmfile, commit, releases, unchanged}: HelmfileReport): Readonly<Record<string, string>> => {
	const sum = (numberOf: (report: HelmfileReport['releases'][number]) => number): string => String(releases.reduce((total, report) => total + numberOf(report), 0));
	const combined = (hashOf: (report: HelmfileReport['releases'][number]) => string): string => createHash('sha256').update(releases.map(report => `${hashOf(report)}\n`).join('')).digest('hex');
	const texts: Readonly<Record<keyof typeof helmfileOutputWords, string | null>> = {
		releases: releases.map(one => `${releaseName(one)} ${one.live?.version ?? 'none'} → ${one.coming?.version ?? 'unknown'}`).join(', '),
		unchanged: String(unchanged.length),
		changes: sum(({counts}) => counts.added + counts.changed + counts.removed),
		'volatile-lines': sum(({counts}) => counts.volatileLines),
		'helmfile-version': helmfile,
		commit,
		'manifest-sha256': combined(({hashes}) => hashes.manifest),
		'masked-manifest-sha256': combined(({hashes}) => hashes.maskedManifest),
		preview: JSON.stringify(releases.map(previewOutcome)),
	};
	return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== null));
};
