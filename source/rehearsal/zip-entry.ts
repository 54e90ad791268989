import {closeSync, createReadStream, createWriteStream, fstatSync, openSync, readSync} from 'node:fs';
import {Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {crc32, createInflateRaw} from 'node:zlib';

/** Where a file lies in an archive, and what its bytes must add up to. */
export type ZipEntry = {readonly name: string; readonly offset: number; readonly packedBytes: number; readonly sizeBytes: number; readonly crc: number; readonly isDeflated: boolean};

/**
Finds a file in a zip archive by its name; `null` when it is not there. Archives above 4 GiB, encrypted or split ones are not read.
Throws `Error` for what is no archive. Source: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
*/
export const findZipEntry = (archive: string, name: string): ZipEntry | null => {
	const fd = openSync(archive, 'r');
	try {
		const end = readEnd(fd, archive);
		const directory = readAt(fd, end.readUInt32LE(16), end.readUInt32LE(12));
		for (let at = 0; at + headerBytes <= directory.length && directory.readUInt32LE(at) === directorySignature; ) {
			const [nameBytes, extraBytes, commentBytes] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)];
			if (directory.toString('utf8', at + headerBytes, at + headerBytes + nameBytes) === name) return entryFrom(fd, directory.subarray(at), name);
			at += headerBytes + nameBytes + extraBytes + commentBytes;
		}

		return null;
	} finally {
		closeSync(fd);
	}
};

/** Writes the file's bytes to `destination` (a new file, mode 0700). Throws `Error` when they are not those that the archive promises. */
export const extractZipEntry = async (archive: string, entry: ZipEntry, destination: string): Promise<void> => {
	const sum = {crc: 0, sizeBytes: 0};
	const check = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			sum.crc = crc32(chunk, sum.crc);
			sum.sizeBytes += chunk.length;
			done(null, chunk);
		},
	});
	const packed = createReadStream(archive, {start: entry.offset, end: entry.offset + entry.packedBytes - 1});
	const file = createWriteStream(destination, {flags: 'wx', mode: 0o700});
	await (entry.isDeflated ? pipeline(packed, createInflateRaw({chunkSize: 1 << 20}), check, file) : pipeline(packed, check, file));
	if (sum.crc !== entry.crc || sum.sizeBytes !== entry.sizeBytes) throw new Error(`${entry.name} in ${archive} is damaged`);
};

const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const headerBytes = 46;
const endBytes = 22;
const longestComment = 65_535;

/** The end of the central directory stands last, but for a comment. */
const readEnd = (fd: number, archive: string): Buffer => {
	const {size} = fstatSync(fd);
	const tail = readAt(fd, Math.max(0, size - endBytes - longestComment), Math.min(size, endBytes + longestComment));
	for (let at = tail.length - endBytes; at >= 0; at--) if (tail.readUInt32LE(at) === endSignature) return tail.subarray(at);
	throw new Error(`${archive} is no zip archive`);
};

/** The name and the extra field before the bytes may be longer in the local header than in the directory. */
const entryFrom = (fd: number, header: Buffer, name: string): ZipEntry => {
	const localOffset = header.readUInt32LE(42);
	const local = readAt(fd, localOffset, 30);
	const method = header.readUInt16LE(10);
	const isEncrypted = (header.readUInt16LE(8) & 1) === 1;
	if (local.readUInt32LE(0) !== localSignature || isEncrypted || (method !== 0 && method !== 8)) throw new Error(`${name} is packed in a way that is not known here`);
	return {
		name,
		offset: localOffset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28),
		packedBytes: header.readUInt32LE(20),
		sizeBytes: header.readUInt32LE(24),
		crc: header.readUInt32LE(16),
		isDeflated: method === 8,
	};
};

const readAt = (fd: number, position: number, length: number): Buffer => {
	const bytes = Buffer.alloc(length);
	if (readSync(fd, bytes, 0, length, position) < length) throw new Error('the archive ends too early');
	return bytes;
};
