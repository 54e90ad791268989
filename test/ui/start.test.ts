import assert from 'node:assert/strict';
import {test} from 'node:test';

import {usualStart} from '../../source/ui/gallery/start-on-paper.ts';
import type {Key} from '../../source/ui/keys.ts';
import {freshStart, pressStart, type StartPressed} from '../../source/ui/screens/start/start-state.ts';
import {key, letter} from './a-screen.ts';

const after = (...keys: readonly Key[]): StartPressed => keys.reduce((pressed, next) => pressStart(usualStart, pressed.state, next), {state: freshStart(usualStart), done: null} as StartPressed);
const typed = (text: string): readonly Key[] => [...text].map(letter);

test('a run begins only when everything that is needed is answered', () => {
	const early = after(key('enter'));
	assert.equal(early.done, null);
	assert.equal(early.state.problem, 'Target needs an answer.');
	assert.deepEqual(after(letter('p'), key('tab'), ...typed('2.9.2'), key('enter')).done, {kind: 'begin', answers: {target: 'production', 'input:version': '2.9.2', 'input:token': ''}});
});

test('enter goes to the first question without an answer', () => {
	assert.equal(after(letter('u'), key('enter')).state.at, 1);
});

test('answers that do not do begin nothing and say why', () => {
	const {state, done} = after(letter('u'), key('tab'), ...typed('latest'), key('enter'));
	assert.equal(done, null);
	assert.match(state.problem ?? '', /can't be "latest"/);
});

test('a choice goes around, and takes no other words', () => {
	const target = (...keys: readonly Key[]): string | undefined => after(...keys).state.fields['target']?.text;
	assert.equal(target(key('right')), 'uat');
	assert.equal(target(key('right'), key('right'), key('right')), 'uat');
	assert.equal(target(key('left')), 'production');
	assert.equal(target(...typed('xyz')), '');
	assert.equal(target({...key('text'), name: 'paste', text: 'production'}), '');
});

test('escape and ctrl-c leave', () => {
	assert.deepEqual(after(key('escape')).done, {kind: 'leave'});
	assert.deepEqual(after({...letter('c'), ctrl: true}).done, {kind: 'leave'});
});
