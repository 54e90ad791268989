import assert from 'node:assert/strict';
import {test} from 'node:test';

import {safe} from '../../source/text/safe-text.ts';
import {keysFrom} from '../../source/ui/keys.ts';
import {commands, commandOf, type Command} from '../../source/ui/keys.ts';
import type {Ask, Panel} from '../../source/ui/screens/run/panel.ts';
import {everywhere, press, type Surroundings} from '../../source/ui/screens/run/press.ts';
import {freshScreen, type ScreenState} from '../../source/ui/screens/run/screen-state.ts';
import {key, letter} from './a-screen.ts';

const panel = (ask: Ask, offers: Panel['offers'] = {}): Panel => ({id: 'p', title: safe`Task`, badge: null, content: () => [], ask, next: {text: safe``}, offers});
const around = (ask: Ask, changes: Partial<Surroundings> = {}): Surroundings => ({panel: panel(ask), order: ['a', 'b', 'c'], shownTask: 'b', currentTask: 'b', page: {rows: 10, count: 5}, difference: null, checklist: null, mayLeave: false, ...changes});
const nothing: Ask = {kind: 'nothing'};
const start: Ask = {kind: 'enter', does: {kind: 'send', request: {kind: 'start', task: 'b'}}};
const word: Ask = {kind: 'word', word: safe`prod`, does: typed => ({kind: 'send', request: {kind: 'start', task: 'b', typed}})};

test('only enter accepts what is offered', () => {
	assert.deepEqual(press(freshScreen, key('enter'), around(start)).action, {kind: 'send', request: {kind: 'start', task: 'b'}});
	for (const other of [letter('y'), letter(' '), key('escape'), key('tab'), key('paste', 'yes'), key('backspace'), letter('s')]) assert.equal(press(freshScreen, other, around(start)).action, null);
});

test('nothing is accepted while there is more to read', () => {
	const long = around(start, {page: {rows: 5, count: 12}});
	const first = press(freshScreen, key('enter'), long);
	assert.equal(first.action, null);
	assert.equal(first.screen.scroll, 4);
	const second = press(first.screen, key('enter'), long);
	assert.equal(second.action, null);
	assert.equal(second.screen.scroll, 7);
	assert.notEqual(press(second.screen, key('enter'), long).action, null);
});

test('a word is compared exactly', () => {
	const withWord = (text: string): ScreenState => ({...freshScreen, word: {text: text as ScreenState['word']['text'], at: 0}});
	for (const wrong of ['', 'pro', 'Prod', 'prod ', 'prodd', 'yes']) assert.equal(press(withWord(wrong), key('enter'), around(word)).action, null, wrong);
	assert.deepEqual(press(withWord('prod'), key('enter'), around(word)).action, {kind: 'send', request: {kind: 'start', task: 'b', typed: 'prod'}});
});

test('the arrows look at other tasks and stop at the ends', () => {
	assert.equal(press(freshScreen, key('up'), around(nothing)).screen.looking, 'a');
	assert.equal(press(freshScreen, key('down'), around(nothing)).screen.looking, 'c');
	assert.equal(press({...freshScreen, looking: 'a'}, key('up'), around(nothing, {shownTask: 'a'})).screen.looking, 'a');
	assert.equal(press({...freshScreen, looking: 'a'}, key('down'), around(nothing, {shownTask: 'a'})).screen.looking, null);
	assert.equal(press({...freshScreen, looking: 'c'}, key('escape'), around(nothing, {shownTask: 'c'})).screen.looking, null);
});

test('keys wait while a request is on its way to the disk, ctrl-c does not', () => {
	const busy = {...freshScreen, isBusy: true};
	assert.equal(press(busy, key('enter'), around(start)).action, null);
	assert.equal(press(busy, key('text', 'c', {ctrl: true}), around(start)).screen.dialog?.dialog.kind, 'quit');
});

test('a refusal is said once, until the next key', () => {
	const told = {...freshScreen, notice: {what: 'No.', todo: 'Wait.'}};
	assert.equal(press(told, key('up'), around(nothing)).screen.notice, null);
});

test('no key has two meanings in one place', () => {
	const panels: readonly (readonly Command[])[] = [['yes', 'no', 'partially', 'waive', 'output', 'difference', 'override', 'cancel', 'repeat', ...everywhere], ['follow', 'search', 'searchOn', 'searchBack', 'back', 'tasks', 'scroll', 'first', 'last', 'help', 'full', 'quit', 'commandLog', 'events', 'output']];
	for (const offered of panels) {
		const all = offered.flatMap(command => commands[command].presses as readonly string[]);
		assert.deepEqual(all.filter((press, index) => all.indexOf(press) !== index), []);
	}
});

test('a key with ctrl or alt is no command', () => {
	assert.equal(commandOf(key('text', 'q', {ctrl: true}), ['quit']), null);
	assert.equal(commandOf(key('text', 'q', {meta: true}), ['quit']), null);
	assert.equal(commandOf(letter('q'), ['quit']), 'quit');
});

test('what was typed in one piece is taken key by key', () => {
	const none = {upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageUp: false, pageDown: false, home: false, end: false, return: false, escape: false, tab: false, backspace: false, delete: false, ctrl: false, meta: false, shift: false};
	assert.deepEqual(keysFrom('ab\r', none).map(({name, text}) => [name, text]), [['text', 'a'], ['text', 'b'], ['enter', '\r']]);
	assert.deepEqual(keysFrom('\ta\u0015', none).map(({name, text, ctrl}) => [name, text, ctrl]), [['tab', '\t', false], ['text', 'a', false], ['text', 'u', true]]);
	assert.deepEqual(keysFrom('', {...none, upArrow: true}).map(({name}) => name), ['up']);
	assert.deepEqual(keysFrom('a', {...none, eventType: 'release'}), []);
});
