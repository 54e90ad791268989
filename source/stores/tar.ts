/**
A tar archive (POSIX.1-1988 ustar; names and sizes that do not fit stand in a pax header of POSIX.1-2001), so that any `tar` unpacks it. The same
files give the same bytes: owner and group are 0, the times are those that are given.
*/
export type TarEntry = {
	/** With slashes, relative. */
	readonly path: string;
	readonly sizeBytes: number;
	/** Where a symbolic link points; null for a file. */
	readonly link: string | null;
	/** Seconds since 1970. */
	readonly modifiedAt: number;
};

export const blockBytes = 512;

/** What stands before an entry's content. */
export const tarHeader = (entry: TarEntry): Buffer => {
	const {path, sizeBytes, link, modifiedAt} = entry;
	const place = splitPath(path);
	const records: Record<string, string> = {
		...(place === null ? {path} : {}),
		...(sizeBytes > largestOctal ? {size: String(sizeBytes)} : {}),
		...(link !== null && (Buffer.byteLength(link) > 100 || !isAscii(link)) ? {linkpath: link} : {}),
	};
	const content = Buffer.from(Object.entries(records).map(paxRecord).join(''));
	const pax = content.length === 0 ? [] : [block({name: 'pax', prefix: '', sizeBytes: content.length, type: 'x', link: '', modifiedAt}), content, padding(content.length)];
	const {name, prefix} = place ?? {name: 'long', prefix: ''};
	return Buffer.concat([...pax, block({name, prefix, sizeBytes: sizeBytes > largestOctal ? 0 : sizeBytes, type: link === null ? '0' : '2', link: records['linkpath'] === undefined ? (link ?? '') : '', modifiedAt})]);
};

/** What stands behind the content of so many bytes. */
export const padding = (sizeBytes: number): Buffer => Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);

/** What stands at the end. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

const largestOctal = 0o77_777_777_777;

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

type Block = {readonly name: string; readonly prefix: string; readonly sizeBytes: number; readonly type: string; readonly link: string; readonly modifiedAt: number};

/** name 100, mode 8, uid 8, gid 8, size 12, mtime 12, checksum 8, type 1, link 100, magic 6, version 2, user 32, group 32, devices 16, prefix 155 */
const block = ({name, prefix, sizeBytes, type, link, modifiedAt}: Block): Buffer => {
	const bytes = Buffer.alloc(blockBytes);
	const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
	bytes.write(name, 0, 'utf8');
	bytes.write(`${octal(0o600, 8)}${octal(0, 8)}${octal(0, 8)}${octal(sizeBytes, 12)}${octal(modifiedAt, 12)}        ${type}`, 100, 'latin1');
	bytes.write(link, 157, 'utf8');
	bytes.write('ustar\u000000', 257, 'latin1');
	bytes.write(`${octal(0, 8)}${octal(0, 8)}`, 329, 'latin1');
	bytes.write(prefix, 345, 'utf8');
	bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return bytes;
};

/** The sum of the block's bytes, its own field taken for spaces. */
export const checksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);

/** Null when the path does not fit. */
const splitPath = (path: string): {readonly name: string; readonly prefix: string} | null => {
	if (!isAscii(path)) return null;
	if (path.length <= 100) return {name: path, prefix: ''};
	for (let at = path.indexOf('/'); at !== -1 && at <= 155; at = path.indexOf('/', at + 1)) {
		if (path.length - at - 1 <= 100) return {name: path.slice(at + 1), prefix: path.slice(0, at)};
	}

	return null;
};

/** `27 path=evidence/preview.1/a\n`: the number counts itself. */
const paxRecord = ([key, value]: readonly [string, string]): string => {
	const rest = ` ${key}=${value}\n`;
	let length = Buffer.byteLength(rest) + 1;
	while (String(length).length + Buffer.byteLength(rest) !== length) length = String(length).length + Buffer.byteLength(rest);
	return `${length}${rest}`;
};
