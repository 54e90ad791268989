import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';

import {judgeGit, readGitState} from '../actions/helm/git-state.ts';
import {fitJournal, inOrder} from '../actions/helm/judge-difference.ts';
import type {PreviewReport} from '../actions/helm/preview-report.ts';
import {previewWork} from '../actions/helm/preview-work.ts';
import {releaseName} from '../actions/helm/previewed.ts';
import {judgeValues} from '../actions/helm/values-secrets.ts';
import {findingsOf} from '../actions/helmfile/each-release.ts';
import {helmfileOutputs, type HelmfileReport} from '../actions/helmfile/helmfile-report.ts';
import {readRecorded} from '../actions/helmfile/recorded.ts';
import {releaseToPreview, type HelmfilePreviewWork} from '../actions/helmfile-preview.ts';
import type {FileFact, Finding} from '../journal/event.ts';
import {factOf} from '../stores/file-facts.ts';
import {readRecords, writeRecorder, type RecordedCommand} from './helm-recorder.ts';
import {previewRelease} from './helm-preview.ts';
import type {Report, Workplace} from './performer.ts';
import {firstLine, Stop, stop} from './preview-stop.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/**
Performs `helmfile/preview`. Leaves, for each release that changes, what `helm/preview` leaves, in `<namespace>/<release>/`. What can't be
read of one release is a failure of all; what was kept until then is evidence of it.
*/
export const previewHelmfile = async (work: HelmfilePreviewWork, place: Workplace): Promise<Report> => {
	const report: Draft = {failure: null, findings: [], helmfile: null, commit: null, releases: [], unchanged: []};
	try {
		await preview(work, place, report);
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		place.say(error.message);
		report.failure = error.message;
		report.findings = [...error.findings, ...report.findings];
	} finally {
		rmSync(dirname(work.recorder), {recursive: true, force: true});
	}

	const kept = readdirSync(place.evidenceFolder, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile()).map(({parentPath, name}) => join(parentPath, name)).toSorted();
	// The differences are read in the order in which the releases are deployed.
	const folders = report.releases.map(release => join(place.evidenceFolder, releaseName(release)));
	const placeOf = (path: string): number => folders.indexOf(dirname(path));
	kept.sort((a, b) => placeOf(a) - placeOf(b));
	const isTooMuch = recordBytes(report, kept.map(path => relative(dirname(dirname(place.evidenceFolder)), path))) > mostRecordBytes;
	if (isTooMuch) {
		report.failure ??= `${kept.length} files to keep, of ${report.releases.length} releases that change, are more than one record holds: preview them in parts, with \`selector:\``;
		for (const name of readdirSync(place.evidenceFolder)) rmSync(join(place.evidenceFolder, name), {recursive: true});
	}

	const evidence = isTooMuch ? [] : kept;
	return {ok: report.failure === null && !place.signal.aborted, data: {...report, findings: [...fitJournal(inOrder(report.findings))]} satisfies HelmfileReport, evidence};
};

/** A line of the journal holds 64 KiB. */
const mostRecordBytes = 60 * 1024;

/** The longest line that comes of it: the end of this preview, or the start of the deployment, which requires each file and names most once more. */
const recordBytes = (report: HelmfileReport, paths: readonly string[]): number => {
	const lengthOf = (value: unknown): number => JSON.stringify(value).length;
	const facts = lengthOf(paths.map((path): FileFact => ({path, sizeBytes: 1e9, sha256: 'f'.repeat(64)})));
	const {releases} = report;
	return facts + Math.max(lengthOf(helmfileOutputs(report)) + lengthOf(fitJournal(inOrder(report.findings))), lengthOf(paths) + lengthOf(releases.map(({setFlags, sources}) => [setFlags, sources])) + releases.length * 1000);
};

type Draft = {-readonly [Key in keyof HelmfileReport]: HelmfileReport[Key]};

/** A release that helmfile would deploy. */
type Wanted = {readonly release: string; readonly namespace: string; readonly setFlags: readonly string[]; readonly chart: string; readonly values: readonly string[]; readonly chartFolder: string | null};

