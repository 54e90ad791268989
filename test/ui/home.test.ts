import assert from 'node:assert/strict';
import {test} from 'node:test';

import {emptyHome, longHome, usualHome} from '../../source/ui/gallery/home-on-paper.ts';
import {freshHome, listedIn, pressHome} from '../../source/ui/screens/home/home-state.ts';
import {key, letter} from './a-screen.ts';

const all = listedIn(usualHome, '');

test('enter goes on with the first unfinished run', () => {
	assert.deepEqual(pressHome(freshHome, key('enter'), all, 10).choice, {kind: 'resume', run: '01JDK9'});
});

test('enter shows a past run and starts a runbook, but not one with a mistake', () => {
	const choose = (selected: number) => pressHome({...freshHome, selected}, key('enter'), all, 10).choice;
	assert.deepEqual(choose(3), {kind: 'start', runbook: '/books/digit.runbook.yaml'});
	assert.equal(choose(5), null);
	assert.deepEqual(choose(6), {kind: 'show', run: '01JDH4'});
});

test('r resumes, n goes to the runbooks, q leaves', () => {
	assert.deepEqual(pressHome({...freshHome, selected: 6}, letter('r'), all, 10).choice, {kind: 'resume', run: '01JDK9'});
	assert.equal(pressHome(freshHome, letter('n'), all, 10).state.selected, 3);
	assert.deepEqual(pressHome(freshHome, letter('q'), all, 10).choice, {kind: 'leave'});
	assert.deepEqual(pressHome(freshHome, key('text', 'c', {ctrl: true}), all, 10).choice, {kind: 'leave'});
});

test('the selection stays on what is listed', () => {
	assert.equal(pressHome(freshHome, key('up'), all, 10).state.selected, 0);
	assert.equal(pressHome({...freshHome, selected: all.length - 1}, key('down'), all, 10).state.selected, all.length - 1);
	assert.equal(pressHome(freshHome, key('enter'), listedIn(emptyHome, ''), 10).choice, null);
});

test('every word of a search must be found, in whatever order', () => {
	assert.deepEqual(listedIn(usualHome, 'uat mdms').map(item => (item.kind === 'runbook' ? item.runbook.file : item.run.id)), ['01JDJ2']);
	assert.equal(listedIn(usualHome, 'mdms production').length, 0);
	assert.equal(listedIn(usualHome, 'REHEARSAL').length, 1);
});

test('letters are a search while one is written, escape ends it', () => {
	const searching = pressHome(freshHome, letter('/'), all, 10).state;
	const written = pressHome(searching, letter('q'), all, 10);
	assert.equal(written.choice, null);
	assert.equal(written.state.filter.text, 'q');
	assert.equal(pressHome(written.state, key('escape'), all, 10).state.isFiltering, false);
});

test('a hundred thousand past runs are searched while a key is pressed', () => {
	const home = longHome(100_000);
	const start = performance.now();
	listedIn(home, 'otp 2.3');
	assert.ok(performance.now() - start < 1000);
});
