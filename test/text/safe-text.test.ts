import assert from 'node:assert/strict';
import {test} from 'node:test';

import {makeSafe, safe} from '../../source/text/safe-text.ts';
import {hostileText, randomFrom} from './hostile-text.ts';

const cases: readonly (readonly [string, string, string])[] = [
	['a colour', 'a\u001B[31mred\u001B[0m', 'ared'],
	['a window title', '\u001B]0;owned\u0007ok', 'ok'],
	['a write to the clipboard', '\u001B]52;c;cm0gLXJm\u001B\\ok', 'ok'],
	['a link', '\u001B]8;;http://evil\u001B\\ok\u001B]8;;\u001B\\', 'ok'],
	['a device control string', '\u001BPq#0\u001B\\ok', 'ok'],
	['an application command', '\u001B_Gsecret\u001B\\ok', 'ok'],
	['an 8-bit CSI', '\u009B2Jok', 'ok'],
	['an 8-bit OSC', '\u009D0;title\u009Cok', 'ok'],
	['a sequence that was never ended', 'ok\u001B]0;title', 'ok'],
	['a lone escape', 'ok\u001B', 'ok'],
	['a backspace', 'good\b\b\b\bevil', 'good\uFFFD\uFFFD\uFFFD\uFFFDevil'],
	['a bell', 'ding\u0007', 'ding\uFFFD'],
	['a progress line', '10%\r20%\r30%', '30%'],
	['a Windows line end', 'one\r\ntwo\r\n', 'one\ntwo\n'],
	['returns only', '\r\r\r', ''],
	['text that runs backwards', 'a\u202Egpj.exe', 'a<U+202E>gpj.exe'],
	['a zero-width space', 'pay\u200Bpal', 'pay<U+200B>pal'],
	['tag characters', 'a\u{E0041}b', 'a<U+E0041>b'],
	['a line separator', 'a\u2028b', 'a<U+2028>b'],
	['a variation selector', '⚠\uFE0F', '⚠'],
	['half a character', 'a\uD83Db', 'a\uFFFDb'],
	['a tab', 'a\tb', 'a    b'],
	['plain words in any script', 'Größe 界 ✓ é', 'Größe 界 ✓ é'],
];

for (const [name, text, expected] of cases) {
	test(`${name} is harmless once it passed the gate`, () => {
		assert.equal(makeSafe(text), expected);
	});
}

test('a sequence that was never ended hides no line below it', () => {
	assert.equal(makeSafe('a\u001B]0;title\nSTOP: 3 pods crash'), 'a\nSTOP: 3 pods crash');
});

test('nothing that a terminal acts upon passes the gate, whatever stands together, and a second pass changes nothing', () => {
	const random = randomFrom(20_261_124);
	// eslint-disable-next-line no-control-regex, no-misleading-character-class
	const harmful = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\u{E0000}-\u{E0FFF}\p{Cs}]/u;
	for (let round = 0; round < 100_000; round++) {
		const text = hostileText(random, 1 + random(12));
		const clean = makeSafe(text);
		assert.doesNotMatch(clean, harmful, JSON.stringify(text));
		assert.equal(makeSafe(clean), clean, JSON.stringify(text));
	}
});

test('the time of the gate grows with the text only, even for text made to slow it down', () => {
	const megabyte = 1_000_000;
	for (const text of ['\u0007' + 'a'.repeat(megabyte), '\r'.repeat(megabyte), '\u001B['.repeat(megabyte / 2), '\u001B]'.repeat(megabyte / 2), '\u001B' + ' '.repeat(megabyte), ('a\r').repeat(megabyte / 2)]) {
		const start = performance.now();
		makeSafe(text);
		assert.ok(performance.now() - start < 1500, `${JSON.stringify(text.slice(0, 6))}… took ${performance.now() - start} ms`);
	}
});

test('words of ours take safe text and numbers in', () => {
	assert.equal(safe`Upgrade ${makeSafe('us\u001B[1mer')}, attempt ${2}`, 'Upgrade user, attempt 2');
});
