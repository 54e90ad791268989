import assert from 'node:assert/strict';
import {test} from 'node:test';

import stringWidth from 'string-width';

import {LazySegmenter} from '../../scripts/bundle/lazy-segmenter.ts';
import {isPlainText} from '../../source/text/plain-text.ts';
import {widthOf} from '../../source/text/width.ts';

const everyUnit = Array.from({length: 0x1_0000}, (_, code) => String.fromCharCode(code));
const plain = everyUnit.filter(isPlainText);

test('each plain character takes one column', () => {
	assert.ok(plain.length > 1000);
	assert.deepEqual(plain.filter(character => stringWidth(character) !== 1), []);
});

test('plain characters join with no plain character, nor with an escape', () => {
	const all = [...plain, '\u001B'];
	const shuffled = Array.from({length: all.length * 3}, (_, index) => all[(index * 7919 + (index >> 4)) % all.length]).join('');
	assert.equal([...new Intl.Segmenter().segment(all.join(''))].length, all.length);
	assert.equal([...new Intl.Segmenter().segment(shuffled)].length, shuffled.length);
});

test('a character that joins or is wide makes a text no plain one', () => {
	for (const text of ['漢字', 'नमस्ते', 'e\u0301', '👩‍🚀', '⌚', '☔', '◽', '✔\uFE0F', 'a\u00ADb', '\u200B', 'a\nb', '\u001B[1mbold']) assert.equal(isPlainText(text), false, JSON.stringify(text));
	assert.equal(isPlainText('│ ✓ Größe — “done” … ▸ 50 % ⠋'), true);
});

test('widths are those of the package, whatever the way', () => {
	for (const text of ['', 'abc', 'Größe', '漢字', 'e\u0301', '👩‍🚀 ok', '│漢│', '✔ ✔\uFE0F']) assert.equal(widthOf(text), stringWidth(text), text);
});

test('the segmenter of the bundle divides text as the real one', () => {
	const real = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	const lazy = new LazySegmenter(undefined, {granularity: 'grapheme'});
	for (const text of ['', 'plain', '│ ✓ ▸', '\u001B[31mred\u001B[39m', '漢字 e\u0301', '👩‍🚀', 'a\r\nb']) {
		const parts = (segments: Iterable<Intl.SegmentData>) => Array.from(segments, ({segment, index, input}) => ({segment, index, input}));
		assert.deepEqual(parts(lazy.segment(text)), parts(real.segment(text)), JSON.stringify(text));
		for (const index of [0, 1, 2, text.length]) assert.equal(lazy.segment(text).containing(index)?.index, real.segment(text).containing(index)?.index, `${JSON.stringify(text)} at ${index}`);
	}
});
