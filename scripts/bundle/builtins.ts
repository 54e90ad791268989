import process from 'node:process';

import type {Plugin} from 'esbuild';

/**
Takes node's own modules from `process.getBuiltinModule`. An `import` of them reads each of their properties, also those that are only made when
they are asked for: of `node:process` the standard streams, of `node:crypto` the web's cryptography, of `node:http` a whole HTTP client. That took
a run some 20 ms of its start. Each file gets what it names, and what nothing names is left out.
*/
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^[a-z][\w:/]*$/}, ({path, kind, importer}) =>
			kind !== 'import-statement' || process.getBuiltinModule(path) === undefined ? undefined : {path: path.startsWith('node:') ? path : `node:${path}`, suffix: `?${importer}`, namespace: 'builtin', sideEffects: false},
		);
		onLoad({filter: /./, namespace: 'builtin'}, ({path}) => {
			const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(name => /^[a-zA-Z]\w*$/.test(name) && name !== 'default');
			return {
				contents: `
					const whole = /* @__PURE__ */ globalThis.process.getBuiltinModule('${path}');
					const read = name => whole[name];
					export default whole;
					${names.map(name => `const its_${name} = /* @__PURE__ */ read('${name}');\nexport {its_${name} as ${name}};`).join('\n')}`,
			};
		});
	},
};
