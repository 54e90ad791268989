import {mkdirSync, readdirSync} from 'node:fs';
import {basename, join} from 'node:path';

import {differenceFrom, isDangerous, type Difference} from '../actions/helm/difference.ts';
import {imagesOf, versionOf} from '../actions/helm/images.ts';
import {fitJournal, inOrder, judgeDifference} from '../actions/helm/judge-difference.ts';
import {compareManifests, maskedManifest, pairObjects, type ManifestDiff} from '../actions/helm/manifest-diff.ts';
import {joinHooks, readManifest, type Manifest} from '../actions/helm/manifest.ts';
import type {ObjectFinding} from '../actions/helm/object-finding.ts';
import type {PreviewReport} from '../actions/helm/preview-report.ts';
import type {PreviewWork} from '../actions/helm/preview-work.ts';
import {deployedOf, helmError, helmVersionOf, isSupported, lastOf, readRelease, type Release, type ReleaseHistory} from '../actions/helm/release-history.ts';
import {rightsNeeded} from '../actions/helm/rights-needed.ts';
import {claimsOf, judgeCrdFolder, migrationsOf, workloadNamespaces} from '../actions/helm/risky-changes.ts';
import {factOf} from '../stores/file-facts.ts';
import {syncFolder, writeDurably} from '../stores/files.ts';
import {readTemplates} from './chart-templates.ts';
import type {Report, Workplace} from './performer.ts';
import {describeDifference} from './preview-lines.ts';
import {judgeHistory, readLive, readLiveHistory} from './preview-live.ts';
import {keepSources, readSourceState, refuseEditedSources} from './preview-sources.ts';
import {firstLine, Stop, stop} from './preview-stop.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/**
Performs `helm/preview`. Leaves chart.tgz, values-N.yaml, live-manifest.yaml, live-values.json, new-manifest.yaml, masked-manifest.yaml,
difference.json and preview.json. What can't be read is a failure, never an empty difference.
*/
export const previewRelease = async (work: PreviewWork, place: Workplace): Promise<Report> => {
	const run = toolRunner(place, work.environment);
	const report: Draft = {...emptyReport(work)};
	try {
		await preview(work, place, run, report);
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		place.say(error.message);
		report.failure = error.message;
		report.findings = [...error.findings, ...report.findings];
	}

	mkdirSync(place.evidenceFolder, {recursive: true});
	writeDurably(join(place.evidenceFolder, 'preview.json'), JSON.stringify(report, null, '\t'));
	syncFolder(place.evidenceFolder);
	const evidence = readdirSync(place.evidenceFolder).toSorted().map(name => join(place.evidenceFolder, name));
	return {ok: report.failure === null && !place.signal.aborted, data: {...report, findings: [...fitJournal(report.findings)]} satisfies PreviewReport, evidence};
};

type Draft = {-readonly [Key in keyof PreviewReport]: PreviewReport[Key]};

const emptyReport = ({release, namespace, setFlags}: PreviewWork): PreviewReport => ({
	failure: null,
	findings: [],
	counts: {added: 0, changed: 0, removed: 0, unchanged: 0, onlyVersionLabels: 0, volatileLines: 0, toRead: 0},
	release,
	namespace,
	helm: null,
	live: null,
	lastRevision: 0,
	goodRevision: null,
	coming: null,
	setFlags: [...setFlags],
	commit: null,
	sources: [],
	hashes: {manifest: '', maskedManifest: ''},
	workloadNamespaces: [],
	rights: [],
	migrations: [],
	crds: [],
	claims: [],
	added: [],
	removed: [],
	definitions: [],
});

const preview = async (work: PreviewWork, place: Workplace, run: RunTool, report: Draft): Promise<void> => {
	mkdirSync(place.evidenceFolder, {recursive: true, mode: 0o700});
	const [, history] = await all(readVersion(work, run, report), readReleased(work, run, report), keepOwn(work, place, run, report));
	const [, , live, first, second] = await all(readState(work, run, report), readCrds(work, run, report), readLive(work, run, history), render(work, run), render(work, run));
	await refuseEditedSources(report.sources);
	if (live !== null) {
		writeDurably(join(place.evidenceFolder, 'live-manifest.yaml'), live.manifest);
		writeDurably(join(place.evidenceFolder, 'live-values.json'), live.values);
	}

	if (first.chart === null || first.chart === undefined) return stop('Helm rendered the chart without saying which it is.');

	const newText = joinHooks(first.manifest, first.hooks ?? []);
	const newManifest = join(place.evidenceFolder, 'new-manifest.yaml');
	writeDurably(newManifest, newText);
	const coming = whole(readManifest(newText, 'new manifest', work.namespace, readTemplates(work.chart, newText)));
	const before = live === null ? nothing : whole(readManifest(live.manifest, 'live manifest', work.namespace));
	const pairs = pairObjects(before, coming, whole(readManifest(joinHooks(second.manifest, second.hooks ?? []), 'second rendering', work.namespace)));
	const difference = compareManifests(pairs);
	const shownManifest = join(place.evidenceFolder, 'masked-manifest.yaml');
	writeDurably(shownManifest, maskedManifest(pairs));

	const {metadata} = first.chart;
	const baseline = live?.revision ?? null;
	const images = {live: imagesOf(before.objects), coming: imagesOf(coming.objects)};
	report.coming = {chart: `${metadata.name}-${metadata.version}`, chartVersion: metadata.version, appVersion: metadata.appVersion ?? '', version: versionOf(images.coming, work.release, {version: metadata.version, appVersion: metadata.appVersion ?? null})};
	report.live =
		baseline === null
			? null
			: {revision: baseline.revision, status: baseline.status, chart: baseline.chart, appVersion: baseline.app_version, at: baseline.updated, version: versionOf(images.live, work.release, {version: baseline.chart, appVersion: baseline.app_version})};
	report.hashes = {manifest: (await factOf(newManifest)).sha256, maskedManifest: (await factOf(shownManifest)).sha256};
	report.workloadNamespaces = [...workloadNamespaces([...before.objects, ...coming.objects])];
	report.rights = [...rightsNeeded(pairs)];
	report.migrations = [...newMigrations(before, coming)];
	report.claims = [...claimsOf(coming.objects)];
	report.added = [...namesOf(difference, 'added')];
	report.removed = [...namesOf(difference, 'removed')];
	report.definitions = difference.changes.filter(({change, kind}) => change === 'changed' && kind === 'CustomResourceDefinition').map(({name}) => name);
	const findings = inOrder<ObjectFinding>([...judgeHistory(history, work), ...judgeDifference(pairs, work.namespace), ...judgeCrdFolder(report.crds, live === null), ...report.findings]);
	report.findings = [...findings];
	const shown = differenceFrom(report, difference, findings, images);
	report.counts = countsOf(shown);
	writeDurably(join(place.evidenceFolder, 'difference.json'), JSON.stringify(shown));
	for (const line of describeDifference(report, difference, images.coming)) place.say(line);
};

