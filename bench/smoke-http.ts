/**
What 200 HTTP checks cost beside a bare loop of `fetch` with the same parallelism: `node --import tsx bench/smoke-http.ts`. Whole processes, in turns,
so that a slow moment hits both; a server that answers at once, and one that takes 20 ms. At most 1.3 ×.
*/
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';

const worker = process.env['SLIPWAY_WORKER'] ?? resolve(import.meta.dirname, '../dist/worker.mjs');
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const [rounds, count, parallel] = [11, 200, 4];

const server = `
const {createServer} = require('node:http');
createServer((request, response) => setTimeout(() => response.end('{"status":"UP"}'), Number(process.argv[1])))
	.listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;
const loop = `
const urls = Array.from({length: ${count}}, (_, index) => 'http://127.0.0.1:' + process.argv[1] + '/' + index);
const next = async () => {
	for (let url = urls.shift(); url !== undefined; url = urls.shift()) {
		const response = await fetch(url);
		if (response.status !== 200 || JSON.parse(await response.text()).status !== 'UP') process.exit(1);
	}
};
Promise.all(Array.from({length: ${parallel}}, next));
`;

const timeOf = (args: readonly string[]): number => {
	const start = performance.now();
	if (spawnSync(process.execPath, [...args], {stdio: 'ignore'}).status !== 0) throw new Error(`${args[0] ?? ''} failed`);
	return performance.now() - start;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
	for (const delayMs of [0, 20]) {
		const serving = spawn(process.execPath, ['-e', server, String(delayMs)], {stdio: ['ignore', 'pipe', 'inherit']});
		const [port] = (await once(serving.stdout, 'data')) as [Buffer];
		const url = `http://127.0.0.1:${port.toString().trim()}`;
		const checks = Array.from({length: count}, (_, index) => ({name: `check ${index}`, url: `${url}/${index}`, method: 'GET', headers: {}, body: null, expect: {json: {'$.status': 'UP'}}, retries: 0, intervalMs: 1, timeoutMs: 10_000}));
		mkdirSync(join(folder, 'evidence'), {recursive: true});
		writeFileSync(join(folder, 'work.json'), JSON.stringify({uses: 'smoke/http', evidenceFolder: join(folder, 'evidence'), work: {checks, parallel}}));
		const times = {bare: [] as number[], ours: [] as number[]};
		for (let round = 0; round < rounds; round++) {
			times.bare.push(timeOf(['-e', loop, port.toString().trim()]));
			times.ours.push(timeOf([worker, folder]));
		}

		serving.kill();
		console.log(`${count} checks, ${parallel} at a time, ${String(delayMs).padStart(2)} ms each: bare loop ${median(times.bare).toFixed(0)} ms, smoke/http ${median(times.ours).toFixed(0)} ms, ${(median(times.ours) / median(times.bare)).toFixed(2)} ×`);
	}
} finally {
	rmSync(folder, {recursive: true, force: true});
}
