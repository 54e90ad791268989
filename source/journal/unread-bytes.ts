/** Enough for a chunk and the beginning of a line. */
const firstBytes = 512 * 1024;

/** Bytes that come in chunks and are taken in lines, in memory that is used again and again. */
export class UnreadBytes {
	#memory = Buffer.allocUnsafeSlow(firstBytes);
	#from = 0;
	#to = 0;

	get length(): number {
		return this.#to - this.#from;
	}

	/** Copies the chunk: its giver may use its memory again. Lines that were given before are good no more. */
	add(chunk: Uint8Array): void {
		const kept = this.length;
		const memory = kept + chunk.length > this.#memory.length ? Buffer.allocUnsafeSlow(2 * (kept + chunk.length)) : this.#memory;
		this.#memory.copy(memory, 0, this.#from, this.#to);
		memory.set(chunk, kept);
		this.#memory = memory;
		this.#from = 0;
		this.#to = kept + chunk.length;
	}

	/** The next line, newline included; `null` while it has no end. It stays until it is dropped. */
	nextLine(): Buffer | null {
		const newlineAt = this.#memory.indexOf(0x0a, this.#from);
		return newlineAt === -1 || newlineAt >= this.#to ? null : this.#memory.subarray(this.#from, newlineAt + 1);
	}

	drop(count: number): void {
		this.#from += count;
	}

	rest(): Buffer {
		return this.#memory.subarray(this.#from, this.#to);
	}
}
