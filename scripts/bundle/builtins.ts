import process from 'node:process';

import type {Plugin} from 'esbuild';

/** What takes a property of a module of node's that is made when it is first asked for, and so can't be named ahead. */
const needsAll = /node_modules\/(?:execa|get-stream|conf)\//;

/**
Takes node's own modules from `process.getBuiltinModule`. An `import` of them reads each of their properties, also those that are only made when
they are asked for: of `node:process` the standard streams, of `node:crypto` the web's cryptography, of `node:http` a whole HTTP client. That took
a run some 20 ms of its start.
*/
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^[a-z][\w:/]*$/}, ({path, kind, importer}) => {
			if (kind !== 'import-statement' || needsAll.test(importer) || process.getBuiltinModule(path) === undefined) return undefined;
			return {path: path.startsWith('node:') ? path : `node:${path}`, namespace: 'builtin'};
		});
		onLoad({filter: /./, namespace: 'builtin'}, ({path}) => {
			const properties = Object.getOwnPropertyDescriptors(process.getBuiltinModule(path) ?? {});
			const names = Object.entries(properties).flatMap(([name, {value}]) => (value === undefined || !/^[a-zA-Z]\w*$/.test(name) || name === 'default' ? [] : [name]));
			return {contents: `const whole = globalThis.process.getBuiltinModule('${path}');\nexport default whole;\n${names.map(name => `const its_${name} = whole.${name};\nexport {its_${name} as ${name}};`).join('\n')}`};
		});
	},
};
