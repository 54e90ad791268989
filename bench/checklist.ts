/**
The checklist beside kube-score, on the same rendered objects and the same machine: `npm run build`, then `node --import tsx bench/checklist.ts`.
kube-score is found on PATH or as $KUBE_SCORE (go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0).
Wall time is that of the whole process, its start included; medians of runs that alternate.
*/
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';

import {renderedServices} from './checklist-bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'checklist-bench-'));
const runs = Number(process.env['RUNS'] ?? 5);
const kubeScore = process.env['KUBE_SCORE'] ?? 'kube-score';

/** The program as it is shipped: `npm run build` makes it. */
const program = resolve('dist/slipway.mjs');

/** Writes the most memory that the process had, in KiB, when it ends. */
const memoryHook = `--import=data:text/javascript,${encodeURIComponent("process.on('exit',()=>process.stderr.write('\\n'+process.resourceUsage().maxRSS))")}`;

const time = (command: string, args: readonly string[]): {readonly seconds: number; readonly stderr: string; readonly bytes: number} => {
	const started = process.hrtime.bigint();
	const {stdout, stderr, error} = spawnSync(command, [...args], {encoding: 'utf8', maxBuffer: 1e9});
	if (error !== undefined) throw error;
	return {seconds: Number(process.hrtime.bigint() - started) / 1e9, stderr, bytes: stdout.length};
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

try {
	for (const services of [150, 600, 1000]) {
		const file = join(folder, `${services}.yaml`);
		const text = renderedServices(services);
		writeFileSync(file, text);
		const ours: number[] = [];
		const json: number[] = [];
		const theirs: number[] = [];
		for (let run = 0; run < runs; run += 1) {
			ours.push(time(process.execPath, [program, 'check', file]).seconds);
			json.push(time(process.execPath, [program, 'check', file, '--format', 'json']).seconds);
			theirs.push(time(kubeScore, ['score', file]).seconds);
		}

		const memory = Number(time(process.execPath, [memoryHook, program, 'check', file]).stderr.trim().split('\n').at(-1)) / 1024;
		console.log(`${services * 10} objects, ${(text.length / 1e6).toFixed(1)} MB: slipway check ${median(ours).toFixed(2)} s (${memory.toFixed(0)} MB), as JSON ${median(json).toFixed(2)} s, kube-score ${median(theirs).toFixed(2)} s, ratio ${(median(ours) / median(theirs)).toFixed(2)}`);
	}
} finally {
	rmSync(folder, {recursive: true});
}
