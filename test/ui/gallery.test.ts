import assert from 'node:assert/strict';
import process from 'node:process';
import {test} from 'node:test';

import stringWidth from 'string-width';

import {drawExhibit, exhibits} from '../../source/ui/gallery.tsx';
import {assertGolden, linesOf, withoutColour} from './golden.ts';

process.env['TZ'] = 'UTC';

const utf8 = {LANG: 'C.UTF-8'};
const sizes = [
	{name: '80x24', columns: 80, rows: 24, environment: utf8},
	{name: '120x40', columns: 120, rows: 40, environment: utf8},
	{name: '40x24', columns: 40, rows: 24, environment: utf8},
	{name: 'ascii', columns: 80, rows: 24, environment: {SLIPWAY_ASCII: '1', NO_COLOR: '1'}},
] as const;

/** Kept at every size; the others at 80×24 only. */
const keptEverywhere = new Set(['action-protected', 'action-first', 'running', 'failed', 'in-doubt', 'confirm-yes', 'checklist', 'checklist-finding', 'help', 'hostile', 'closing', 'home', 'history', 'timeline', 'start-filled']);

for (const exhibit of exhibits) {
	test(`${exhibit.name} looks as it did`, async () => {
		const kept = keptEverywhere.has(exhibit.name) ? sizes : sizes.slice(0, 1);
		const frames: string[] = [];
		for (const size of kept) frames.push(`== ${size.name}\n${linesOf(await drawExhibit(exhibit, size)).join('\n')}\n`);
		assertGolden(exhibit.name, frames.join('\n'));
	});
}

test('every screen fills the terminal exactly, whatever its size', async () => {
	for (const size of [...sizes, {columns: 59, rows: 10, environment: utf8}, {columns: 20, rows: 8, environment: utf8}, {columns: 19, rows: 5, environment: utf8}, {columns: 250, rows: 70, environment: utf8}]) {
		for (const exhibit of exhibits) {
			const lines = withoutColour(await drawExhibit(exhibit, size)).split('\n');
			assert.equal(lines.length, size.rows, `${exhibit.name} ${size.columns}x${size.rows}`);
			for (const line of lines) assert.ok(stringWidth(line) <= size.columns, `${exhibit.name} ${size.columns}x${size.rows}: ${line}`);
		}
	}
});

test('every screen says what is released and where, and which keys work', async () => {
	for (const exhibit of exhibits.filter(({name}) => name !== 'output-full' && !/^(home|history|timeline|compare|start)/.test(name))) {
		const lines = linesOf(await drawExhibit(exhibit, sizes[0]));
		assert.match(lines[0] ?? '', /egov-user .* (PRODUCTION|UAT)$/, exhibit.name);
		assert.match(lines[1] ?? '', /context /, exhibit.name);
		assert.match(lines.at(-1) ?? '', /journal \d+:[0-9a-f]{8}$/, exhibit.name);
		assert.notEqual(lines.at(-2), '', exhibit.name);
	}
});

test('in ASCII no other character reaches the terminal', async () => {
	for (const exhibit of exhibits) assert.match(withoutColour(await drawExhibit(exhibit, sizes[3])), /^[\n -~]*$/, exhibit.name);
});

test('nothing hostile reaches the terminal', async () => {
	const hostile = exhibits.find(({name}) => name === 'hostile');
	assert.ok(hostile !== undefined);
	// eslint-disable-next-line no-control-regex
	assert.doesNotMatch(withoutColour(await drawExhibit(hostile, sizes[0])), /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
});
