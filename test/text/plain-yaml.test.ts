import assert from 'node:assert/strict';
import {test} from 'node:test';

import {CORE_SCHEMA, load, mergeTag} from 'js-yaml';
import {parseDocument} from 'yaml';

import {renderedServices} from '../../bench/checklist-bundle.ts';
import {readPlainYaml} from '../../source/text/plain-yaml.ts';

const schema = CORE_SCHEMA.withTags(mergeTag);

/** Whether the fast reader took a document; when it did, both full parsers must give the same, and have nothing to say against it. */
const agrees = (text: string): boolean => {
	const fast = readPlainYaml(text);
	if (fast === undefined) return false;
	let full: unknown;
	try {
		full = load(text, {schema});
	} catch (error) {
		full = error;
	}

	assert.deepEqual(fast, full, JSON.stringify(text));
	const document = parseDocument(text, {version: '1.2', stringKeys: true, merge: false, prettyErrors: false});
	assert.deepEqual([document.toJS(), document.errors, document.warnings], [fast, [], []], JSON.stringify(text));
	return true;
};

const numbers = (seed: number): ((below: number) => number) => {
	let state = seed;
	return below => {
		state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
		return (state >> 8) % below;
	};
};

test('rendered manifests are read whole, and as the full parser reads them', () => {
	const documents = renderedServices(20).split(/^(?=---)/m);
	assert.equal(documents.filter(agrees).length, documents.length);
});

const odd = [
	'1', '0', '-1', '+1', '1.5', '.5', '1e3', '0x1f', '0o7', '010', '1_000', '12:30', '2026-01-01', '1.2.3', '100m', '128Mi', '0.5', '1.', '.inf', '-.inf', '.nan', '~', 'null', 'yes', 'no', 'on', 'true', 'True', 'a: b', 'a:', 'a #b', 'a#b',
	'#x', '- x', '-x', '--- x', '---', '...', '-', '?', '? x', 'a b', '"x"', "'x'", '"a\\n"', "'a''b'", '"a', 'x"y', '*a', '&a x', '!x y', '{a: 1}', '[1]', '{}', '[]', '|', '>', '%x', '@x', '`x', '$(X)', '(x)', '/x/y', '_x', '1e', '+', '..', '.', '0b1', '1-2',
	'1a', '2h', '5%', '50%', 'http://a:80/x', 'a,b', 'x: ', 'é', '9007199254740993', '12345678901234567', '00', '0.0', '-0', '1d', '0xZ', 'NaN', 'a\tb', '', '  ', 'x ', '"x" y', '""', "''", '=', '<<', '>-', '|-', '|+', '~x', '1,2', '1.0-rc', '1.2-prod', '__proto__', './a', '../a/b.yaml', './a: b', './a #b', '.a', './', "'${{ a }}'", '${{ a }}', '\u00A0', '\u2028',
];

test('odd values are read as the full parser reads them, or left to it', () => {
	let taken = 0;
	for (const value of odd)
		for (const text of [`a: ${value}\n`, `a: ${value}`, `a:\n  - ${value}\n`, `a:\n- ${value}\nb: 1\n`, `a:\n  b: ${value}\n  c: x\n`, `${value}: x\n`, `a: ${value}\r\nb: 1\r\n`, `- ${value}\n`, `a: ${value}\n  more\n`, `a: |\n  ${value}\n  z\n`, `a: |-\n  x\n\n  ${value}\nb: 1\n`, `a: [${value}, b]\n`, `a: {b: ${value}}\n`, `a: {${value}: b}\n`, `a: [{b: ${value}}, {}]\n`, `---\na: ${value}\n`, `--- ${value}\n`, `a: ${value}\n---\nb: 1\n`, `a: ${value}\n...\n`])
			if (agrees(text)) taken += 1;
	assert.ok(taken > 400, String(taken));
});

test('documents put together at random are read as the full parser reads them, or left to it', () => {
	const lines = ['a:', 'b: 1', '- c', '- d: 2', '  e: x', '  - f', '    g: "h"', '- ', '  i: |', '    text', '   odd', '', '# c', '      deep: 1', '-', 'a: x', '  - - n', '   ', '\t', '  b:', '- e:', '    - y', '---', 'k: {a: b}', '  l: [x]'];
	const pieces = ['[', ']', '{', '}', ', ', 'a', 'b: ', ': ', '1', '"x"', "'y'", ' ', ',', 'a: ', '-', 'true', 'c', '#'];
	const random = numbers(7);
	let taken = 0;
	for (let round = 0; round < 60_000; round += 1) {
		const block = Array.from({length: 1 + random(7)}, () => `${lines[random(lines.length)]}\n`).join('');
		const flow = `k: ${'[{'[random(2)]}${Array.from({length: 1 + random(9)}, () => pieces[random(pieces.length)]).join('')}${']}'[random(2)]}\n`;
		taken += Number(agrees(block)) + Number(agrees(flow));
	}

	assert.ok(taken > 2000, String(taken));
});
