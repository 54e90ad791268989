import {readFileSync, rmSync} from 'node:fs';

import {build, type Plugin} from 'esbuild';

import packageJson from '../package.json' with {type: 'json'};

/** The program, and the processes that it starts. What they share, and what only some commands need, stands in parts that are loaded when they are needed. */
const entryPoints = {
	slipway: 'source/cli.ts',
	worker: 'source/workers/work.ts',
	sandbox: 'source/rehearsal/sandbox-process.ts',
};

/** Yoga reads its WebAssembly out of a `data:` URL. By `fetch`, where there is one, and with it comes node's whole HTTP client, some 25 ms; else at once. */
const yogaWithoutFetch: Plugin = {
	name: 'yoga-without-fetch',
	setup({onLoad}) {
		onLoad({filter: /yoga-wasm-base64-esm\.js$/}, ({path}) => ({contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`}));
	},
};

rmSync('dist', {recursive: true, force: true});
await build({
	entryPoints,
	bundle: true,
	splitting: true,
	platform: 'node',
	format: 'esm',
	target: 'node22',
	outdir: 'dist',
	outExtension: {'.js': '.mjs'},
	// Beside the entries: what stands next to a file is found from any part in the same way.
	chunkNames: 'part-[hash]',
	minifyWhitespace: true,
	minifySyntax: true,
	legalComments: 'linked',
	logLevel: 'warning',
	define: {'process.env.NODE_ENV': '"production"', SLIPWAY_VERSION: JSON.stringify(packageJson.version), 'Intl.Segmenter': 'LazySegmenter'},
	// Ink imports the devtools statically although it uses them in development alone; they would pull in a web socket server.
	alias: {'react-devtools-core': './scripts/no-devtools.ts', 'string-width': './scripts/lazy-string-width.ts'},
	inject: ['./scripts/lazy-segmenter.ts'],
	plugins: [yogaWithoutFetch],
	external: ['zx', '@electric-sql/pglite', '@electric-sql/pglite-tools'],
	// CommonJS packages ask for node's own modules by `require`, which an ES module does not have.
	banner: {js: "import {createRequire as slipwayRequire} from 'node:module';const require=slipwayRequire(import.meta.url);"},
});
