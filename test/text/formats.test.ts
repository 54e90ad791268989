import assert from 'node:assert/strict';
import {test} from 'node:test';

import {clip, clipMiddle, pad} from '../../source/text/clip.ts';
import {commandLine, commandLines} from '../../source/text/command-line.ts';
import {formatDuration} from '../../source/text/format-duration.ts';
import {formatSize} from '../../source/text/format-size.ts';
import {formatDay, formatMoment, formatSeconds, formatTime, formatTimeIn} from '../../source/text/format-time.ts';
import {makeSafe, safe} from '../../source/text/safe-text.ts';
import {widthOf} from '../../source/text/width.ts';
import {wrap} from '../../source/text/wrap.ts';
import {hostileText, randomFrom} from './hostile-text.ts';

test('a duration is told by its two largest units', () => {
	assert.deepEqual([-5, 0, 850, 999.7, 1000, 59_400, 59_600, 72_000, 3_600_000, 7_500_000, 273_600_000].map(formatDuration), ['0 ms', '0 ms', '850 ms', '1 s', '1 s', '59 s', '1 min', '1 min 12 s', '1 h', '2 h 5 min', '3 d 4 h']);
});

test('a size is told in units of a thousand', () => {
	assert.deepEqual([0, 999, 1000, 9994, 9999, 340_000_000, 999_900, 1_200_000_000].map(formatSize), ['0 B', '999 B', '1.0 kB', '10 kB', '10 kB', '340 MB', '1.0 MB', '1.2 GB']);
});

test('a moment is named as a person would name it now', () => {
	const now = new Date(2026, 10, 24, 9, 5, 7);
	assert.equal(formatTime(now), '09:05');
	assert.equal(formatSeconds(now), '09:05:07');
	assert.equal(formatDay(new Date(2026, 10, 24, 0, 1), now), 'today 00:01');
	assert.equal(formatDay(new Date(2026, 10, 23, 23, 59), now), 'yesterday');
	assert.equal(formatDay(new Date(2026, 0, 2), now), '2 Jan');
	assert.equal(formatDay(new Date(2025, 11, 31), now), '31 Dec 2025');
});

test('text is cut by the columns it takes, with an ellipsis', () => {
	assert.equal(clip(safe`release`, 7), 'release');
	assert.equal(clip(safe`release`, 6), 'relea…');
	assert.equal(clip(safe`日本語`, 5), '日本…');
	assert.equal(clip(safe`日本語`, 4), '日…');
	assert.equal(clip(safe`release`, 0), '');
	assert.equal(clip(safe`release`, 6, '...'), 'rel...');
	assert.equal(clipMiddle(safe`evidence/user-0.1.0.tgz`, 11), 'evide…0.tgz');
	assert.equal(pad(safe`日`, 4), '日  ');
});

test('text is wrapped between words, and long words where the line ends', () => {
	assert.deepEqual(wrap(safe`one two three`, 7), ['one two', 'three']);
	assert.deepEqual(wrap(safe`abcdefgh ij`, 3), ['abc', 'def', 'gh', 'ij']);
	assert.deepEqual(wrap(safe`a\n\n  b`, 5), ['a', '', '  b']);
	assert.deepEqual(wrap(safe``, 5), ['']);
});

test('no line that was cut or wrapped is wider than it may be, and wrapping loses no word', () => {
	const random = randomFrom(3);
	for (let round = 0; round < 3000; round++) {
		const text = makeSafe(hostileText(random, random(15)));
		const columns = 2 + random(12);
		assert.ok(widthOf(clip(makeSafe(text.replaceAll('\n', ' ')), columns)) <= columns);
		const lines = wrap(text, columns);
		for (const line of lines) assert.ok(widthOf(line) <= columns, JSON.stringify({text, columns, line}));
		assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(/[ \n]/g, ''));
	}
});

test('a command line can be pasted into a shell', () => {
	assert.equal(commandLine(['echo', '', "it's", 'a b', '$HOME', 'x=1']), `echo '' 'it'\\''s' 'a b' '$HOME' x=1`);
});

test('a command is wrapped on its flags, each with its value', () => {
	assert.deepEqual(commandLines(commandLine(['helm', 'upgrade', 'user', 'user-0.1.0.tgz', '--kube-context', 'prod', '--wait', '--timeout', '10m', '--description', 'slipway 01JDK7 upgrade.1']), 40), [
		'helm upgrade user user-0.1.0.tgz',
		'    --kube-context prod --wait',
		'    --timeout 10m',
		"    --description 'slipway 01JDK7",
		"    upgrade.1'",
	]);
});

test('a script keeps its lines', () => {
	assert.deepEqual(commandLines(commandLine(['sh', '-c', 'set -e\nmake test']), 40), ["sh -c 'set -e", "    make test'"]);
});

test('a moment of a tool is said in UTC, to the minute', () => {
	assert.equal(formatMoment('2026-11-25T10:31:13.116500918Z'), '2026-11-25 10:31 UTC');
	assert.equal(formatMoment('2026-11-25T16:01:13+05:30'), '2026-11-25 10:31 UTC');
	assert.equal(formatMoment('since ever'), 'since ever');
});

test('a time elsewhere is said with its zone, and with its day where that is another one', () => {
	const at = new Date('2026-11-26T04:30:00Z');
	assert.equal(formatTimeIn(at, 'Asia/Kolkata'), '10:00 in Asia/Kolkata');
	assert.equal(formatTimeIn(at, 'Asia/Kolkata', new Date('2026-11-25T15:00:00Z')), 'Thu 10:00 in Asia/Kolkata');
	assert.equal(formatTimeIn(at, 'Asia/Kolkata', new Date('2026-11-25T19:00:00Z')), '10:00 in Asia/Kolkata', 'it is that day there');
	assert.equal(formatTimeIn(at, 'UTC', new Date('2026-11-01T00:00:00Z')), 'Thu 26 Nov 04:30 in UTC');
});
