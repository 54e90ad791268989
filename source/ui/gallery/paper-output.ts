import {makeSafe} from '../../text/safe-text.ts';
import type {OutputLines} from '../hooks/output-lines.ts';

/** An output that says what it is told to. */
export class PaperOutput implements OutputLines {
	#lines: readonly string[];
	#version = 0;
	readonly #listeners = new Set<() => void>();
	readonly #at: Date | null;
	isClosed = false;

	constructor(lines: readonly string[], lastOutputAt: Date | null = null) {
		this.#lines = lines;
		this.#at = lastOutputAt;
	}

	say(...lines: readonly string[]): void {
		this.#lines = [...this.#lines, ...lines];
		this.#version++;
		for (const listener of this.#listeners) listener();
	}

	readonly version = (): number => this.#version;
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	};
	readonly lineCount = (): number => this.#lines.length;
	readonly lines: OutputLines['lines'] = (first, count) => this.#lines.slice(first, first + count).map(text => ({stream: text.startsWith('Error') ? 'err' : 'out', text: makeSafe(text)}));
	readonly search: OutputLines['search'] = async (text, from, direction) => {
		const isFound = (line: string): boolean => line.toLowerCase().includes(text.toLowerCase());
		const index = direction === 'forwards' ? this.#lines.findIndex((line, place) => place >= from && isFound(line)) : this.#lines.findLastIndex((line, place) => place <= from && isFound(line));
		return index === -1 ? null : index;
	};
	readonly lastOutputAt = (): Date | null => this.#at;
	readonly close = (): void => {
		this.isClosed = true;
	};
}