const preview = async (work: HelmfilePreviewWork, place: Workplace, report: Draft): Promise<void> => {
	mkdirSync(place.evidenceFolder, {recursive: true, mode: 0o700});
	const run = toolRunner(place, work.environment);
	report.helmfile = /(\d+\.\d+\.\S+)/.exec((await run(work.version)).stdout)?.[1] ?? null;
	const before = await sourceOf(work.file);
	const {wanted, findings} = await askHelmfile(work, place);
	report.findings.push(...findings);
	const sources = await readSources(work, run);
	report.findings.push(...sources.findings);
	report.commit = sources.commit;

	const found = await previewAll(wanted, work, place);
	const failed = found.find(({report: one}) => one.failure !== null);
	if (failed !== undefined) return stop(`${releaseName(failed)}: ${failed.report.failure ?? ''}`, failed.report.findings);
	if (found.length < wanted.length) return stop('the preview was cancelled');
	for (const {namespace, release, chartFolder, report: one} of found) {
		const name = releaseName({namespace, release});
		if (changesNothing(one)) {
			report.unchanged.push(name);
			rmSync(join(place.evidenceFolder, releaseName({namespace, release})), {recursive: true});
		} else {
			report.findings.push(...findingsOf(name, one.findings));
			report.releases.push({...one, findings: [], sources: [before, ...(chartFolder === null ? [] : [await sourceOf(chartFolder)])]});
		}
	}

	if ((await sourceOf(work.file)).sha256 !== before.sha256) stop(`${work.file} was edited while it was previewed; preview it again`);
	for (const name of report.unchanged) place.say(`${name}: nothing changes`);
};

const sourceOf = async (path: string): Promise<FileFact> => factOf(path).catch((error: unknown) => stop(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`));

/** What git says of the helmfile's folder, and secrets in the values files there that it tracks. */
const readSources = async ({git}: HelmfilePreviewWork, run: RunTool): Promise<{readonly findings: readonly Finding[]; readonly commit: string | null}> => {
	if (git === null) return {findings: [{level: 'note', what: 'git is not there, so it is not known whether the helmfile is committed.'}], commit: null};
	const state = readGitState(await run(git.state, {isQuiet: true}));
	const names = state.kind === 'tracked' ? (await run(git.values, {isQuiet: true})).stdout.split('\0').filter(name => name !== '') : [];
	const secrets = names.map(name => join(git.folder, name)).filter(path => existsSync(path)).flatMap(path => judgeValues(path, true, readFileSync(path, 'utf8')));
	return {findings: [...judgeGit([{name: 'helmfile', state}]), ...secrets], commit: state.kind === 'tracked' && state.dirty.length === 0 && state.commit !== '(initial)' ? state.commit : null};
};

/** What is deployed whole already, as it would be deployed again. */
const changesNothing = ({counts, live, lastRevision}: PreviewReport): boolean => counts.added + counts.changed + counts.removed === 0 && live !== null && live.status === 'deployed' && live.revision === lastRevision;

/** What helmfile would deploy, in its order. With `missingFileHandler: Warn` it goes on without values files that are not there. */
const askHelmfile = async (work: HelmfilePreviewWork, place: Workplace): Promise<{readonly wanted: readonly Wanted[]; readonly findings: readonly Finding[]}> => {
	const run = toolRunner(place, {...work.helmfileEnvironment, ...writeRecorder(work)});
	await refuseDeafHelmfile(work, run);
	if (work.stateValues !== null) {
		place.say(`write ${work.stateValues.text} to ${work.stateValues.file}`);
		writeFileSync(work.stateValues.file, work.stateValues.text, {mode: 0o600});
	}

	const {exitCode, stderr} = await run(work.sync);
	if (exitCode !== 0) {
		const said = stderr.trim() || 'helmfile said nothing.';
		const isHook = said.includes('hooks are disabled');
		return stop(isHook ? 'The helmfile has hooks, which would run commands that nobody saw' : `helmfile can't say what it would deploy: ${/^\s*(Error: .*)$/m.exec(said)?.[1] ?? firstLine(said)}`, [
			{level: 'danger', what: isHook ? 'Make each hook a task of the runbook, before or after the deployment, and take it out of the helmfile.' : `${said}${/dependency|missing in charts|repo .* not found|no cached repo/i.test(said) ? '\nDependencies and repositories are not fetched here: run `helmfile deps` or `helmfile repos` before.' : ''}`},
		]);
	}

	const records = readRecords(work.recorder);
	if (records.length === 0) return stop('helmfile names no release');
	const missing = [...new Set([...stderr.matchAll(/^skipping missing (.*)$/gm)].map(([, what = '']) => what))];
	const wanted = records.map(record => wantedBy(record, work));
	const twice = [...Map.groupBy(wanted, releaseName)].find(([, same]) => same.length > 1);
	if (twice !== undefined) return stop(`helmfile would deploy ${twice[0]} ${twice[1].length} times`, [{level: 'danger', what: 'What is deployed first would be gone with the second. Name the release once in the helmfile and those that it includes, or choose one by `selector:`.'}]);
	return {wanted, findings: missing.map(what => ({level: 'danger', what: `Left out, as it is not there: ${what}. The helmfile goes on without it (missingFileHandler), and what it sets stays at the chart's own.`}))};
};

