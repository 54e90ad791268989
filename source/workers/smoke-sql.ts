import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

import {judgeValue, type SqlReport, type SqlWork} from '../actions/smoke-sql.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {toolRunner} from './tool-runner.ts';

/** What a server that does not answer at all may take beyond the time-out of the query. */
const graceMs = 10_000;

/** Performs `smoke/sql`. Leaves all attempts in sql.json. */
export const askDatabase = async (work: SqlWork, place: Workplace): Promise<Report> => {
	const attempts: SqlReport['attempts'] = [];
	do {
		if (attempts.length > 0) await pause(work.intervalMs, undefined, {signal: place.signal}).catch(() => {});
		if (place.signal.aborted) break;
		const attempt = await askOnce(work, place);
		attempts.push(attempt);
		place.say(`${attempt.value ?? ''}\n${attempt.fault === null ? 'passed' : `FAILED: ${attempt.fault}`}${work.retries === 0 ? '' : ` (attempt ${attempts.length} of ${work.retries + 1})`}`.trim());
	} while (attempts.at(-1)?.fault !== null && attempts.length <= work.retries);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'sql.json');
	writeDurably(evidence, `${JSON.stringify({attempts}, null, '\t')}\n`);
	return {ok: attempts.at(-1)?.fault === null && !place.signal.aborted, data: {attempts} satisfies SqlReport, evidence: [evidence]};
};

const askOnce = async ({argv, expect, timeoutMs}: SqlWork, place: Workplace): Promise<SqlReport['attempts'][number]> => {
	const at = new Date().toISOString();
	const startedMs = performance.now();
	const late = AbortSignal.timeout(timeoutMs + graceMs);
	const {exitCode, stdout, stderr} = await toolRunner({...place, signal: AbortSignal.any([place.signal, late])}, {})(argv);
	const durationMs = Math.round(performance.now() - startedMs);
	if (place.signal.aborted) return {at, durationMs, value: null, fault: 'cancelled'};
	if (late.aborted) return {at, durationMs, value: null, fault: 'the server gave no answer in time'};
	if (exitCode !== 0) return {at, durationMs, value: null, fault: sqlError(stderr) ?? `psql ended with exit status ${exitCode ?? 'unknown'}`};
	const value = stdout.replace(/\n$/, '').slice(0, 4096);
	return {at, durationMs, value, fault: judgeValue(expect, value)};
};

/** psql's own words: `ERROR:  relation "x" does not exist`, or the line about the connection. */
const sqlError = (stderr: string): string | undefined => {
	const lines = stderr.split('\n').map(line => line.trim().replaceAll(/\s+/g, ' ')).filter(line => line !== '');
	return (lines.find(line => /\b(ERROR|FATAL):/.test(line)) ?? lines[0])?.replace(/^psql: (error: )?/, '');
};
