import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';

import type {ProbeAnswer} from '../actions/action.ts';
import {liveRevision, type PreviewWork} from '../actions/helm-preview.ts';
import {judgeGit, readGitState} from '../actions/helm/git-state.ts';
import {imagesOf, versionOf} from '../actions/helm/images.ts';
import {fitJournal, inOrder, judgeDifference} from '../actions/helm/judge-difference.ts';
import {compareManifests, maskedManifest, pairObjects} from '../actions/helm/manifest-diff.ts';
import {joinHooks, joinManifests, readManifest, type Manifest} from '../actions/helm/manifest.ts';
import type {PreviewReport} from '../actions/helm/preview-report.ts';
import {deployedOf, helmError, helmVersionOf, isPending, lastOf, readHistory, readRelease, repairOf, type Release, type ReleaseHistory, type Revision} from '../actions/helm/release-history.ts';
import {rightsNeeded} from '../actions/helm/rights-needed.ts';
import {claimsOf, judgeCrdFolder, migrationsOf, workloadNamespaces} from '../actions/helm/risky-changes.ts';
import {judgeValues} from '../actions/helm/values-secrets.ts';
import type {FileFact, Finding} from '../journal/event.ts';
import {factOf} from '../stores/file-facts.ts';
import {syncFolder, writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {describeDifference} from './preview-lines.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/** What stops a preview, in one line; `findings` say more. */
class Stop extends Error {
	readonly findings: readonly Finding[];
	constructor(summary: string, findings: readonly Finding[] = []) {
		super(summary);
		this.findings = findings;
	}
}

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
	counts: {added: 0, changed: 0, removed: 0, unchanged: 0, volatileLines: 0},
	release,
	namespace,
	helm: null,
	live: null,
	lastRevision: 0,
	goodRevision: null,
	coming: null,
	setFlags: [...setFlags],
	sources: [],
	hashes: {manifest: '', maskedManifest: ''},
	workloadNamespaces: [],
	rights: [],
	migrations: [],
	crds: [],
	claims: [],
});

const preview = async (work: PreviewWork, place: Workplace, run: RunTool, report: Draft): Promise<void> => {
	mkdirSync(place.evidenceFolder, {recursive: true, mode: 0o700});
	report.helm = helmVersionOf((await run(work.helm.version)).stdout) ?? stop('It is not Helm 3 or Helm 4 that is installed here.');
	const history = await readLiveHistory(work, run, report);
	const live = await readLive(work, run, history);
	keepLive(place, live);
	report.sources = [...(await keepSources(work, place, run))];
	report.findings = [...(await readSourceState(work, run))];
	const crds = readManifest((await answered(run, work.helm.crds, 'The CustomResourceDefinitions of the chart')).stdout, 'crds', '');
	report.crds = crds.objects.map(({name}) => name);
	const [first, second] = await Promise.all([render(work, run), render(work, run)]);
	await refuseEditedSources(report.sources);
	if (first.chart === null || first.chart === undefined) return stop('Helm rendered the chart without saying which it is.');

	const newText = joinHooks(first.manifest, first.hooks ?? []);
	const newManifest = join(place.evidenceFolder, 'new-manifest.yaml');
	writeDurably(newManifest, newText);
	const coming = whole(readManifest(newText, 'new manifest', work.namespace));
	const before = live === null ? nothing : whole(readManifest(live.manifest, 'live manifest', work.namespace));
	const pairs = pairObjects(before, coming, whole(readManifest(joinHooks(second.manifest, second.hooks ?? []), 'second rendering', work.namespace)));
	const difference = compareManifests(pairs);
	writeDurably(join(place.evidenceFolder, 'difference.json'), JSON.stringify(difference));
	const shownManifest = join(place.evidenceFolder, 'masked-manifest.yaml');
	writeDurably(shownManifest, maskedManifest(pairs));

	const {metadata} = first.chart;
	const baseline = live?.revision ?? null;
	const images = imagesOf(coming.objects);
	const count = (change: string): number => difference.changes.filter(one => one.change === change).length;
	report.counts = {added: count('added'), changed: count('changed'), removed: count('removed'), unchanged: difference.unchanged, volatileLines: difference.volatileLines};
	report.coming = {chart: `${metadata.name}-${metadata.version}`, chartVersion: metadata.version, appVersion: metadata.appVersion ?? '', version: versionOf(images, work.release, {version: metadata.version, appVersion: metadata.appVersion ?? null})};
	report.live =
		baseline === null
			? null
			: {revision: baseline.revision, status: baseline.status, chart: baseline.chart, appVersion: baseline.app_version, at: baseline.updated, version: versionOf(imagesOf(before.objects), work.release, {version: baseline.chart, appVersion: baseline.app_version})};
	report.hashes = {manifest: (await factOf(newManifest)).sha256, maskedManifest: (await factOf(shownManifest)).sha256};
	report.workloadNamespaces = [...workloadNamespaces([...before.objects, ...coming.objects])];
	report.rights = [...rightsNeeded(pairs)];
	report.migrations = [...newMigrations(before, coming)];
	report.claims = [...claimsOf(coming.objects)];
	report.findings = [...inOrder([...judgeHistory(history), ...judgeDifference(pairs, work.namespace), ...judgeCrdFolder(report.crds, live === null), ...report.findings])];
	for (const line of describeDifference(report, difference, images)) place.say(line);
};

