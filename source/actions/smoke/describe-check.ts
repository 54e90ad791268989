import {formatDuration} from '../../text/format-duration.ts';
import type {Check, Expectation} from './check.ts';
import {describeRule, listOf} from './judge-response.ts';

/**
A check as it is shown before it runs: its name, the request, and what its answer must be.

	login: GET https://egov.example/employee/login
	  status 200; body has "Sign in"; within 2 s; up to 3 attempts, 5 s apart, each given up after 10 s
*/
export const describeCheck = (check: Check): string =>
	[requestOf(check), `  ${[...expectationsOf(check.expect), attemptsOf(check)].join('; ')}`].join('\n');

const requestOf = ({name, method, url, body, headers}: Check): string => {
	const request = `${method} ${url}`;
	const sent = Object.entries(headers).map(([header, value]) => (typeof value !== 'string' ? `${header} from ${value.env}` : carriesCredential.test(header) ? `${header} (value not shown)` : `${header}: ${value}`));
	return [
		// A check without a name of its own is called after its request.
		name === `${method} ${new URL(url).pathname}` ? request : `${name}: ${request}`,
		...(body === null ? [] : [` with ${body.length > 200 ? `${body.slice(0, 199)}…` : body}`]),
		...(sent.length === 0 ? [] : [`\n  sends ${sent.join(', ')}`]),
	].join('');
};

/** A value of such a header is shown nowhere, even where somebody wrote it into the runbook. */
const carriesCredential = /authorization|cookie|token|secret|password|credential|key/i;

const expectationsOf = ({status = '2xx', header, body, json, latency, version}: Expectation): readonly string[] => [
	`status ${listOf<number | string>(status).join(' or ')}`,
	...(version === undefined ? [] : [`version ${version.equals} at ${version.json}`]),
	...Object.entries(header ?? {}).map(([name, rule]) => `header ${name} ${typeof rule === 'string' ? 'is' : 'matches'} ${describeRule(rule)}`),
	...Object.entries(json ?? {}).map(([path, rule]) => (rule !== null && typeof rule === 'object' ? `${path} matches ${describeRule(rule)}` : `${path} is ${JSON.stringify(rule)}`)),
	...listOf(body).map(rule => `body ${typeof rule === 'string' ? 'has' : 'matches'} ${describeRule(rule)}`),
	...(latency === undefined ? [] : [`within ${formatDuration(latency)}`]),
];

const attemptsOf = ({retries, intervalMs, timeoutMs}: Check): string =>
	retries === 0 ? `given up after ${formatDuration(timeoutMs)}` : `up to ${retries + 1} attempts, ${formatDuration(intervalMs)} apart, each given up after ${formatDuration(timeoutMs)}`;
