import assert from 'node:assert/strict';
import {test} from 'node:test';

import {editField, emptyField, fieldRow, type TextField} from '../../source/ui/components/text-field.ts';
import {safe} from '../../source/text/safe-text.ts';
import {hostileText, randomFrom} from '../text/hostile-text.ts';
import {key, letter} from './a-screen.ts';
import type {Key} from '../../source/ui/keys.ts';

const typed = (...keys: readonly Key[]): TextField => keys.reduce<TextField>((field, next) => editField(field, next) ?? field, emptyField);
const type = (text: string): readonly Key[] => [...text].map(letter);
const ctrl = (text: string): Key => key('text', text, {ctrl: true});
const meta = (text: string): Key => key('text', text, {meta: true});

test('a field is edited as a shell line is', () => {
	assert.equal(typed(...type('release'), key('backspace')).text, 'releas');
	assert.equal(typed(...type('release'), ctrl('a'), letter('a')).text, 'arelease');
	assert.equal(typed(...type('one two'), ctrl('w')).text, 'one ');
	assert.equal(typed(...type('one two'), meta('b'), ctrl('k')).text, 'one ');
	assert.equal(typed(...type('one two'), meta('b'), ctrl('u')).text, 'two');
	assert.equal(typed(...type('one two'), ctrl('a'), meta('d')).text, ' two');
	assert.equal(typed(...type('one two'), ctrl('a'), meta('f'), letter('!')).text, 'one! two');
	assert.equal(typed(...type('ab'), key('left'), key('delete')).text, 'a');
	assert.equal(typed(...type('ab'), key('home'), key('delete'), key('end'), letter('c')).text, 'bc');
});

test('a character that a reader takes for one is removed as one', () => {
	assert.equal(typed(...type('ae\u0301'), key('backspace')).text, 'a');
	assert.equal(typed(...type('日本'), key('left'), key('backspace')).text, '本');
});

test('a paste becomes one line, and nothing of it is a control character', () => {
	assert.equal(typed(key('paste', ' one\r\n\ttwo\u001B[31m three\u0007\n')).text, 'one two three\uFFFD');
});

test('keys that are no field keys are left to the screen', () => {
	for (const name of ['enter', 'escape', 'tab', 'up', 'down', 'pageUp'] as const) assert.equal(editField(emptyField, key(name)), null);
});

test('the cursor stays within the field and the text stays safe, whatever is typed', () => {
	const random = randomFrom(11);
	const names = ['left', 'right', 'home', 'end', 'backspace', 'delete'] as const;
	for (let round = 0; round < 300; round++) {
		let field = emptyField;
		for (let step = 0; step < 20; step++) {
			const next = random(3) === 0 ? key(names[random(names.length)] ?? 'left') : random(2) === 0 ? key('paste', hostileText(random, 4)) : ctrl('wkuabfdh'[random(8)] ?? 'w');
			field = editField(field, next) ?? field;
			// eslint-disable-next-line no-control-regex
			assert.doesNotMatch(field.text, /[\u0000-\u001F\u007F-\u009F\u202E]/);
			const {cursor = -1} = fieldRow([], field, 12);
			assert.ok(cursor >= 0 && cursor < 12, `cursor ${cursor} in ${JSON.stringify(field)}`);
		}
	}
});

test('a long text scrolls so that the cursor is seen', () => {
	const field = typed(...type('abcdefghij'));
	const row = fieldRow([{text: safe`> `}], field, 8);
	assert.equal(row.left.map(({text}) => text).join(''), '> fghij');
	assert.equal(row.cursor, 7);
});
