import type {ChainEnd} from './chain.ts';
import {isPlainJson} from './plain-json.ts';

/**
The quick look at a line, newline included: its epoch and type when it joins the chain and is written in the plainest way; `null` when the
careful look (`checkLine`) has to say. What this one accepts, the careful one accepts. It makes no text of what it only compares: of a million
lines that would be more rubbish than the journal is long.
*/
export const readPlainLine = (raw: Buffer, {seq, head, epoch}: ChainEnd): {readonly epoch: number; readonly type: string} | null => {
	const epochAt = skip(raw, skip(raw, skip(raw, skip(raw, skip(raw, 0, '{"v":1,"seq":'), String(seq)), ',"prev":"'), head), '","epoch":');
	if (epochAt === -1 || raw[epochAt] === 0x30 || raw[raw.length - 1] !== 0x0a || raw[raw.length - 2] !== 0x7d) return null;
	let at = epochAt;
	let lineEpoch = 0;
	for (let digit = raw[at]! - 0x30; digit >= 0 && digit <= 9; digit = raw[++at]! - 0x30) lineEpoch = lineEpoch * 10 + digit;
	if (lineEpoch < epoch || at - epochAt > 15) return null;
	const time = skip(raw, at, ',"at":"');
	const timeEnd = skipText(raw, time);
	if (timeEnd === -1 || !isInstant(raw.toString('latin1', time, timeEnd))) return null;
	const type = skip(raw, skipText(raw, skip(raw, timeEnd, '","by":"')), '","type":"');
	const typeEnd = skipText(raw, type);
	const data = skip(raw, typeEnd, '","data":');
	if (data === -1 || raw[data] !== 0x7b || !isPlainJson(raw, data, raw.length - 2)) return null;
	return {epoch: lineEpoch, type: raw.toString('latin1', type, typeEnd)};
};

/** As `Date.toISOString` writes it, so that no reader stumbles over a time that is none. */
export const isInstant = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/.test(text);

/** Where `text`, in ASCII, ends that stands at `at`; -1 when it doesn't. */
const skip = (raw: Buffer, at: number, text: string): number => {
	if (at === -1) return -1;
	for (let index = 0; index < text.length; index++) if (raw[at + index] !== text.charCodeAt(index)) return -1;
	return at + text.length;
};

/** Where the plain text that begins at `at` has its closing quote; -1 when it is not plain. */
const skipText = (raw: Buffer, at: number): number => {
	if (at === -1) return -1;
	for (let index = at; index < raw.length; index++) {
		const byte = raw[index]!;
		if (byte === 0x22) return index;
		if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return -1;
	}

	return -1;
};
