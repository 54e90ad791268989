import assert from 'node:assert/strict';
import {test} from 'node:test';

import {makeSafe, safe} from '../../source/text/safe-text.ts';
import {widthOf} from '../../source/text/width.ts';
import {commandTexts} from '../../source/ui/components/command-block.ts';
import {tableRows} from '../../source/ui/components/table.ts';
import {fitRow, marked, paragraph, rowOf, words} from '../../source/ui/components/row.ts';
import {themeFrom} from '../../source/ui/theme.ts';
import {hostileText, randomFrom} from '../text/hostile-text.ts';

const theme = themeFrom({LANG: 'C.UTF-8'});
const textOf = (spans: ReturnType<typeof fitRow>): string => spans.map(({text}) => text).join('');

test('a row is exactly as wide as the screen, whatever stands in it', () => {
	const random = randomFrom(5);
	for (let round = 0; round < 3000; round++) {
		const span = () => words(makeSafe(hostileText(random, random(8)).replaceAll('\n', ' ')));
		const columns = 10 + random(40);
		const row = {left: Array.from({length: random(4)}, span), right: Array.from({length: random(3)}, span)};
		assert.equal(widthOf(textOf(fitRow(row, columns, theme))), columns, JSON.stringify(row));
	}
});

test('what stands at the right stays when the left is too long', () => {
	assert.equal(textOf(fitRow({left: [words(safe`a long description`)], right: [words(safe`1.2 GB`)]}, 16, theme)), 'a long d… 1.2 GB');
	assert.equal(textOf(fitRow(rowOf(words(safe`one`), words(safe`two`)), 5, theme)), 'onet…');
});

test('of the commands of an attempt, those that change something are marked; all, where that was not recorded', () => {
	const marks = (changing?: readonly number[]): string =>
		commandTexts({commands: ['helm history', 'helm rollback'], effect: 'changes', ...(changing === undefined ? {} : {changing})}, {columns: 40, clean: makeSafe})
			.map(({left}) => textOf(left)[0])
			.join('');
	assert.equal(marks([1]), '$!');
	assert.equal(marks(), '!!');
});

test('paragraphs and marks hang below their first word', () => {
	assert.deepEqual(paragraph(safe`one two three`, 9, {indent: 2, hang: 1}).map(row => textOf(row.left)), ['  one two', '   three']);
	assert.deepEqual(marked(words(safe`✓`), safe`one two`, 6).map(row => textOf(row.left).trimEnd()), ['✓ one', '  two']);
});

test('a table leaves columns out before it cuts the one that says most', () => {
	const cells = [[{text: safe`egov-user`}, {text: safe`2.9.1 to 2.9.2`}, {text: safe`upgrade running`}]];
	assert.deepEqual(tableRows(cells, {columns: 60, grows: 2, optional: [1]}).map(row => textOf(row.left)), ['egov-user  2.9.1 to 2.9.2  upgrade running']);
	assert.deepEqual(tableRows(cells, {columns: 30, grows: 2, optional: [1]}).map(row => textOf(row.left)), ['egov-user  upgrade running']);
});

test('a terminal that is not UTF-8 gets ASCII, one without colour gets none', () => {
	assert.equal(themeFrom({LANG: 'C'}).glyphs.done, '[x]');
	assert.equal(themeFrom({LANG: 'de_DE.UTF-8'}).glyphs.done, '✓');
	assert.equal(themeFrom({LANG: 'de_DE.UTF-8', LC_ALL: 'C'}).glyphs.done, '[x]');
	assert.equal(themeFrom({LANG: 'C.UTF-8', SLIPWAY_ASCII: '1'}).glyphs.done, '[x]');
	assert.equal(themeFrom({}).glyphs.done, '✓');
	assert.deepEqual(Object.values(themeFrom({NO_COLOR: '1'}).styles).flatMap(style => style.color ?? []), []);
	assert.equal(themeFrom({NO_COLOR: ''}).styles.danger.color, 'red');
});
