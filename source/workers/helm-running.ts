import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {RunningWork} from '../actions/helm-running.ts';
import {readManifest} from '../actions/helm/manifest.ts';
import {summarizeRunning} from '../actions/helm/running-report.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {readRunning} from './read-running.ts';
import {toolRunner} from './tool-runner.ts';

/** Performs `helm/running`. Leaves running.json. */
export const checkRunning = async (work: RunningWork, place: Workplace): Promise<Report> => {
	const run = toolRunner(place, work.environment);
	const objects = work.manifests.flatMap(({path, namespace}) => readManifest(readFileSync(path, 'utf8'), 'manifest', namespace).objects);
	const report = await readRunning(work.commands, objects, work.timeoutMs, {run, place});
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'running.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	return {ok: summarizeRunning(report).isGood && !place.signal.aborted, data: report, evidence: [evidence]};
};
