import {setTimeout as pause} from 'node:timers/promises';

import type {ManifestObject} from '../actions/helm/manifest.ts';
import {summarizeRunning, type RunningReport} from '../actions/helm/running-report.ts';
import {compareRunning, describeStates} from '../actions/helm/running-state.ts';
import {readWorkloads} from '../actions/helm/workloads.ts';
import type {Workplace} from './performer.ts';
import type {RunTool} from './tool-runner.ts';

/** Between two looks. */
const intervalMs = 2000;

/** Looks until everything runs as the manifest says, or the time is over, and tells what it saw last. */
export const readRunning = async (commands: readonly (readonly string[])[], expected: readonly ManifestObject[], timeoutMs: number, {run, place}: {readonly run: RunTool; readonly place: Workplace}): Promise<RunningReport> => {
	const startedMs = performance.now();
	for (;;) {
		const report: RunningReport = {...(await look(commands, expected, run)), waitedMs: Math.round(performance.now() - startedMs)};
		for (const line of report.unread === null ? describeStates(report.states) : [report.unread]) place.say(line);
		if (summarizeRunning(report).isGood || report.waitedMs + intervalMs > timeoutMs || place.signal.aborted || report.states.length + commands.length === 0) return report;
		await pause(intervalMs, undefined, {signal: place.signal}).catch(() => {});
	}
};

const look = async (commands: readonly (readonly string[])[], expected: readonly ManifestObject[], run: RunTool): Promise<Pick<RunningReport, 'unread' | 'states'>> => {
	const answers: unknown[] = [];
	for (const argv of commands) {
		const {exitCode, stdout, stderr} = await run(argv);
		if (exitCode !== 0) return {unread: stderr.trim().split('\n').at(-1) ?? `kubectl ended with exit status ${exitCode ?? 'unknown'}`, states: []};
		try {
			answers.push(JSON.parse(stdout));
		} catch {
			return {unread: 'kubectl answered something that is no JSON', states: []};
		}
	}

	return {unread: null, states: compareRunning(expected, readWorkloads(answers)).map(one => ({...one, images: one.images.map(image => ({...image, digests: [...image.digests]})), added: [...one.added]}))};
};