const nothing: Manifest = {objects: [], unread: []};

function stop(summary: string, findings: readonly Finding[] = []): never {
	throw new Stop(summary, findings);
}

const answered = async (run: RunTool, argv: readonly string[], what: string): Promise<ProbeAnswer> => {
	const answer = await run(argv);
	return answer.exitCode === 0 ? answer : stop(`${what} can't be read: ${firstLine(helmError(answer.stderr))}`, [{level: 'danger', what: helmError(answer.stderr) || 'Helm said nothing.'}]);
};

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const readLiveHistory = async (work: PreviewWork, run: RunTool, report: Draft): Promise<ReleaseHistory> => {
	const history = readHistory(await run(work.helm.history, {isQuiet: true}));
	if (history.kind === 'unknown') return stop(`What is live is unknown: ${history.why}`);
	const last = lastOf(history);
	report.lastRevision = last?.revision ?? 0;
	report.goodRevision = deployedOf(history)?.revision ?? null;
	const repair = repairOf(history, work.release);
	if (last !== null && isPending(last.status)) {
		const words = repair === null ? '' : ` \`${[...repair.argv, ...work.helm.history.slice(3, 9)].join(' ')}\` ${repair.meaning}.`;
		return stop(`Revision ${last.revision} of ${work.release} is ${last.status}: another operation goes on, or was interrupted`, [{level: 'danger', what: `Revision ${last.revision} is ${last.status} since ${last.updated}. Helm refuses to upgrade until that ends. If nothing goes on any more:${words}`}]);
	}

	return history;
};

type Live = {readonly revision: Revision; readonly manifest: string; readonly values: string};

/** The release that the difference starts from; null when Helm says that there is none. */
const readLive = async (work: PreviewWork, run: RunTool, history: ReleaseHistory): Promise<Live | null> => {
	const baseline = deployedOf(history) ?? lastOf(history);
	if (baseline === null || baseline.status === 'uninstalled') return null;
	const ask = async (argv: readonly string[]): Promise<string> => {
		const {exitCode, stdout, stderr} = await run(argv.map(word => (word === liveRevision ? String(baseline.revision) : word)), {isQuiet: true});
		return exitCode === 0 ? stdout : stop(`What is live is unknown: ${firstLine(helmError(stderr))}`);
	};
	const {manifest, hooks, values} = work.helm.live;
	return {revision: baseline, manifest: joinManifests(await ask(manifest), await ask(hooks)), values: await ask(values)};
};

