import {checksum, blockBytes} from './tar.ts';

/** An entry of an archive that somebody gives us. `kind`: everything that is neither a file nor a folder is `other`, and is never made. */
export type ReadEntry = {readonly path: string; readonly kind: 'file' | 'folder' | 'other'; readonly sizeBytes: number; /** Where its content begins in the archive. */ readonly at: number};

/** Reads a part of the archive: fewer bytes only at its end. */
export type ReadAt = (at: number, length: number) => Buffer;

/** Longer extended headers are none of ours. */
const longestPax = 64 * 1024;

/** The entries of a tar archive, or what is wrong with it, as the rest of a sentence that begins with "It". Reads headers only. */
export const readTar = (readAt: ReadAt, archiveBytes: number): readonly ReadEntry[] | string => {
	const entries: ReadEntry[] = [];
	let extended: Readonly<Record<string, string>> = {};
	for (let at = 0; ; ) {
		const header = readAt(at, blockBytes);
		if (header.length < blockBytes) return 'breaks off';
		if (header.every(byte => byte === 0)) return entries;
		const field = (from: number, length: number): string => header.subarray(from, from + length).toString('utf8').replace(/\0[\s\S]*$/, '');
		const octal = (from: number, length: number): number => (/^[0-7]+$/.test(field(from, length).trim()) ? Number.parseInt(field(from, length).trim(), 8) : Number.NaN);
		if (octal(148, 8) !== checksum(header)) return at === 0 ? 'is not a tar archive' : 'is damaged';
		const type = field(156, 1);
		const sizeBytes = type === 'x' ? octal(124, 12) : extended['size'] === undefined ? octal(124, 12) : Number(extended['size']);
		if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return 'is damaged';
		const content = at + blockBytes;
		if (content + sizeBytes > archiveBytes) return 'breaks off';
		at = content + Math.ceil(sizeBytes / blockBytes) * blockBytes;
		if (type === 'x') {
			const records = sizeBytes > longestPax ? null : readPax(readAt(content, sizeBytes).toString('utf8'));
			if (records === null) return 'is damaged';
			extended = records;
			continue;
		}

		const prefix = field(345, 155);
		const path = extended['path'] ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`);
		entries.push({path, kind: type === '0' || type === '' ? 'file' : type === '5' ? 'folder' : 'other', sizeBytes, at: content});
		extended = {};
	}
};

const readPax = (text: string): Readonly<Record<string, string>> | null => {
	const bytes = Buffer.from(text);
	const records: Record<string, string> = {};
	for (let at = 0; at < bytes.length; ) {
		const [, length = ''] = /^(\d{1,6}) /.exec(bytes.subarray(at, at + 7).toString('latin1')) ?? [];
		const record = bytes.subarray(at + length.length + 1, at + Number(length)).toString('utf8');
		const equals = record.indexOf('=');
		if (length === '' || equals === -1 || !record.endsWith('\n')) return null;
		records[record.slice(0, equals)] = record.slice(equals + 1, -1);
		at += Number(length);
	}

	return records;
};
