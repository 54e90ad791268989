import {open} from 'node:fs/promises';

/** Large enough that the calls don't count, small enough that nobody notices the memory. */
const chunkBytes = 256 * 1024;

/** The bytes of a file, piece by piece. Each piece is good only until the next one is asked for: they share their memory. */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
	const file = await open(path, 'r');
	try {
		const buffer = Buffer.allocUnsafeSlow(chunkBytes);
		for (;;) {
			const {bytesRead} = await file.read(buffer, 0, chunkBytes);
			if (bytesRead === 0) return;
			yield buffer.subarray(0, bytesRead);
		}
	} finally {
		await file.close();
	}
}
