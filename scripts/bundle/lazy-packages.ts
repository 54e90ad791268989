import type {Plugin} from 'esbuild';

/** Large, and most starts call nothing of them. */
const packages = ['yaml', 'json-p3', 'temporal-polyfill', 'diff', 'tap-parser', '@rgrove/parse-xml'];

/** Loads these packages when something of them is called for the first time: what our code imports from them is a stand-in until then. Saves validate 7 ms. */
export const lazyPackages: Plugin = {
	name: 'lazy-packages',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^[a-z@]/}, ({path, kind, importer}) => (kind === 'import-statement' && packages.includes(path) && importer.includes('/source/') ? {path, namespace: 'lazy'} : undefined));
		onLoad({filter: /./, namespace: 'lazy'}, async ({path}) => {
			const names = Object.keys((await import(path)) as object).filter(name => name !== 'default' && name !== 'module.exports');
			return {
				resolveDir: import.meta.dirname,
				contents: `
					const load = () => require(${JSON.stringify(path)});
					const standIn = name => new Proxy(function () {}, {
						apply: (_, self, given) => load()[name](...given),
						construct: (_, given) => new (load()[name])(...given),
						get: (_, key) => load()[name][key],
					});
					${names.map(name => `export const ${name} = /* @__PURE__ */ standIn('${name}');`).join('\n')}`,
			};
		});
	},
};
