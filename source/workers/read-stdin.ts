import {readSync} from 'node:fs';

/**
All of standard input as text. A pipe whose other end does not block (kubectl makes its own so) has nothing to read at times, which
`readFileSync(0)` takes for an error; here it is waited for.
*/
export const readStdin = (): string => {
	const chunks: Buffer[] = [];
	const buffer = Buffer.alloc(1 << 16);
	for (;;) {
		const bytes = readSome(buffer);
		if (bytes === 0) return Buffer.concat(chunks).toString('utf8');
		if (bytes === null) Atomics.wait(sleeper, 0, 0, pauseMs);
		else chunks.push(Buffer.from(buffer.subarray(0, bytes)));
	}
};

const pauseMs = 5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** How many bytes were read: 0 at the end, null while there are none. */
const readSome = (buffer: Buffer): number | null => {
	try {
		return readSync(0, buffer);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EAGAIN') return null;
		if (code === 'EOF') return 0;
		throw error;
	}
};
