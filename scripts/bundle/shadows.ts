import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {Plugin} from 'esbuild';

/** Lines before single files of packages, which put something else in the place of a global that is slow to load. */
const shadows: readonly {readonly files: RegExp; readonly line: string}[] = [
	// Yoga reads its WebAssembly out of a `data:` URL: by `fetch`, where there is one, and with it comes node's whole HTTP client (25 ms); else at once.
	{files: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/, line: 'const fetch = undefined;'},
	// Ink divides every line of a frame into characters.
	{
		files: /(?:@alcalzone\/ansi-tokenize\/build\/tokenize|slice-ansi\/tokenize-ansi|wrap-ansi\/index|ink\/build\/line-update)\.js$/,
		line: `import {LazySegmenter} from ${JSON.stringify(join(import.meta.dirname, 'lazy-segmenter.ts'))}; const Intl = {Segmenter: LazySegmenter};`,
	},
];

export const shadowGlobals: Plugin = {
	name: 'shadow-globals',
	setup({onLoad}) {
		for (const {files, line} of shadows) onLoad({filter: files}, ({path}) => ({contents: `${line}\n${readFileSync(path, 'utf8')}`}));
	},
};
