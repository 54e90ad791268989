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

/** Performs `helm/rollback`: rolls back, or removes a first install, then reads what is there, also when Helm says that it failed. Leaves rollback.json. */
export const rollBackRelease = async (work: RollbackWork, place: Workplace): Promise<Report> => {
	const run = toolRunner(place, work.environment);
	const {exitCode, stdout, stderr} = await run(work.rollback);
	for (const line of stdout.trimEnd().split('\n')) place.say(line);
	const helmFailure = exitCode === 0 ? null : helmError(stderr) || `helm ended with exit status ${exitCode ?? 'unknown'} and said nothing`;
	if (work.revision === null) return leave(await describeRemoval(work, run, helmFailure), place);
	const release = await readRelease(work, run);
	const running = release === null ? unread : await readRunning(work.running, readManifest(release.manifest, 'manifest', work.namespace).objects, helmFailure === null ? work.timeoutMs : 0, {run, place});
	return leave({helmFailure, release: release === null ? null : describe(release, work.manifest), isGone: null, running}, place);
};

const leave = (report: RollbackReport, place: Workplace): Report => {
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'rollback.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	const isBack = report.running !== null && report.release?.status === 'deployed' && report.release.isExpectedManifest !== false && summarizeRunning(report.running).isGood;
	return {ok: report.helmFailure === null && (isBack || report.isGone === true) && !place.signal.aborted, data: report, evidence: [evidence]};
};

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
