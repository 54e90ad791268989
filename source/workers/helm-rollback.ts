import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {RollbackReport, RollbackWork} from '../actions/helm-rollback.ts';
import {joinManifests, readManifest} from '../actions/helm/manifest.ts';
import {helmError, lastOf, readHistory, type Revision} from '../actions/helm/release-history.ts';
import {summarizeRunning, type RunningReport} from '../actions/helm/running-report.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {readRunning} from './read-running.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/** Performs `helm/rollback`: rolls back, then reads what is there, also when Helm says that it failed. Leaves rollback.json. */
export const rollBackRelease = async (work: RollbackWork, place: Workplace): Promise<Report> => {
	const run = toolRunner(place, work.environment);
	const {exitCode, stdout, stderr} = await run(work.rollback);
	for (const line of stdout.trimEnd().split('\n')) place.say(line);
	const helmFailure = exitCode === 0 ? null : helmError(stderr) || `helm ended with exit status ${exitCode ?? 'unknown'} and said nothing`;
	const release = await readRelease(work, run);
	const running = release === null ? unread : await readRunning(work.running, readManifest(release.manifest, 'manifest', work.namespace).objects, helmFailure === null ? work.timeoutMs : 0, {run, place});
	const report: RollbackReport = {helmFailure, release: release === null ? null : describe(release, work.manifest), running};
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'rollback.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	const isBack = report.release?.status === 'deployed' && report.release.isExpectedManifest !== false;
	return {ok: helmFailure === null && isBack && summarizeRunning(running).isGood && !place.signal.aborted, data: report, evidence: [evidence]};
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