/** After a failure the cluster holds a mixture that no manifest describes. */
const judgeHistory = (history: ReleaseHistory): readonly Finding[] => {
	const [last, good] = [lastOf(history), deployedOf(history)];
	if (last === null || last.revision === good?.revision || last.status === 'uninstalled') return [];
	const compared = good === null ? 'Nothing was deployed whole before, so the difference starts from it' : `The difference starts from revision ${good.revision}, the last that was deployed whole`;
	return [{level: 'warning', what: `The last revision, ${last.revision}, is ${last.status}. ${compared}; the cluster may hold parts of both.`}];
};

const keepLive = ({evidenceFolder}: Workplace, live: Live | null): void => {
	if (live === null) return;
	writeDurably(join(evidenceFolder, 'live-manifest.yaml'), live.manifest);
	writeDurably(join(evidenceFolder, 'live-values.json'), live.values);
};

const readSourceState = async (work: PreviewWork, run: RunTool): Promise<readonly Finding[]> => {
	const states = [];
	for (const {name, argv} of work.git) states.push({name, state: readGitState(await run(argv, {isQuiet: true}))});
	const tracked = new Map<string, boolean>();
	for (const {path, argv} of work.tracks) tracked.set(path, (await run(argv, {isQuiet: true})).stdout.trim() !== '');
	const secrets = work.values.flatMap(({path, copy}) => judgeValues(path, tracked.get(path) ?? null, readFileSync(copy, 'utf8')));
	return [...secrets, ...(work.git.length === 0 ? [{level: 'note', what: 'git is not there, so it is not known whether chart and values are committed.'} satisfies Finding] : judgeGit(states))];
};

/** Copies of the chart and the values: what is deployed later is these, whatever becomes of the originals. */
const keepSources = async (work: PreviewWork, {evidenceFolder, say}: Workplace, run: RunTool): Promise<readonly FileFact[]> => {
	const sources = await Promise.all([work.chart, ...work.values.map(({path}) => path)].map(path => factOf(path).catch((error: unknown) => stop(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`))));
	for (const {path, copy} of work.values) {
		say(`copy ${path} to ${copy}`);
		writeDurably(copy, readFileSync(path));
	}

	if (/\.(tgz|tar\.gz)$/.test(work.chart)) {
		say(`copy ${work.chart} to ${work.archive}`);
		writeDurably(work.archive, readFileSync(work.chart));
		return sources;
	}

	const {exitCode, stderr} = await run(work.helm.package);
	if (exitCode !== 0) {
		const said = helmError(stderr);
		const hint = /missing in charts\/ directory|dependency/i.test(said) ? ` Fetch them with \`helm dependency build ${work.chart}\`.` : '';
		return stop(`The chart ${work.chart} can't be packaged: ${firstLine(said)}`, [{level: 'danger', what: `${said}${hint}`}]);
	}

	const folder = join(evidenceFolder, 'packaged');
	const [packaged = ''] = readdirSync(folder);
	renameSync(join(folder, packaged), work.archive);
	rmSync(folder, {recursive: true});
	return sources;
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

/** Somebody may save a file between the copy and its hash: then nobody knows what was previewed. */
const refuseEditedSources = async (sources: readonly FileFact[]): Promise<void> => {
	for (const source of sources) if ((await factOf(source.path)).sha256 !== source.sha256) stop(`${source.path} was edited while it was previewed; preview it again`);
};

const whole = (manifest: Manifest): Manifest => (manifest.unread.length === 0 ? manifest : stop(`The manifest can't be read whole: ${manifest.unread[0] ?? ''}`, manifest.unread.map(what => ({level: 'danger', what}))));

const newMigrations = (before: Manifest, coming: Manifest): readonly string[] => {
	const live = new Set(before.objects.flatMap(migrationsOf).map(({image}) => image));
	return [...new Set(coming.objects.flatMap(migrationsOf).map(({image}) => image).filter(image => !live.has(image)))];
};
