import {rmSync} from 'node:fs';

import {build, type BuildOptions} from 'esbuild';

import packageJson from '../package.json' with {type: 'json'};
import {builtins} from './bundle/builtins.ts';
import {lazyPackages} from './bundle/lazy-packages.ts';
import {onePart} from './bundle/one-part.ts';
import {shadowGlobals} from './bundle/shadows.ts';

const options: BuildOptions = {
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
	define: {'process.env.NODE_ENV': '"production"', SLIPWAY_VERSION: JSON.stringify(packageJson.version)},
	alias: {
		// Ink imports the devtools statically although it uses them in development alone; they would pull in a web socket server.
		'react-devtools-core': './scripts/bundle/no-devtools.ts',
		'string-width': './scripts/bundle/lazy-string-width.ts',
		'when-exit': './scripts/bundle/no-exit-hook.ts',
	},
	plugins: [shadowGlobals, builtins, lazyPackages, onePart],
	external: ['zx', '@electric-sql/pglite', '@electric-sql/pglite-tools'],
	// CommonJS packages ask for node's own modules by `require`, which an ES module does not have.
	banner: {js: "const require=process.getBuiltinModule('module').createRequire(import.meta.url);"},
};

rmSync('dist', {recursive: true, force: true});
// The program, in parts that are loaded when they are needed, and the processes that it starts. Apart, as what they share would divide the program into twice as many parts.
await build({...options, entryPoints: {slipway: 'source/cli.ts'}});
await build({...options, entryPoints: {worker: 'source/workers/work.ts', sandbox: 'source/rehearsal/sandbox-process.ts'}});