/** Hooks are not part of what a roll-back brings back or takes away. */
const namesOf = ({changes}: ManifestDiff, wanted: string): readonly string[] => changes.filter(({change, isHook}) => change === wanted && !isHook).map(({kind, name}) => `${kind}/${name}`);

const readVersion = async (work: PreviewWork, run: RunTool, report: Draft): Promise<void> => {
	report.helm = helmVersionOf((await run(work.helm.version)).stdout) ?? stop('It is not Helm 3 or Helm 4 that is installed here.');
	if (!isSupported(report.helm)) stop(`Helm ${report.helm.version} is too old: 3.13 or later is needed, or Helm 4.`);
};

/** What Helm says of the revisions of the release. */
const readReleased = async (work: PreviewWork, run: RunTool, report: Draft): Promise<ReleaseHistory> => {
	const history = await readLiveHistory(work, run);
	report.lastRevision = lastOf(history)?.revision ?? 0;
	report.goodRevision = deployedOf(history)?.revision ?? null;
	return history;
};

/** Copies of the chart and its values. */
const keepOwn = async (work: PreviewWork, place: Workplace, run: RunTool, report: Draft): Promise<void> => {
	report.sources = [...(await keepSources(work, place, run))];
};

/** What git says of them. */
const readState = async (work: PreviewWork, run: RunTool, report: Draft): Promise<void> => {
	const {findings, commit} = await readSourceState(work, run);
	report.findings = [...findings];
	report.commit = commit;
};

/** Waits for all, also when one fails: nothing may still run when the report is written. The failure of the first is the one that is told. */
const all = async <const Works extends readonly Promise<unknown>[]>(...works: Works): Promise<{-readonly [Key in keyof Works]: Awaited<Works[Key]>}> => {
	const ends = await Promise.allSettled(works);
	return ends.map(end => (end.status === 'fulfilled' ? end.value : raise(end.reason))) as {-readonly [Key in keyof Works]: Awaited<Works[Key]>};
};

const raise = (error: unknown): never => {
	throw error;
};

const countsOf = ({changes, unchanged, volatileLines}: Difference): PreviewReport['counts'] => {
	const count = (change: string): number => changes.filter(one => one.change === change).length;
	return {added: count('added'), changed: count('changed'), removed: count('removed'), unchanged, onlyVersionLabels: changes.filter(({isOnlyVersionLabels}) => isOnlyVersionLabels).length, volatileLines, toRead: changes.filter(isDangerous).length};
};

const nothing: Manifest = {objects: [], unread: []};

/** Names of the definitions in the chart's crds folder, which no manifest has. */
const readCrds = async (work: PreviewWork, run: RunTool, report: Draft): Promise<void> => {
	const {exitCode, stdout, stderr} = await run(work.helm.crds);
	if (exitCode !== 0) stop(`The chart can't be read: ${firstLine(helmError(stderr))}`, [{level: 'danger', what: helmError(stderr) || 'Helm said nothing.'}]);
	report.crds = readManifest(stdout, 'crds', '').objects.map(({name}) => name);
};

const render = async (work: PreviewWork, run: RunTool): Promise<Release> => {
	const {exitCode, stdout, stderr} = await run(work.helm.render);
	if (exitCode !== 0) {
		const files = work.values.length === 0 ? 'no values files' : work.values.map(({path}) => path).join(', ');
		return stop(`The chart can't be rendered: ${firstLine(helmError(stderr))}`, [{level: 'danger', what: `${helmError(stderr) || 'Helm said nothing.'}\nValues in use: ${files}.`, where: basename(work.chart)}]);
	}

	const release = readRelease(stdout);
	return 'why' in release ? stop(`What Helm rendered can't be read: ${release.why}`) : release;
};

const whole = (manifest: Manifest): Manifest => (manifest.unread.length === 0 ? manifest : stop(`The manifest can't be read whole: ${manifest.unread[0] ?? ''}`, manifest.unread.map(what => ({level: 'danger', what}))));

const newMigrations = (before: Manifest, coming: Manifest): readonly string[] => {
	const live = new Set(before.objects.flatMap(migrationsOf).map(({image}) => image));
	return [...new Set(coming.objects.flatMap(migrationsOf).map(({image}) => image).filter(image => !live.has(image)))];
};
