import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {RollbackReport, RollbackWork} from '../actions/helm/rollback.ts';
import {joinManifests, readManifest} from '../actions/helm/manifest.ts';
import {helmError, lastOf, readHistory, type Revision} from '../actions/helm/release-history.ts';
import {summarizeRunning, type RunningReport} from '../actions/helm/running-report.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {readRunning} from './read-running.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/** Performs `helm/rollback`. Leaves rollback.json. */
export const rollBackRelease = async (work: RollbackWork, place: Workplace): Promise<Report> => {
	const report = await rollBack(work, place);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'rollback.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	return {ok: isBack(report) && !place.signal.aborted, data: report, evidence: [evidence]};
};

/** Rolls a release back, or removes a first install, then reads what is there, also when Helm says that it failed. */
export const rollBack = async (work: RollbackWork, place: Workplace): Promise<RollbackReport> => {
	const run = toolRunner(place, work.environment);
	const {exitCode, stdout, stderr} = await run(work.rollback);
	for (const line of stdout.trimEnd().split('\n')) place.say(line);
	const helmFailure = exitCode === 0 ? null : helmError(stderr) || `helm ended with exit status ${exitCode ?? 'unknown'} and said nothing`;
	if (work.revision === null) return describeRemoval(work, run, helmFailure);
	const release = await readRelease(work, run);
	const running = release === null ? unread : await readRunning(work.running, readManifest(release.manifest, 'manifest', work.namespace).objects, helmFailure === null ? work.timeoutMs : 0, {run, place});
	return {helmFailure, release: release === null ? null : describe(release, work.manifest), isGone: null, running};
};

/** What Helm and the workloads both say. */
export const isBack = ({helmFailure, release, isGone, running}: RollbackReport): boolean =>
	helmFailure === null && (isGone === true || (running !== null && release?.status === 'deployed' && release.isExpectedManifest !== false && summarizeRunning(running).isGood));

const describeRemoval = async ({after}: RollbackWork, run: RunTool, helmFailure: string | null): Promise<RollbackReport> => {
	const history = readHistory(await run(after.history, {isQuiet: true}));
	return {helmFailure, release: null, isGone: history.kind === 'unknown' ? null : history.kind === 'none', running: null};
};

const unread: RunningReport = {unread: 'Helm does not say what should run', states: [], waitedMs: 0};

type Found = {readonly last: Revision; readonly manifest: string};

/** The last revision and its manifest; null when they can't be read. */
const readRelease = async ({after}: RollbackWork, run: RunTool): Promise<Found | null> => {
	const last = lastOf(readHistory(await run(after.history)));
	const [manifest, hooks] = [await run(after.manifest), await run(after.hooks)];
	return last === null || manifest.exitCode !== 0 || hooks.exitCode !== 0 ? null : {last, manifest: joinManifests(manifest.stdout, hooks.stdout)};
};

const describe = ({last, manifest}: Found, expected: string | null): RollbackReport['release'] => ({
	revision: last.revision,
	status: last.status,
	description: last.description,
	isExpectedManifest: expected === null ? null : manifest === readFileSync(expected, 'utf8'),
});
