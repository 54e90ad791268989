import {build, type BuildOptions} from 'esbuild';

import packageJson from '../package.json' with {type: 'json'};

/** One file for the program, one for the processes that it starts: each loads only what it needs. */
const entries = {
	slipway: 'source/cli.ts',
	worker: 'source/workers/work.ts',
	sandbox: 'source/rehearsal/sandbox-process.ts',
};

const options: BuildOptions = {
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node22',
	outdir: 'dist',
	outExtension: {'.js': '.mjs'},
	minifyWhitespace: true,
	minifySyntax: true,
	legalComments: 'linked',
	logLevel: 'warning',
	define: {'process.env.NODE_ENV': '"production"', SLIPWAY_VERSION: JSON.stringify(packageJson.version)},
	// Ink imports the devtools statically although it uses them in development alone; they would pull in a web socket server.
	alias: {'react-devtools-core': './scripts/no-devtools.ts'},
	external: ['zx', '@electric-sql/pglite', '@electric-sql/pglite-tools'],
	// CommonJS packages ask for node's own modules by `require`, which an ES module does not have.
	banner: {js: "import {createRequire as slipwayRequire} from 'node:module';const require=slipwayRequire(import.meta.url);"},
};

for (const [name, entry] of Object.entries(entries)) {
	await build({...options, entryPoints: {[name]: entry}, ...(name === 'slipway' ? {banner: {js: `#!/usr/bin/env node\n${options.banner?.['js']}`}} : {})});
}
