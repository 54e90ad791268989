import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {test} from 'node:test';

/** A folder imports from lower floors only; two folders on one floor don't know each other. */
const floors: Readonly<Record<string, number>> = {
	cli: 6,
	ui: 5,
	engine: 4,
	workers: 4,
	rehearsal: 4,
	run: 3,
	actions: 3,
	stores: 3,
	runbook: 2,
	journal: 2,
	checklist: 2,
	supervisor: 2,
	errors: 1,
	text: 1,
};

/**
The one pair on a floor that shares words: `run` and `actions` both speak of plans (`ActionPlan`, `Effect`) as types, never as code.
*/
const typesOnly = new Set(['run > actions', 'actions > run', 'workers > engine', 'run > stores']);

const pureFolders = ['runbook', 'journal', 'checklist', 'run', 'text', 'actions'];
const pureNodeModules = new Set(['node:crypto', 'node:path', 'node:buffer', 'node:util', 'node:url']);

const root = resolve(import.meta.dirname, '../source');

type Import = {readonly file: string; readonly target: string; readonly isType: boolean};

const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(name => /\.tsx?$/.test(name));

const importsOf = (file: string): readonly Import[] => {
	const text = readFileSync(join(root, file), 'utf8');
	const found = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+()'([^']+)'|\bimport\('([^']+)'\)/gm)];
	return found.map(match => ({file, target: match[2] ?? match[4] ?? match[5] ?? '', isType: match[1] !== undefined}));
};

const roomOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.tsx?$/, ''));

const ourTarget = ({file, target}: Import): string | null =>
	target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : null;

test('a folder imports from lower floors only', () => {
	const wrong = files.flatMap(importsOf).filter(link => {
		const target = ourTarget(link);
		if (target === null || target.startsWith('..')) return false;
		const from = roomOf(link.file);
		const to = roomOf(target);
		if (from === to) return false;
		if (link.isType && typesOnly.has(`${from} > ${to}`)) return false;
		const fromFloor = floors[from];
		const toFloor = floors[to];
		return fromFloor === undefined || toFloor === undefined || toFloor >= fromFloor;
	});
	assert.deepEqual(wrong.map(({file, target}) => `${file} imports ${target}`), []);
});

test('the pure folders touch no file, no process, no clock and no React', () => {
	const wrong = files
		.filter(file => pureFolders.includes(roomOf(file)))
		.flatMap(file => {
			const text = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
			const imports = importsOf(file).filter(
				({target}) => (target.startsWith('node:') && !pureNodeModules.has(target)) || ['react', 'ink', 'execa', 'zx', 'conf'].includes(target),
			);
			const clocks = [...text.matchAll(/\bDate\.now\(|\bnew Date\(\)|\bprocess\.(?!versions)|\bsetTimeout\(|\bsetInterval\(|\bfetch\(/g)];
			return [...imports.map(({target}) => `${file} imports ${target}`), ...clocks.map(match => `${file} calls ${match[0]}`)];
		});
	assert.deepEqual(wrong, []);
});

test('there is no circle of imports', () => {
	const graph = new Map(files.map(file => [file, importsOf(file).filter(({isType}) => !isType).map(ourTarget).filter(target => target !== null)]));
	const done = new Set<string>();
	const visit = (file: string, path: readonly string[]): void => {
		assert.ok(!path.includes(file), `circle: ${[...path.slice(path.indexOf(file)), file].join(' > ')}`);
		if (done.has(file)) return;
		for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
		done.add(file);
	};
	for (const file of files) visit(file, []);
});

test('no file is a drawer for what has no name', () => {
	const drawers = files.filter(file => /(^|\/)(utils?|helpers?|common|types|manager)\.tsx?$/.test(file));
	assert.deepEqual(drawers, []);
});

test('zod is imported as a namespace: by its name the bundle gets all its languages, and starts later', () => {
	const wrong = files.flatMap(importsOf).filter(({target}) => target === 'zod').filter(({file, isType}) => !isType && !readFileSync(join(root, file), 'utf8').includes("import * as z from 'zod';"));
	assert.deepEqual(wrong.map(({file}) => file), []);
});
