import {compile} from 'json-p3';
import * as z from 'zod';

import {durationShape} from '../../runbook/duration.ts';

/** A text that must be equal, or `{matches: 'regular expression'}`. */
const textRule = z.lazy(() => z.union([z.string(), z.strictObject({matches: regularExpression()})]));

const status = z.lazy(() => z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/, 'A status is expected: 200 or 2xx.')]));

const expectation = z.lazy(() => z.strictObject({
	status: z.union([status, z.array(status).min(1)]).optional(),
	header: z.record(z.string(), textRule).optional().describe('Response headers by name'),
	body: z.union([textRule, z.array(textRule)]).optional().describe('A text that the body contains'),
	json: z.record(jsonPath(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.strictObject({matches: regularExpression()})])).optional().describe('Values by JSONPath'),
	latency: durationShape.optional().describe('The longest time until the body is whole'),
	version: z.strictObject({json: jsonPath(), equals: z.string()}).optional().describe('Where the service says its version, and what it must say'),
}));

const request = () => ({
	url: z
		.string()
		.refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'An http or https address is expected.')
		.refine(text => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''), 'A password does not belong into an address; send it as a header.')
		.describe('http or https'),
	method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
	headers: z.record(z.string(), z.union([z.string(), z.strictObject({env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)})])).describe('Request headers; {env: NAME} is read from the environment when it is sent, and never shown'),
	body: z.string(),
	expect: expectation,
	retries: z.int().min(0).max(1000).describe('How many more attempts may follow a failed one'),
	interval: durationShape.describe('Pause between two attempts'),
	timeout: durationShape.describe('The longest time that one attempt may take'),
});

/** One request, each key of it optional. */
export const single = z.lazy(() => z.strictObject({name: z.string().min(1), ...request()}).partial());

/** `smoke/http`: one check, or many with shared settings beside `checks`. */
export const smokeSettings = z.lazy(() => z
	.strictObject({...single.unwrap().shape, checks: z.array(single.unwrap().required({url: true})).min(1).optional(), parallel: z.int().min(1).max(64).default(4)})
	.refine(({url, checks}) => (url === undefined) !== (checks === undefined), 'Either `url` or `checks` is expected.'));

export type SmokeSettings = z.infer<typeof smokeSettings>;
export type Expectation = z.infer<typeof expectation>;
export type TextRule = z.infer<typeof textRule>;

/** `{env: NAME}`: a credential; it stands in no file of ours. */
export type HeaderValue = string | {readonly env: string};

/** A request and what its answer must be; nothing is left to a default. */
export type Check = {
	readonly name: string;
	readonly url: string;
	readonly method: string;
	readonly headers: Readonly<Record<string, HeaderValue>>;
	readonly body: string | null;
	readonly expect: Expectation;
	readonly retries: number;
	readonly intervalMs: number;
	readonly timeoutMs: number;
};

/** Settings beside `checks` hold for each check that does not bring its own; expectations and headers are joined. */
export const checksOf = ({checks, ...shared}: z.infer<typeof single> & Pick<SmokeSettings, 'checks'>): readonly Check[] =>
	(checks ?? [{url: '', ...shared}]).map(check => {
		const merged = {...shared, ...check};
		return {
			name: merged.name ?? `${merged.method ?? 'GET'} ${new URL(merged.url).pathname}`,
			url: merged.url,
			method: merged.method ?? 'GET',
			headers: {...shared.headers, ...check.headers},
			body: merged.body ?? null,
			expect: {...shared.expect, ...check.expect},
			retries: merged.retries ?? 0,
			intervalMs: merged.interval ?? 2000,
			timeoutMs: merged.timeout ?? 10_000,
		};
	});

function regularExpression() {
	return z.string().refine(text => isReadable(() => new RegExp(text)), 'This is no regular expression.');
}

/** RFC 9535. */
function jsonPath() {
	return z.string().refine(text => isReadable(() => compile(text)), 'This is no JSONPath; one looks like $.version or $.items[0].name.');
}

function isReadable(read: () => unknown): boolean {
	try {
		read();
		return true;
	} catch {
		return false;
	}
}
