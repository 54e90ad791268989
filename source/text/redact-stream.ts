import {mask, secretForms} from './redact.ts';

/** Takes declared secrets out of a stream of bytes, however it is cut into chunks. */
export type ByteRedactor = {
	/** The bytes that may be passed on now; the last few are held back while they could be the beginning of a secret. */
	readonly push: (chunk: Uint8Array) => Uint8Array;
	/** What is still held back, at the end of the stream. */
	readonly flush: () => Uint8Array;
};

/**
As `redactor`, for bytes as they come: no secret shows because a chunk ended in its middle. Bytes that are no UTF-8 pass unchanged. URL
passwords are not looked for here: they are found in whole lines only.
*/
export const byteRedactor = (secrets: readonly string[]): ByteRedactor => {
	const forms = secretForms(secrets).map(form => Buffer.from(form));
	const longest = Math.max(0, ...forms.map(form => form.length));
	let held: Buffer = Buffer.alloc(0);

	const redact = (bytes: Buffer, isEnd: boolean): Uint8Array => {
		const parts: Uint8Array[] = [];
		let from = 0;
		for (const {start, end} of findForms(bytes, forms)) {
			// A longer secret may begin here and end in the next chunk.
			if (!isEnd && start > bytes.length - longest) break;
			if (start < from) continue;
			parts.push(bytes.subarray(from, start), maskBytes);
			from = end;
		}

		const passed = isEnd ? bytes.length : Math.max(from, bytes.length - longest + 1);
		parts.push(bytes.subarray(from, passed));
		held = Buffer.from(bytes.subarray(passed));
		return Buffer.concat(parts);
	};

	if (longest === 0) return {push: chunk => chunk, flush: () => new Uint8Array()};
	return {
		push: chunk => redact(Buffer.concat([held, chunk]), false),
		flush: () => redact(held, true),
	};
};

const maskBytes = Buffer.from(mask);

/** Where the forms stand, from left to right; of two that begin at one place the longer first. */
const findForms = (bytes: Buffer, forms: readonly Buffer[]): readonly {start: number; end: number}[] => {
	const found: {start: number; end: number}[] = [];
	for (const form of forms) {
		for (let start = bytes.indexOf(form); start !== -1; start = bytes.indexOf(form, start + 1)) found.push({start, end: start + form.length});
	}

	return found.toSorted((a, b) => a.start - b.start || b.end - a.end);
};
