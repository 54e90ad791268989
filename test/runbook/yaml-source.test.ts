import assert from 'node:assert/strict';
import process from 'node:process';
import {describe, test} from 'node:test';

import {formatRunbookProblem} from '../../source/runbook/runbook-problem.ts';
import {marked, onlyProblem, parse, problemsOf, runbookOf, textWith} from './a-runbook.ts';

const good = textWith(['{id: a, confirm: A}']);

/** How much work a hostile file may make; an honest one makes some milliseconds. What grows faster than the file makes minutes. */
const patienceMs = 8000;

const timed = <Result>(work: () => Result): Result => {
	const before = process.cpuUsage();
	const result = work();
	const tookMs = process.cpuUsage(before).user / 1000;
	assert.ok(tookMs < patienceMs, `took ${Math.round(tookMs)} ms`);
	return result;
};

describe('a hostile file', () => {
	test('aliases that multiply are refused before they fill the memory', () => {
		const levels = Array.from({length: 30}, (_, level) => `  l${level + 1}: &l${level + 1} [${Array.from({length: 10}, () => `*l${level}`).join(', ')}]`);
		const bomb = `${good}inputs:\n  l0: &l0 [a]\n${levels.join('\n')}\n`;
		assert.match(timed(() => onlyProblem(bomb)).what, /Aliases multiply too often here/);
	});

	test('more than 1 MiB is refused without being read', () => {
		assert.match(timed(() => onlyProblem(`${good}# ${'x'.repeat(5 * 1024 * 1024)}\n`)).what, /The file is too large/);
		assert.match(timed(() => onlyProblem(Buffer.alloc(5 * 1024 * 1024, 'a'))).what, /The file is too large/);
	});

	test('nesting without an end is refused, in every notation', () => {
		for (const nested of [`${'['.repeat(100_000)}`, `${'{a: '.repeat(50_000)}`, `${'- '.repeat(50_000)}a`, `${'? '.repeat(50_000)}a`, `${'['.repeat(80)}${']'.repeat(80)}`, `${'{a: '.repeat(80)}b${'}'.repeat(80)}`])
			assert.match(timed(() => problemsOf(`name: A\nabout: ${nested}\n`))[0]?.what ?? '', /levels are nested here|YAML|Flow|Nested|implicit/, nested.slice(0, 20));
		const indented = Array.from({length: 200}, (_, level) => `${' '.repeat(level)}a:`).join('\n');
		assert.match(timed(() => problemsOf(`${indented} b\n`))[0]?.what ?? '', /More than 60 levels are nested here/);
	});

	test('large honest texts take little time', () => {
		timed(() => problemsOf(`name: "${'a '.repeat(100_000)}`));
		timed(() => problemsOf(`${'a'.repeat(200_000)}`));
		timed(() => problemsOf(`name: ${'x: '.repeat(10_000)}`));
		timed(() => problemsOf(Array.from({length: 40_000}, (_, index) => `key${index}: 1.10`).join('\n')));
		timed(() => problemsOf(textWith(Array.from({length: 500}, (_, index) => `{id: a${index}, run: [a], wrong: b}`))));
	});

	test('characters that can not be seen are refused, also in comments and as escapes', () => {
		const hidden: readonly (readonly [string, RegExp])[] = [
			['\u202E', /the text direction control U\+202E/],
			['\u2066', /the text direction control U\+2066/],
			['\u200B', /the invisible character U\+200B/],
			['\u{E0041}', /the invisible character U\+E0041/],
			['\u00AD', /the invisible character U\+00AD/],
			['\u001B', /the control character U\+001B/],
			['\u0000', /the control character U\+0000/],
			['\u0085', /the control character U\+0085/],
			['\uD800', /the invisible character U\+D800/],
		];
		for (const [character, what] of hidden) {
			const problem = onlyProblem(textWith([`{id: a, confirm: is it ${character}well} # well`]));
			assert.match(problem.what, what);
			assert.equal(problem.line, 9);
			assert.equal(marked(problem), character);
			assert.ok(!formatRunbookProblem(problem).includes(character), 'it is shown by its number');
			assert.match(onlyProblem(textWith([`{id: a, confirm: A} # ${character}`])).what, what);
		}

		assert.match(onlyProblem(textWith([String.raw`{id: a, confirm: "a\u202eb"}`])).what, /U\+202E, written as an escape/);
		assert.match(onlyProblem(textWith([String.raw`{id: a, confirm: "a\0b"}`])).what, /U\+0000, written as an escape/);
	});

	test('joiners that an Indic script needs, and other scripts, are fine', () => {
		const parsed = runbookOf(textWith(['{id: a, confirm: "क्\u200Dष ठीक है? 日本語 עברית"}']));
		assert.equal(parsed.steps[0]?.tasks[0]?.name, 'क्\u200Dष ठीक है? 日本語 עברית');
		assert.match(onlyProblem(textWith(['{id: a, confirm: "a\u200Db"}'])).what, /U\+200D/);
	});

	test('a tab is shown, wherever it stands', () => {
		const problem = onlyProblem(textWith(['{id: a, confirm: A}']).replace('    name:', '\tname:'));
		assert.deepEqual([problem.what, problem.expected, problem.line, problem.column], ['There is a tab', 'spaces', 7, 1]);
		assert.equal(runbookOf(textWith([String.raw`{id: a, confirm: "a\tb"}`])).steps[0]?.tasks[0]?.name, 'a\tb', 'as an escape it is meant');
	});

	test('bytes that are no UTF-8 are shown at their place', () => {
		const problem = onlyProblem(Buffer.concat([Buffer.from('name: Käse\nabout: "'), Buffer.from([0xE4]), Buffer.from('"\n')]));
		assert.deepEqual([problem.line, problem.column, problem.what], [2, 9, 'Here the file is not UTF-8']);
		assert.equal(onlyProblem(Buffer.concat([Buffer.from('name: A'), Buffer.from([0xE2, 0x82])])).what, 'Here the file is not UTF-8');
		assert.ok(problemsOf(Buffer.from(`\uFEFF${good}`, 'utf16le')).length > 0);
	});

	test('several documents, directives, tags and merge keys are refused', () => {
		assert.match(onlyProblem(`${good}---\nname: B\n`).what, /A second document begins here/);
		assert.match(onlyProblem(`%YAML 1.1\n---\n${good}`).what, /directive/);
		assert.match(problemsOf(good.replace('{id: a', '!!js/function {id: a'))[0]?.what ?? '', /The tag .*is not for runbooks/);
		assert.match(problemsOf(good.replace('{id: a', '!mine {id: a'))[0]?.what ?? '', /The tag .*is not for runbooks/);
		const merge = onlyProblem(textWith(['&first {id: a, confirm: A}', '{<<: *first, id: b}']));
		assert.deepEqual([merge.what, marked(merge)], ['A merge key brings in keys that do not stand here', '<<']);
		assert.match(onlyProblem(textWith(['{id: a, run: [a], env: {__proto__: {x: y}}}'])).what, /`__proto__` can be no key/);
	});

	test('an alias without an anchor, and one that holds itself, are refused', () => {
		assert.match(problemsOf(textWith(['{id: a, confirm: *nowhere}']))[0]?.what ?? '', /nowhere|alias/i);
		assert.ok(timed(() => problemsOf(textWith(['&self {id: a, run: [a], env: *self}']))).length > 0);
	});

	test('a number that would not read as it is written is refused', () => {
		const problem = onlyProblem(textWith(['{id: a, run: [deploy, 1.10]}']));
		assert.deepEqual([problem.what, problem.expected, marked(problem)], ['1.10 would be read as 1.1; put it in quotes when it is text', "'1.10' or 1.1", '1.10']);
		for (const number of ['0x10', '1e3', '007', '+1', '12345678901234567890', '.inf']) assert.match(onlyProblem(textWith([`{id: a, run: [deploy, ${number}]}`])).what, /would be read as/, number);
		assert.deepEqual(runbookOf(textWith(["{id: a, run: [deploy, '1.10', 3, 2.5, -1]}"])).steps[0]?.tasks.map(task => task.kind === 'run' && task.run), [['deploy', '1.10', '3', '2.5', '-1']]);
	});

	test('names of the language itself are names like any other', () => {
		const {inputs, targets} = runbookOf('name: A\ninputs: {constructor: {}, to-string: {}}\ntargets: {toString: {}, constructor: {}}\nsteps: [{id: s, name: S, tasks: [{id: constructor, confirm: "${{ inputs.constructor }}", if: inputs.to-string}]}]\n');
		assert.deepEqual([Object.keys(inputs), Object.keys(targets)], [['constructor', 'to-string'], ['toString', 'constructor']]);
		assert.match(onlyProblem(textWith(['{id: a, confirm: "${{ inputs.constructor }}"}'])).what, /There is no input `constructor`/);
	});

	test('YAML that breaks off says where', () => {
		for (const text of ['name: "A', 'name: [a', 'name: {a: b', 'name: A\n bad', 'name: A\n- b', '"', '{', 'a: b: c', '&', '*', '!', '|', '>-\n', '%', '@', '`', '- - : ?', '? : -'])
			assert.ok(parse(text).kind === 'problems', text);
		assert.equal(problemsOf('name: A\nsteps: [a\n')[0]?.line, 3);
	});
});
