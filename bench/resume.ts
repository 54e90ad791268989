/**
What it takes to open a run of 10,000 events over a plan of 200 tasks, in one run on one machine:

	node --import tsx bench/resume.ts [EVENTS]

- for looking: read, verify, fold (at most 300 ms)
- for going on, as a resume does it: the same, then opened for writing and folded again (at most 300 ms)
*/
import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {encodeLine} from '../source/journal/chain.ts';
import type {Event, FileFact} from '../source/journal/event.ts';
import {foldRun} from '../source/run/fold.ts';
import {expandPlan} from '../source/runbook/expand-plan.ts';
import {parseRunbook} from '../source/runbook/parse-runbook.ts';
import {tasksOf, type Plan} from '../source/runbook/plan.ts';
import {journalPath, openFileJournal} from '../source/stores/file-journal.ts';
import {readRunRecord, type RunRecord} from '../source/stores/read-run.ts';
import {createRun} from '../source/stores/run-folder.ts';

const runId = '01KB3V6Q0000000000000000AA';
const by = 'op-a@ops1';
const at = '2026-11-24T09:18:00.464Z';
const eventCount = Number(process.argv[2] ?? 10_000);

const numbers = (count: number): readonly number[] => Array.from({length: count}, (_, index) => index);

const runbookText = `name: A long release
targets: {uat: {}}
steps:
${numbers(6).map(step => `  - id: s${step}
    name: Step ${step}
    tasks:
${numbers(34).map(task => `      - {id: t${step}-${task}, ${task % 2 === 0 ? 'confirm: It is as it should be' : "run: 'true'"}}\n`).join('')}`).join('')}`;

const planIt = (): Plan => {
	const parsed = parseRunbook(runbookText, {fileName: 'long.runbook.yaml', actions: []});
	if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
	const expanded = expandPlan({runbook: parsed.runbook, sha256: sha256(runbookText), path: '/srv/long.runbook.yaml', targetName: 'uat', inputs: {}, environment: {}, actions: [], calendars: {read: () => '', year: 2026}});
	if (expanded.kind === 'problems') throw expanded.problems[0] ?? new Error('no plan');
	return expanded.plan;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const output: readonly FileFact[] = ['out', 'err'].map(name => ({path: `attempts/t.1/${name}`, sizeBytes: 12, sha256: sha256(name)}));

/** Confirmed or tried, task after task, round after round: many attempts of each. */
function* eventsOf(plan: Plan): Generator<Event> {
	yield {type: 'run.created', data: {run: runId, runbook: {name: plan.runbook.name, path: plan.runbook.path, sha256: plan.runbook.sha256}, plan: sha256(JSON.stringify(plan)), target: {name: 'uat', protected: false}, inputs: {}, slipway: '0.1.0', rehearsal: false}};
	for (let attempt = 1; ; attempt++) {
		for (const {id: task, kind} of tasksOf(plan)) {
			if (kind === 'confirm') {
				yield {type: 'task.confirmed', data: {task, answer: 'yes', person: 'op-a', remark: 'seen'}};
				continue;
			}

			yield {type: 'attempt.started', data: {task, attempt, effect: 'reads', argv: ['sh', '-c', 'true'], cwd: '/srv', env: ['PATH'], commands: ['sh -c true'], consent: 'enter', requires: []}};
			yield {type: 'attempt.finished', data: {task, attempt, outcome: 'failed', summary: 'exit status 1', exitCode: 1, signal: null, durationMs: 12.5, output, evidence: [], outputs: {}, findings: []}};
		}
	}
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const timeMs = (work: () => unknown): number => {
	const from = performance.now();
	work();
	return performance.now() - from;
};

const show = (name: string, value: string): void => {
	console.log(`${name.padEnd(58)} ${value}`);
};

const root = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
try {
	const plan = planIt();
	const {path: folder, genesis} = createRun({root, runId, runbookText, plan: JSON.stringify(plan)});
	let prev = genesis;
	const events = eventsOf(plan);
	const journal = numbers(eventCount).map(seq => {
		const {bytes, hash} = encodeLine(events.next().value as Event, {seq, prev, epoch: 1, at, by});
		prev = hash;
		return bytes;
	});
	writeFileSync(journalPath(folder), Buffer.concat(journal));

	const look = (): RunRecord => {
		const record = readRunRecord(root, runId);
		foldRun(runId, record.plan, record.lines, record.head);
		return record;
	};
	const goOn = (): void => {
		const {store} = openFileJournal({folder, runId, genesis, by}, look());
		foldRun(runId, plan, store.lines, store.head);
		store.close();
	};
	const first = timeMs(look);
	show(`${eventCount} events, ${tasksOf(plan).length} tasks, ${Math.round(Buffer.concat(journal).length / 1e6)} MB, the first time`, `${first.toFixed(0)} ms`);
	show('to look at (at most 300 ms)', `${median(numbers(5).map(() => timeMs(look))).toFixed(0)} ms`);
	show('to go on with (at most 300 ms)', `${median(numbers(5).map(() => timeMs(goOn))).toFixed(0)} ms`);
} finally {
	rmSync(root, {recursive: true});
}