const wantedBy = ({argv, chart, values, chartFolder}: RecordedCommand, {context, namespace}: HelmfilePreviewWork): Wanted => {
	const recorded = readRecorded(argv);
	if ('refusal' in recorded) return stop(recorded.refusal);
	const {release} = recorded;
	if (recorded.kind === 'uninstall') return stop(`helmfile would uninstall ${release}, which is not done here`, [{level: 'danger', what: `The helmfile says \`installed: false\` of ${release}, and it is installed. Uninstall it in a task of its own, or take it out of what is selected.`}]);
	if (recorded.context !== null && recorded.context !== context) return stop(`The helmfile sends ${release} to the context ${recorded.context}, and the target is ${context}`);
	if (chart === null) return stop(`The chart of ${release} was not kept`);
	return {release, namespace: recorded.namespace ?? namespace, setFlags: recorded.setFlags, chart, values, chartFolder};
};

/** A helmfile that does not know the variable would run its hooks. It is asked with one that does nothing. */
const refuseDeafHelmfile = async ({withHook}: HelmfilePreviewWork, run: RunTool): Promise<void> => {
	writeFileSync(withHook.file, 'hooks:\n- {events: [prepare], command: "true"}\nreleases: []\n');
	const {exitCode, stderr} = await run(withHook.argv, {isQuiet: true});
	if (exitCode === 0 || !stderr.includes('hooks are disabled')) stop('This helmfile is too old: it would run the hooks of a helmfile, which nobody saw', [{level: 'danger', what: `It does not know HELMFILE_DISABLE_HOOKS, which helmfile 1.8 does. It said: ${stderr.trim() || 'nothing'}`}]);
};

/** Releases that are read at once. */
const atOnce = 4;

/** In the order of `wanted`; lines of one release stay together. Fewer when one can't be read, or it is cancelled. */
const previewAll = async (wanted: readonly Wanted[], work: HelmfilePreviewWork, place: Workplace): Promise<readonly (Wanted & {readonly report: PreviewReport})[]> => {
	const reports = new Map<Wanted, PreviewReport>();
	const waiting = [...wanted];
	const previewNext = async (): Promise<void> => {
		for (let next = waiting.shift(); next !== undefined && !place.signal.aborted; next = waiting.shift()) {
			const lines: string[] = [];
			const evidenceFolder = join(place.evidenceFolder, releaseName(next));
			const {data} = await previewRelease(previewWork(releaseToPreview(work, {...next, evidenceFolder})), {...place, evidenceFolder, say: line => void lines.push(line)});
			for (const line of ['', releaseName(next), ...lines]) place.say(line);
			const report = data as PreviewReport;
			reports.set(next, report);
			if (report.failure !== null) waiting.length = 0;
		}
	};
	await Promise.all(Array.from({length: atOnce}, previewNext));
	return wanted.flatMap(one => {
		const report = reports.get(one);
		return report === undefined ? [] : [{...one, report}];
	});
};
