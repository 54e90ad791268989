import {join, resolve} from 'node:path';

import type {Plugin} from 'esbuild';

const source = resolve(import.meta.dirname, '../../source');

/** What is loaded together, or is small beside what it shares with the others of its line. */
const together: readonly (readonly string[])[] = [
	['cli/run.ts', 'cli/resume.ts', 'cli/watch.ts', 'cli/timeline.ts', 'cli/compare.ts'],
	['cli/runs.ts', 'cli/report.ts', 'cli/logs.ts', 'cli/verify.ts', 'cli/export.ts', 'cli/import.ts', 'cli/approve.ts'],
	['cli/plan.ts', 'cli/schema.ts', 'cli/init.ts', 'cli/check.ts', 'cli/doctor.ts', 'cli/notify.ts'],
	['ui/app.tsx', 'ui/start-app.tsx', 'ui/home-app.tsx', 'ui/history-app.tsx', 'ui/compare-app.tsx', 'ui/timeline-app.tsx'],
	['ui/plain/plain-app.ts', 'ui/plain/plain-start.ts'],
];

/**
Makes one part of files that are loaded by `import()`. Each of them that stands alone divides what it shares with the others once more, and to
find, read and link a part takes half a millisecond: a run took 12 ms longer.
*/
export const onePart: Plugin = {
	name: 'one-part',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^\./}, ({path, resolveDir, kind}) => {
			const file = resolve(resolveDir, path);
			const part = together.findIndex(names => names.some(name => join(source, name) === file));
			return kind !== 'dynamic-import' || part === -1 ? undefined : {path: String(part), namespace: 'part'};
		});
		onLoad({filter: /./, namespace: 'part'}, ({path}) => ({resolveDir: source, contents: (together[Number(path)] ?? []).map(name => `export * from './${name}';`).join('\n')}));
	},
};
