import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

import type {PodsReport, PodsWork} from '../actions/smoke-pods.ts';
import {readManifest} from '../actions/helm/manifest.ts';
import {notReady, readPods, soakFaults, type PodGroup, type PodSeen} from '../actions/smoke/soak.ts';
import {selectorOf} from '../checklist/selector.ts';
import {at} from '../checklist/values.ts';
import {writeDurably} from '../stores/files.ts';
import {formatDuration} from '../text/format-duration.ts';
import type {Report, Workplace} from './performer.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/** Between two looks. */
const intervalMs = 2000;
/** How long the last look may be tried again when the cluster gives no answer. */
const patienceMs = 30_000;

/** Performs `smoke/pods`. Leaves pods.json. */
export const watchPods = async (work: PodsWork, place: Workplace): Promise<Report> => {
	const groups = groupsOf(work);
	const report = groups.length === 0 ? nothingToWatch : await watch(work, groups, place);
	for (const fault of report.faults) place.say(fault);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'pods.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	return {ok: report.faults.length === 0 && !place.signal.aborted, data: report, evidence: [evidence]};
};

const nothingToWatch: PodsReport = {faults: ['the manifest has no workload whose pods stay'], began: [], last: [], waitedMs: 0, soakedMs: 0, looks: 0, unread: 0};

/** Workloads that serve until they are stopped; Jobs and hooks come to an end. */
const groupsOf = ({manifests, selector, namespace}: PodsWork): readonly PodGroup[] => {
	if (selector !== null) return [{name: selector, namespace, selector: null}];
	return manifests
		.flatMap(manifest => readManifest(readFileSync(manifest.path, 'utf8'), 'manifest', manifest.namespace).objects)
		.filter(({kind, isHook}) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) && !isHook)
		.map(object => ({name: `${object.kind}/${object.name}`, namespace: object.namespace, selector: selectorOf(at(object.value, 'spec', 'selector'))}));
};

const watch = async (work: PodsWork, groups: readonly PodGroup[], place: Workplace): Promise<PodsReport> => {
	const run = quietAfterFirst(place);
	const counts = {looks: 0, unread: 0};
	const look = async (): Promise<readonly PodSeen[] | string> => {
		const pods = await readNow(work.commands, groups, run);
		counts.looks++;
		if (typeof pods === 'string') counts.unread++;
		return pods;
	};
	const startedMs = performance.now();
	const began = await waitUntilReady(work, groups, look, place);
	const waitedMs = Math.round(performance.now() - startedMs);
	if ('faults' in began) return {...began, began: [], waitedMs, soakedMs: 0, ...counts};
	place.say(`${began.pods.length} ready after ${formatDuration(waitedMs)}; watching for ${formatDuration(work.soakMs)}`);

	const soakFromMs = performance.now();
	const soaked = await soak(began.pods, work.soakMs, groups, look, place);
	return {...soaked, began: [...began.pods], waitedMs, soakedMs: Math.round(performance.now() - soakFromMs), ...counts};
};

type Look = () => Promise<readonly PodSeen[] | string>;

const waitUntilReady = async ({timeoutMs}: PodsWork, groups: readonly PodGroup[], look: Look, place: Workplace): Promise<{readonly pods: readonly PodSeen[]} | {readonly faults: string[]; readonly last: PodSeen[]}> => {
	const endMs = performance.now() + timeoutMs;
	let said = '';
	for (;;) {
		const seen = await look();
		const waiting = typeof seen === 'string' ? [seen] : notReady(seen, groups);
		if (typeof seen !== 'string' && waiting.length === 0) return {pods: seen.filter(({isEnding}) => !isEnding)};
		if (waiting.join('\n') !== said) for (const line of waiting) place.say(line);
		said = waiting.join('\n');
		if (place.signal.aborted || performance.now() + intervalMs > endMs) return {faults: place.signal.aborted ? ['it was cancelled', ...waiting] : [...waiting], last: typeof seen === 'string' ? [] : [...seen]};
		await pause(intervalMs, undefined, {signal: place.signal}).catch(() => {});
	}
};

/** Ends at the first fault; else with a look after the soak time, when new pods must be ready too. */
const soak = async (began: readonly PodSeen[], soakMs: number, groups: readonly PodGroup[], look: Look, place: Workplace): Promise<{readonly faults: string[]; readonly last: PodSeen[]}> => {
	const endMs = performance.now() + soakMs;
	let last: readonly PodSeen[] = began;
	for (;;) {
		await pause(Math.max(0, Math.min(intervalMs, endMs - performance.now())), undefined, {signal: place.signal}).catch(() => {});
		if (place.signal.aborted) return {faults: ['it was cancelled'], last: [...last]};
		const atMs = performance.now();
		const seen = await look();
		if (typeof seen === 'string') {
			place.say(seen);
			if (atMs > endMs + patienceMs) return {faults: [`how the pods are at the end is not known: ${seen}`], last: [...last]};
			if (atMs >= endMs) await pause(intervalMs, undefined, {signal: place.signal}).catch(() => {});
			continue;
		}

		last = seen;
		const faults = [...soakFaults(began, seen), ...(atMs >= endMs ? notReady(seen, groups) : [])];
		if (faults.length > 0 || atMs >= endMs) return {faults, last: [...last]};
	}
};

const readNow = async (commands: readonly (readonly string[])[], groups: readonly PodGroup[], run: RunTool): Promise<readonly PodSeen[] | string> => {
	const answers: unknown[] = [];
	for (const argv of commands) {
		const {exitCode, stdout, stderr} = await run(argv, {isQuiet: true});
		if (exitCode !== 0) return stderr.trim().split('\n').at(-1) || `kubectl ended with exit status ${exitCode ?? 'unknown'}`;
		try {
			answers.push(JSON.parse(stdout));
		} catch {
			return 'kubectl answered something that is no JSON';
		}
	}

	return readPods(answers, groups);
};

/** The same commands run again and again; each is said once. */
const quietAfterFirst = (place: Workplace): RunTool => {
	const said = new Set<string>();
	return toolRunner(
		{
			...place,
			say: line => {
				if (!said.has(line)) place.say(line);
				said.add(line);
			},
		},
		{},
	);
};
