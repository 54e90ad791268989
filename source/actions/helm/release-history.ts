import * as z from 'zod';

import type {ProbeAnswer} from '../action.ts';

const revision = z.lazy(() => z.object({
	revision: z.number(),
	updated: z.string(),
	status: z.string(),
	chart: z.string(),
	app_version: z.string().default(''),
	description: z.string().default(''),
}));

/** One line of `helm history -o json`. */
export type Revision = z.infer<typeof revision>;

/**
What Helm's history says of a release, oldest first. `none`: Helm answered, and there is no such release; that is knowledge. `unknown`: it
could not be asked, and then nothing may be concluded.
*/
export type ReleaseHistory = {readonly kind: 'known'; readonly revisions: readonly Revision[]} | {readonly kind: 'none'} | {readonly kind: 'unknown'; readonly why: string};

/** Of `helm history RELEASE --output json`. */
export const readHistory = ({exitCode, stdout, stderr}: ProbeAnswer): ReleaseHistory => {
	if (exitCode !== 0) return /^Error: release: not found\s*$/m.test(stderr) ? {kind: 'none'} : {kind: 'unknown', why: helmError(stderr) || `helm ended with ${exitCode ?? 'no'} exit status and said nothing`};
	const parsed = z.array(revision).min(1).safeParse(parseJson(stdout));
	return parsed.success ? {kind: 'known', revisions: parsed.data.toSorted((a, b) => a.revision - b.revision)} : {kind: 'unknown', why: 'helm answered something that is no history'};
};

export const lastOf = (history: ReleaseHistory): Revision | null => (history.kind === 'known' ? (history.revisions.at(-1) ?? null) : null);

/** The revision that Helm last called a success: what runs, as far as Helm knows, and where a roll-back leads. */
export const deployedOf = (history: ReleaseHistory): Revision | null => (history.kind === 'known' ? (history.revisions.findLast(({status}) => status === 'deployed') ?? null) : null);

const release = z.lazy(() => z.object({
	name: z.string(),
	namespace: z.string(),
	version: z.number(),
	info: z.object({status: z.string(), description: z.string().default(''), last_deployed: z.string().default(''), notes: z.string().default('')}),
	manifest: z.string().default(''),
	hooks: z.array(z.object({name: z.string(), kind: z.string(), path: z.string(), manifest: z.string(), events: z.array(z.string()).default([])})).nullish(),
	config: z.record(z.string(), z.unknown()).nullish(),
	chart: z.object({metadata: z.object({name: z.string(), version: z.string(), appVersion: z.string().optional()})}).nullish(),
}));

/** What a dry run gives with `-o json`. */
export type Release = z.infer<typeof release>;

/** The release in Helm's JSON, or why it can't be read. */
export const readRelease = (stdout: string): Release | {readonly why: string} => {
	const parsed = release.safeParse(parseJson(stdout));
	return parsed.success ? parsed.data : {why: parsed.error.issues.map(({path, message}) => `${path.join('.')}: ${message}`).join('; ') || 'it is no JSON'};
};

/** All that Helm said after `Error: `, without the warnings of its log before it. */
export const helmError = (stderr: string): string => {
	const start = stderr.search(/^Error: /m);
	return (start === -1 ? stderr : stderr.slice(start + 'Error: '.length)).trim();
};

/** Which Helm it is, from `helm version --short`: `v4.1.4+g05fa379`. */
export const helmVersionOf = (stdout: string): {readonly version: string; readonly major: 3 | 4} | null => {
	const [, version, major] = /\bv((\d+)\.\d+\.\d+[^\s+]*)/.exec(stdout) ?? [];
	return version !== undefined && (major === '3' || major === '4') ? {version, major: major === '3' ? 3 : 4} : null;
};

/** Helm 3.13 brought `--dry-run=server` and `--labels`, without which neither a preview nor a probe can be trusted. */
export const isSupported = ({version, major}: {readonly version: string; readonly major: 3 | 4}): boolean => major === 4 || Number(version.split('.')[1]) >= 13;

export const isPending = (status: string): boolean => status.startsWith('pending-') || status === 'uninstalling';

/**
What mends a release that Helm holds for busy because an operation never ended. Nobody but a person knows whether it still goes on
somewhere. `argv` is without the flags that say where.
*/
export const repairOf = (history: ReleaseHistory, name: string): {readonly argv: readonly string[]; readonly meaning: string} | null => {
	const last = lastOf(history);
	if (last === null || !isPending(last.status)) return null;
	const good = deployedOf(history);
	if (last.status === 'uninstalling') return {argv: ['helm', 'uninstall', name], meaning: 'ends the uninstall that began'};
	if (good === null) return {argv: ['helm', 'uninstall', name], meaning: 'removes what the interrupted install left; nothing was ever deployed'};
	return {argv: ['helm', 'rollback', name, String(good.revision)], meaning: `goes back to revision ${good.revision}, the last one that was deployed`};
};

const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
};
