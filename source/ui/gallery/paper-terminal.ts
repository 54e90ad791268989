import {EventEmitter} from 'node:events';

/** A screen that keeps what was written to it: as wide, as tall and as much a terminal as it says. */
export class PaperScreen extends EventEmitter {
	readonly isTTY = true;
	readonly writable = true;
	columns: number;
	rows: number;
	/** The last whole frame, with its colours. */
	frame = '';
	/** Everything that was written, one piece a write. */
	readonly written: string[] = [];

	constructor(columns: number, rows: number) {
		super();
		this.columns = columns;
		this.rows = rows;
	}

	readonly write = (text: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
		const piece = String(text);
		this.written.push(piece);
		// Ink's debug mode writes each frame whole; what is shorter than two lines is a mode switch.
		if (piece.includes('\n')) this.frame = piece;
		const done = rest.at(-1);
		if (typeof done === 'function') done();
		return true;
	};

	resize(columns: number, rows: number): void {
		this.columns = columns;
		this.rows = rows;
		this.emit('resize');
	}
}

/** A keyboard on which `type` presses keys. */
export class PaperKeyboard extends EventEmitter {
	readonly isTTY = true;
	#waiting: string | null = null;

	type(keys: string): void {
		this.#waiting = keys;
		this.emit('readable');
		this.emit('data', keys);
	}

	readonly read = (): string | null => {
		const keys = this.#waiting;
		this.#waiting = null;
		return keys;
	};

	readonly setEncoding = (): this => this;
	readonly setRawMode = (): this => this;
	readonly resume = (): this => this;
	readonly pause = (): this => this;
	readonly ref = (): this => this;
	readonly unref = (): this => this;
}
