import {createInterface} from 'node:readline';

/** Lines of an input, one at a time. `peek` waits for the next one and leaves it to be taken; both give null at the end. */
export type LineReader = {readonly peek: () => Promise<string | null>; readonly take: () => Promise<string | null>; readonly close: () => void};

export const readLines = (input: NodeJS.ReadableStream): LineReader => {
	const reader = createInterface({input, terminal: false});
	const lines = reader[Symbol.asyncIterator]();
	let awaited: Promise<string | null> | null = null;
	const peek = (): Promise<string | null> => (awaited ??= lines.next().then(({done, value}) => (done === true ? null : value.trim())));
	return {
		peek,
		take: async () => {
			const line = await peek();
			if (line !== null) awaited = null;
			return line;
		},
		close: () => reader.close(),
	};
};
