import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {RollbackReport, RollbackWork} from '../actions/helm-rollback.ts';
import {joinHooks, readManifest} from '../actions/helm/manifest.ts';
import {helmError, readRelease, type Release} from '../actions/helm/release-history.ts';
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
	const release = await readStatus(work, run);
	const running = release === null ? unread : await readRunning(work.running, readManifest(release.manifest, 'manifest', work.namespace).objects, helmFailure === null ? work.timeoutMs : 0, {run, place});
	const report: RollbackReport = {helmFailure, release: release === null ? null : describe(release, work.manifest), running};
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'rollback.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	const isBack = report.release?.status === 'deployed' && report.release.isExpectedManifest !== false;
	return {ok: helmFailure === null && isBack && summarizeRunning(running).isGood && !place.signal.aborted, data: report, evidence: [evidence]};
};

const unread: RunningReport = {unread: 'Helm does not say what should run', states: [], waitedMs: 0};

const readStatus = async (work: RollbackWork, run: RunTool): Promise<Release | null> => {
	const {exitCode, stdout} = await run(work.status);
	const release = exitCode === 0 ? readRelease(stdout) : null;
	return release === null || 'why' in release ? null : release;
};

const describe = (release: Release, expected: string | null): RollbackReport['release'] => ({
	revision: release.version,
	status: release.info.status,
	description: release.info.description,
	isExpectedManifest: expected === null ? null : joinHooks(release.manifest, release.hooks ?? []) === readFileSync(expected, 'utf8'),
});
