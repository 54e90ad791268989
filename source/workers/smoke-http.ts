import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';

import type {SmokeWork} from '../actions/smoke-http.ts';
import type {Check, HeaderValue} from '../actions/smoke/check.ts';
import {formatMilliseconds} from '../actions/smoke/format-milliseconds.ts';
import {hasPassed, type SmokeReport} from '../actions/smoke/smoke-report.ts';
import {judgeAnswer, type HttpAnswer} from '../actions/smoke/judge-response.ts';
import {nameFailure} from '../actions/smoke/transport-failure.ts';
import {writeDurably} from '../stores/files.ts';
import {makeSafe} from '../text/safe-text.ts';
import {wrap} from '../text/wrap.ts';
import type {Report, Workplace} from './performer.ts';

type CheckReport = SmokeReport['checks'][number];
type Attempt = CheckReport['attempts'][number];

/** How much of a body is read and judged. */
const largestBodyBytes = 4 * 1024 * 1024;
/** How much of the body of a failed answer is kept as evidence. */
const keptBodyCharacters = 4096;

/** Performs `smoke/http`. Leaves all attempts, with the answers that failed, in `smoke.json`. */
export const checkHttp = async (work: SmokeWork, place: Workplace): Promise<Report> => {
	const kept: KeptAnswer[] = [];
	const reports: (CheckReport | undefined)[] = work.checks.map(() => undefined);
	const say = sayRow(place);
	const waiting = work.checks.map((check, index) => ({check, index}));
	const takeNext = async (): Promise<void> => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) reports[next.index] = await performCheck(next.check, place.signal, kept, say);
	};
	await Promise.all(Array.from({length: Math.min(work.parallel, work.checks.length)}, takeNext));
	const checks = reports.filter(report => report !== undefined);
	if (work.checks.length > 1) place.say(`\n${checks.filter(hasPassed).length} of ${work.checks.length} passed`);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'smoke.json');
	writeDurably(evidence, `${JSON.stringify({checks, failedAnswers: kept}, null, '\t')}\n`);
	return {ok: checks.length > 0 && checks.every(hasPassed) && !place.signal.aborted, data: {checks} satisfies SmokeReport, evidence: [evidence]};
};

export type KeptAnswer = {readonly name: string; readonly at: string; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string};

/** All attempts of one check. Its answers that failed go to `kept`, a row for each attempt to `say`. */
export const performCheck = async (check: Check, cancelled: AbortSignal, kept: KeptAnswer[], say: SayRow): Promise<CheckReport> => {
	const attempts: Attempt[] = [];
	do {
		if (attempts.length > 0) await pause(check.intervalMs, undefined, {signal: cancelled}).catch(() => {});
		if (cancelled.aborted) break;
		const {attempt, answer} = await tryOnce(check, cancelled);
		attempts.push(attempt);
		if (attempt.faults.length > 0 && answer !== null) kept.push(keepAnswer(check, attempt, answer));
		say(check, attempt, attempts.length);
	} while (attempts.at(-1)?.faults.length !== 0 && attempts.length <= check.retries);
	return {name: check.name, url: check.url, method: check.method, attempts};
};

const tryOnce = async (check: Check, cancelled: AbortSignal): Promise<{readonly attempt: Attempt; readonly answer: HttpAnswer | null}> => {
	const at = new Date().toISOString();
	const startedMs = performance.now();
	try {
		const answer = await ask(check, AbortSignal.any([cancelled, AbortSignal.timeout(check.timeoutMs)]), startedMs);
		return {attempt: {at, latencyMs: answer.latencyMs, status: answer.status, faults: [...judgeAnswer(check, answer)]}, answer};
	} catch (error) {
		const fault = cancelled.aborted ? {kind: 'cancelled', what: 'cancelled'} : nameFailure(error, {timeoutMs: check.timeoutMs, host: new URL(check.url).host});
		return {attempt: {at, latencyMs: Math.round(performance.now() - startedMs), status: null, faults: [fault]}, answer: null};
	}
};

/** Redirects are not followed: that an address leads to a login is an answer, not a way. */
const ask = async ({url, method, headers, body}: Check, signal: AbortSignal, startedMs: number): Promise<HttpAnswer> => {
	const response = await fetch(url, {method, headers: {'user-agent': 'slipway', ...valuesOf(headers)}, redirect: 'manual', signal, ...(body === null ? {} : {body})});
	const chunks: Uint8Array[] = [];
	let sizeBytes = 0;
	for await (const chunk of response.body ?? []) {
		chunks.push(chunk);
		sizeBytes += chunk.byteLength;
		if (sizeBytes > largestBodyBytes) break;
	}

	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		body: new TextDecoder().decode(Buffer.concat(chunks).subarray(0, largestBodyBytes)),
		isCut: sizeBytes > largestBodyBytes,
		latencyMs: Math.round(performance.now() - startedMs),
	};
};

const valuesOf = (headers: Readonly<Record<string, HeaderValue>>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(headers).map(([name, value]) => {
			const text = typeof value === 'string' ? value : process.env[value.env];
			if (text === undefined || text === '') throw new Error(`the header ${name} can't be sent: ${typeof value === 'string' ? 'it is empty' : `${value.env} is not set`}`);
			return [name, text];
		}),
	);

/** Cookies are credentials, so they are not kept. */
const keepAnswer = ({name}: Check, {at}: Attempt, {status, headers, body}: HttpAnswer): KeptAnswer => ({
	name,
	at,
	status,
	headers: Object.fromEntries(Object.entries(headers).filter(([header]) => header !== 'set-cookie')),
	body: body.slice(0, keptBodyCharacters),
});

type SayRow = (check: Check, attempt: Attempt, number: number) => void;

/**
Rows of a table that fills. Why a check failed stands below its row, in lines that fit beside the steps of a screen of 80 columns.

	passed  200    84 ms  login
	FAILED  503     2 ms  search, attempt 1 of 3
	  status 503, expected 2xx
*/
export const sayRow = ({say}: Pick<Workplace, 'say'>): SayRow => ({name, retries}, {status, latencyMs, faults}, number) => {
	const isPassed = faults.length === 0;
	const attempt = isPassed ? (number > 1 ? `, on attempt ${number}` : '') : retries > 0 ? `, attempt ${number} of ${retries + 1}` : '';
	const figures = [isPassed ? 'passed' : 'FAILED', String(status ?? '-').padStart(3), formatMilliseconds(latencyMs).padStart(8), ''].join('  ');
	const [first = '', ...rest] = wrap(makeSafe(`${name}${attempt}`), rowColumns - figures.length);
	say([`${figures}${first}`, ...rest.map(line => `${' '.repeat(figures.length)}${line}`), ...faults.flatMap(({what}) => wrap(makeSafe(what), rowColumns - causeInset.length).map(line => `${causeInset}${line}`))].join('\n'));
};

const rowColumns = 50;
const causeInset = '  ';
