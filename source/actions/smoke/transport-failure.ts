import {formatMilliseconds} from './format-milliseconds.ts';

/** Why no answer came at all. `other` keeps Node's own words. */
export type TransportFailure = {readonly kind: 'dns' | 'refused' | 'reset' | 'timed-out' | 'tls' | 'unreachable' | 'cut' | 'not-http' | 'other'; readonly what: string};

/**
Names the failure of a `fetch`. Its reason stands in a chain of causes, and in several at once when a name has several addresses.
The codes are those of libuv, OpenSSL and undici.
*/
export const nameFailure = (error: unknown, {timeoutMs, host}: {readonly timeoutMs: number; readonly host: string}): TransportFailure => {
	const causes = causesOf(error);
	if (causes.some(({name}) => name === 'TimeoutError')) return {kind: 'timed-out', what: `no whole answer within ${formatMilliseconds(timeoutMs)}`};
	if (causes.some(({message}) => message === 'bad port')) return {kind: 'other', what: `${host}: nothing is sent to this port, it is on the list of bad ports of the Fetch standard`};
	for (const {code, message} of causes) {
		if (code === undefined) continue;
		const row = table.find(({codes}) => codes.test(code));
		if (row !== undefined) return {kind: row.kind, what: row.say(host, code, message)};
	}

	const last = causes.at(-1);
	return {kind: 'other', what: last === undefined ? String(error) : `${last.message}${last.code === undefined ? '' : ` (${last.code})`}`};
};

type Cause = {readonly name: string; readonly message: string; readonly code: string | undefined};

const table: readonly {readonly kind: TransportFailure['kind']; readonly codes: RegExp; readonly say: (host: string, code: string, message: string) => string}[] = [
	{kind: 'dns', codes: /^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/, say: (host, code) => `the name ${host} can't be resolved (${code})`},
	{kind: 'refused', codes: /^ECONNREFUSED$/, say: host => `${host} refused the connection`},
	{kind: 'timed-out', codes: /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, say: host => `${host} did not answer in time`},
	{kind: 'tls', codes: /^CERT_HAS_EXPIRED$/, say: host => `the certificate of ${host} has expired`},
	{kind: 'tls', codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/, say: (host, _, message) => `the certificate is not for ${host}: ${message}`},
	{
		kind: 'tls',
		codes: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)$/,
		say: (host, code) => `the certificate of ${host} is not trusted (${code}); a private authority goes into NODE_EXTRA_CA_CERTS`,
	},
	{kind: 'tls', codes: /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/, say: (host, code, message) => `TLS with ${host} failed: ${opensslReason(message)} (${code})`},
	{kind: 'reset', codes: /^(ECONNRESET|EPIPE|ECONNABORTED)$/, say: host => `${host} closed the connection before it answered`},
	{kind: 'reset', codes: /^UND_ERR_SOCKET$/, say: (host, _, message) => `${host} closed the connection before the answer was whole: ${message}`},
	{kind: 'unreachable', codes: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN)$/, say: (host, code) => `there is no way to ${host} (${code})`},
	{kind: 'not-http', codes: /^HPE/, say: (host, _, message) => `${host} does not speak HTTP there: ${message}`},
];

const opensslReason = (message: string): string => /:([^:]+):[^:]*:\d+:?\s*$/.exec(message)?.[1] ?? message.trim();

const causesOf = (error: unknown): readonly Cause[] => {
	if (!(error instanceof Error)) return [];
	const {name, message} = error;
	// undici's parser leaves the code out when the very first bytes are wrong.
	const code = 'code' in error && typeof error.code === 'string' ? error.code : name === 'HTTPParserError' ? 'HPE' : undefined;
	const nested = error instanceof AggregateError ? error.errors.flatMap(causesOf) : [];
	return [{name, message, code}, ...causesOf(error.cause), ...nested];
};
