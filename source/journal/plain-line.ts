import type {ChainEnd} from './check-line.ts';
import {isPlainJson} from './plain-json.ts';

/**
The quick look at a line, newline included: its epoch and type when it joins the chain and is written in the plainest way; `null` when the
careful look (`checkLine`) has to say. What this one accepts, the careful one accepts.
*/
export const readPlainLine = (raw: Buffer, {seq, head, epoch}: ChainEnd): {readonly epoch: number; readonly type: string} | null => {
	const opening = `{"v":1,"seq":${seq},"prev":"${head}","epoch":`;
	if (raw.toString('latin1', 0, opening.length) !== opening || raw[raw.length - 1] !== 0x0a) return null;
	let at = opening.length;
	let lineEpoch = 0;
	for (let digit = raw[at]! - 0x30; digit >= 0 && digit <= 9; digit = raw[++at]! - 0x30) lineEpoch = lineEpoch * 10 + digit;
	if (lineEpoch < epoch || at - opening.length > 15 || raw[opening.length] === 0x30) return null;
	const time = textAfter(raw, at, ',"at":"');
	if (!isInstant(raw.toString('latin1', at + ',"at":"'.length, time - 1))) return null;
	const by = textAfter(raw, time, ',"by":"');
	const typeEnd = textAfter(raw, by, ',"type":"');
	const data = typeEnd === -1 ? -1 : typeEnd + dataKey.length;
	if (data === -1 || raw.toString('latin1', typeEnd, data) !== dataKey || raw[data] !== 0x7b || raw[raw.length - 2] !== 0x7d) return null;
	if (!isPlainJson(raw, data, raw.length - 2)) return null;
	return {epoch: lineEpoch, type: raw.toString('latin1', by + ',"type":"'.length, typeEnd - 1)};
};

/** As `Date.toISOString` writes it, so that no reader stumbles over a time that is none. */
export const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));

const dataKey = ',"data":';

/** Where the plain text ends, its closing quote included, that `key` (`,"at":"`) opens at `at`; -1 when it doesn't. */
const textAfter = (raw: Buffer, at: number, key: string): number => {
	if (at === -1 || raw.toString('latin1', at, at + key.length) !== key) return -1;
	for (let index = at + key.length; index < raw.length; index++) {
		const byte = raw[index]!;
		if (byte === 0x22) return index + 1;
		if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return -1;
	}

	return -1;
};
