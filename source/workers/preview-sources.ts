import {readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {judgeGit, readGitState} from '../actions/helm/git-state.ts';
import {isArchive, type PreviewWork} from '../actions/helm/preview-work.ts';
import {helmError} from '../actions/helm/release-history.ts';
import {judgeValues} from '../actions/helm/values-secrets.ts';
import type {FileFact, Finding} from '../journal/event.ts';
import {factOf} from '../stores/file-facts.ts';
import {writeDurably} from '../stores/files.ts';
import type {Workplace} from './performer.ts';
import {firstLine, stop} from './preview-stop.ts';
import type {RunTool} from './tool-runner.ts';

/** Secrets in the values files, and what git says of chart, values and runbook. `commit` is the chart's, when all of it is in one. */
export const readSourceState = async (work: PreviewWork, run: RunTool): Promise<{readonly findings: readonly Finding[]; readonly commit: string | null}> => {
	if (work.sources === null) return {findings: [], commit: null};
	const states = [];
	for (const {name, argv} of work.sources.git) states.push({name, state: readGitState(await run(argv, {isQuiet: true}))});
	const tracked = new Map<string, boolean>();
	for (const {path, argv} of work.sources.tracks) tracked.set(path, (await run(argv, {isQuiet: true})).stdout.trim() !== '');
	const secrets = work.values.flatMap(({path, copy}) => judgeValues(path, tracked.get(path) ?? null, readFileSync(copy, 'utf8')));
	const chart = states[0]?.state;
	const commit = chart?.kind === 'tracked' && chart.dirty.length === 0 && chart.commit !== '(initial)' ? chart.commit : null;
	return {findings: [...secrets, ...(work.sources.git.length === 0 ? [{level: 'note', what: 'git is not there, so it is not known whether chart and values are committed.'} satisfies Finding] : judgeGit(states))], commit};
};

/** Copies of the chart and the values: what is deployed later is these, whatever becomes of the originals. */
export const keepSources = async (work: PreviewWork, {evidenceFolder, say}: Workplace, run: RunTool): Promise<readonly FileFact[]> => {
	const sources = await Promise.all([work.chart, ...work.values.map(({path}) => path)].map(path => factOf(path).catch((error: unknown) => stop(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`))));
	for (const {path, copy} of work.values) {
		say(`copy ${path} to ${copy}`);
		writeDurably(copy, readFileSync(path));
	}

	if (isArchive(work.chart)) {
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

/** Somebody may save a file between the copy and its hash: then nobody knows what was previewed. */
export const refuseEditedSources = async (sources: readonly FileFact[]): Promise<void> => {
	for (const source of sources) if ((await factOf(source.path)).sha256 !== source.sha256) stop(`${source.path} was edited while it was previewed; preview it again`);
};
