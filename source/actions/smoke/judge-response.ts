import {query, JSONPathError} from 'json-p3';

import {formatMilliseconds} from './format-milliseconds.ts';
import type {Check, Expectation, TextRule} from './check.ts';

export type HttpAnswer = {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	/** The body was longer than what was read. */
	readonly isCut: boolean;
	/** From sending to the last byte of the body. */
	readonly latencyMs: number;
};

export type AnswerFault = {
	readonly kind: 'status' | 'redirect' | 'login' | 'error-page' | 'header' | 'body' | 'json' | 'not-json' | 'old-version' | 'no-version' | 'slow';
	/** One line; what was expected and what came. */
	readonly what: string;
};

/** Everything in which the answer is not as expected, the most telling first. Empty: it passed. */
export const judgeAnswer = ({expect}: Pick<Check, 'expect'>, answer: HttpAnswer): readonly AnswerFault[] => [
	...statusFaults(expect, answer),
	...versionFaults(expect, answer),
	...errorPageFaults(answer),
	...Object.entries(expect.header ?? {}).flatMap(([name, rule]) => headerFaults(name, rule, answer)),
	...jsonFaults(expect, answer),
	...listOf(expect.body).flatMap(rule => bodyFaults(rule, answer)),
	...(expect.latency !== undefined && answer.latencyMs > expect.latency
		? [{kind: 'slow' as const, what: `answered in ${formatMilliseconds(answer.latencyMs)}, ${formatMilliseconds(expect.latency)} is allowed`}]
		: []),
];

export const listOf = <Item>(value: Item | readonly Item[] | undefined): readonly Item[] =>
	value === undefined ? [] : Array.isArray(value) ? (value as readonly Item[]) : [value as Item];

const statusFaults = ({status = '2xx'}: Expectation, {status: found, headers}: HttpAnswer): readonly AnswerFault[] => {
	const wanted = listOf<number | string>(status);
	if (wanted.some(rule => (typeof rule === 'number' ? rule === found : Number(rule[0]) === Math.floor(found / 100)))) return [];
	const location = headers['location'];
	const expected = wanted.join(' or ');
	if (found >= 300 && found < 400 && location !== undefined)
		return loginAddress.test(location)
			? [{kind: 'login', what: `redirected to a login: ${location} (status ${found}, expected ${expected})`}]
			: [{kind: 'redirect', what: `redirected to ${location} (status ${found}, expected ${expected})`}];
	return [{kind: 'status', what: `status ${found}, expected ${expected}`}];
};

const loginAddress = /(^|[/._-])(log-?in|log-?on|sign-?in|sso|oauth2?|openid-connect|authenticate|authorize|saml2?|cas)([/._?#&=-]|$)/i;

/** A page that says by its title or heading that it is an error, although its status is that of a success. */
const errorPageFaults = ({status: found, headers, body}: HttpAnswer): readonly AnswerFault[] => {
	if (found >= 300 || !isHtml(headers)) return [];
	const titles = [...body.slice(0, 64 * 1024).matchAll(/<(title|h1)\b[^>]*>([^<]{1,200})</gi)].map(match => (match[2] ?? '').trim());
	const title = titles.find(text => errorTitle.test(text));
	return title === undefined ? [] : [{kind: 'error-page', what: `error page with status ${found}: "${title.replaceAll(/\s+/g, ' ')}"`}];
};

const errorTitle =
	/\b(error|exception|not found|bad gateway|bad request|forbidden|unauthori[sz]ed|access denied|unavailable|time-?out|timed out|maintenance|something went wrong|50[0-4]|40[0-4])\b/i;

const isHtml = (headers: HttpAnswer['headers']): boolean => /^(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');

const headerFaults = (name: string, rule: TextRule, {headers}: HttpAnswer): readonly AnswerFault[] => {
	const found = headers[name.toLowerCase()];
	if (found === undefined) return [{kind: 'header', what: `header ${name} is missing, expected ${describeRule(rule)}`}];
	const isRight = typeof rule === 'string' ? found === rule : new RegExp(rule.matches).test(found);
	return isRight ? [] : [{kind: 'header', what: `header ${name} is "${shorten(found)}", expected ${describeRule(rule)}`}];
};

const bodyFaults = (rule: TextRule, {body, isCut}: HttpAnswer): readonly AnswerFault[] => {
	const isRight = typeof rule === 'string' ? body.includes(rule) : new RegExp(rule.matches, 'm').test(body);
	return isRight ? [] : [{kind: 'body', what: `body lacks ${describeRule(rule)}${isCut ? ' in the part that was read' : ''}: ${excerpt(body)}`}];
};

const jsonFaults = ({json}: Expectation, answer: HttpAnswer): readonly AnswerFault[] => {
	if (json === undefined) return [];
	const parsed = parseJson(answer);
	if ('fault' in parsed) return [parsed.fault];
	return Object.entries(json).flatMap(([path, rule]): readonly AnswerFault[] => {
		const found = select(path, parsed.value);
		if (typeof found === 'string') return [{kind: 'json', what: found}];
		const expected = rule !== null && typeof rule === 'object' ? describeRule(rule) : JSON.stringify(rule);
		if (found.length === 0) return [{kind: 'json', what: `${path} selects nothing, expected ${expected}`}];
		const wrong = found.find(value => !(rule !== null && typeof rule === 'object' ? typeof value === 'string' && new RegExp(rule.matches).test(value) : value === rule));
		return wrong === undefined ? [] : [{kind: 'json', what: `${path} is ${shorten(JSON.stringify(wrong))}, expected ${expected}`}];
	});
};

const versionFaults = ({version}: Expectation, answer: HttpAnswer): readonly AnswerFault[] => {
	if (version === undefined) return [];
	const parsed = parseJson(answer);
	const found = 'fault' in parsed ? parsed.fault.what : select(version.json, parsed.value);
	if (typeof found === 'string') return [{kind: 'no-version', what: `version not told: ${found}`}];
	if (found.length === 0) return [{kind: 'no-version', what: `version not told: ${version.json} selects nothing`}];
	const wrong = found.find(value => String(value) !== version.equals);
	return wrong === undefined ? [] : [{kind: 'old-version', what: `old version answering: ${shorten(String(wrong))}, expected ${version.equals}`}];
};

/** What the path selects (RFC 9535), or why it can't be read. */
const select = (path: string, value: unknown): readonly unknown[] | string => {
	try {
		return query(path, value as Parameters<typeof query>[1]).values();
	} catch (error) {
		if (error instanceof JSONPathError) return `${path} is no JSONPath: ${error.message}`;
		throw error;
	}
};

const parseJson = ({body, headers, isCut}: HttpAnswer): {readonly value: unknown} | {readonly fault: AnswerFault} => {
	try {
		return {value: JSON.parse(body)};
	} catch {
		const what = isCut ? 'JSON is longer than what is read' : isHtml(headers) ? `an HTML page came instead of JSON: ${excerpt(body)}` : `this is no JSON: ${excerpt(body)}`;
		return {fault: {kind: 'not-json', what}};
	}
};

export const describeRule = (rule: TextRule): string => (typeof rule === 'string' ? `"${shorten(rule)}"` : `/${rule.matches}/`);

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

const excerpt = (body: string): string => (body.trim() === '' ? 'it is empty' : `"${shorten(body.trim().replaceAll(/\s+/g, ' '))}"`);
