/**
What the journal costs, against the least that the same disk and the same hash need, in one run on one machine:

	node --import tsx bench/journal.ts [LINES]

- appends a second, durable, beside a bare loop of `write` + `fdatasync` of the same bytes (at least 0.85)
- verifying LINES lines (1,000,000), beside `sha256sum` of the same file (at most 3), and the memory it takes (at most 150 MB)
- opening a run of 10,000 lines for writing (at most 300 ms)
*/
import {execFileSync, spawnSync} from 'node:child_process';
import {closeSync, constants, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {encodeLine, genesisOf} from '../source/journal/chain.ts';
import type {Event} from '../source/journal/event.ts';
import {verifyJournal} from '../source/journal/verify.ts';
import {createFileJournal, journalPath, openFileJournal} from '../source/stores/file-journal.ts';
import {readChunks} from '../source/stores/read-chunks.ts';

const runId = '01KB3V6Q0000000000000000AA';
const genesis = genesisOf(runId, 'ab'.repeat(32));
const by = 'op-a@ops1';
const at = new Date('2026-11-24T09:18:00.464Z');
const lineCount = Number(process.argv[2] ?? 1_000_000);

const anEvent = (index: number): Event => ({
	type: 'attempt.started',
	data: {task: `task-${index % 40}`, attempt: 1, effect: 'reads', argv: ['helm', 'status', 'user', '--namespace', 'egov'], cwd: '/srv/releases', env: ['PATH', 'HOME'], commands: ['helm status user'], consent: 'enter', requires: []},
});

const show = (name: string, value: string): void => {
	console.log(`${name.padEnd(58)} ${value}`);
};

const secondsOf = (work: () => void): number => {
	const from = performance.now();
	work();
	return (performance.now() - from) / 1000;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** What is left when nobody else uses the machine. */
const quiet = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 10)]!;

const benchAppend = (within: string): void => {
	const count = 20;
	const line = encodeLine(anEvent(0), {seq: 1000, prev: genesis, epoch: 1, at: at.toISOString(), by}).bytes;
	const fd = openSync(join(within, 'bare'), constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND);
	const store = createFileJournal({folder: within, runId, genesis, by});
	const events = Array.from({length: count}, (_, index) => anEvent(index));
	const bare: number[] = [];
	const ours: number[] = [];
	const turns = [
		(): unknown => bare.push(secondsOf(() => {
			for (let index = 0; index < count; index++) {
				writeSync(fd, line);
				fdatasyncSync(fd);
			}
		})),
		(): unknown => ours.push(secondsOf(() => {
			for (const event of events) store.append(event, at);
		})),
	];
	// In many short turns, each side first in every other one, so that a busy disk is as busy for both.
	for (let round = 0; round < 500; round++) for (const turn of round % 2 === 0 ? turns : turns.toReversed()) turn();

	closeSync(fd);
	store.close();
	show(`bare write + fdatasync, ${line.length} bytes`, `${Math.round(count / median(bare))}/s`);
	show('journal append', `${Math.round(count / median(ours))}/s`);
	show('append / bare (at least 0.85)', `${(median(bare) / median(ours)).toFixed(2)}, in the quietest tenth ${(quiet(bare) / quiet(ours)).toFixed(2)}`);
};

const writeJournal = (folder: string, lines: number): string => {
	const path = journalPath(folder);
	const fd = openSync(path, 'w');
	let prev = genesis;
	for (let seq = 0; seq < lines; ) {
		const batch: Buffer[] = [];
		for (const until = Math.min(lines, seq + 1000); seq < until; seq++) {
			const {bytes, hash} = encodeLine(anEvent(seq), {seq, prev, epoch: 1, at: at.toISOString(), by});
			batch.push(bytes);
			prev = hash;
		}

		writeSync(fd, Buffer.concat(batch));
	}

	closeSync(fd);
	return path;
};

const verifyInOwnProcess = (path: string): {readonly seconds: number; readonly megabytes: number} => {
	const child = spawnSync(process.execPath, [import.meta.filename, 'verify', path], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});
	return JSON.parse(child.stdout) as {seconds: number; megabytes: number};
};

const verifyHere = async (path: string): Promise<void> => {
	const idle = process.memoryUsage().rss;
	const from = performance.now();
	const {verdict, lines} = await verifyJournal(readChunks(path), {genesis});
	const seconds = (performance.now() - from) / 1000;
	if (verdict.kind !== 'whole') throw new Error(`line ${lines + 1}: ${JSON.stringify(verdict)}`);
	console.log(JSON.stringify({seconds, megabytes: process.resourceUsage().maxRSS / 1024, idle}));
};

const benchVerify = (within: string): void => {
	const path = writeJournal(within, lineCount);
	const hashed: number[] = [];
	const verified: {readonly seconds: number; readonly megabytes: number}[] = [];
	for (let round = 0; round < 3; round++) {
		hashed.push(secondsOf(() => execFileSync('sha256sum', [path])));
		verified.push(verifyInOwnProcess(path));
	}

	const seconds = median(verified.map(one => one.seconds));
	show(`sha256sum, ${lineCount} lines, ${Math.round(statSync(path).size / 1e6)} MB`, `${median(hashed).toFixed(2)} s`);
	show('verify', `${seconds.toFixed(2)} s, ${Math.round(lineCount / seconds)} lines/s`);
	show('verify / sha256sum (at most 3)', (seconds / median(hashed)).toFixed(2));
	show('memory of verify, all of the process (at most 150 MB)', `${Math.round(Math.max(...verified.map(one => one.megabytes)))} MB`);
};

const benchOpen = (within: string): void => {
	writeJournal(within, 10_000);
	const times = Array.from({length: 5}, () => secondsOf(() => openFileJournal({folder: within, runId, genesis, by}).store.close()));
	show('open a run of 10,000 lines (at most 300 ms)', `${Math.round(median(times) * 1000)} ms`);
};

if (process.argv[2] === 'verify') {
	await verifyHere(process.argv[3]!);
} else {
	const within = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
	try {
		benchAppend(within);
		benchOpen(mkdtempSync(join(within, 'open-')));
		benchVerify(mkdtempSync(join(within, 'verify-')));
	} finally {
		rmSync(within, {recursive: true});
	}
}
