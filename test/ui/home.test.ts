import assert from 'node:assert/strict';
import {test} from 'node:test';

import {emptyHome, longHome, usualHome} from '../../source/ui/gallery/home-on-paper.ts';
import {countOf, freshHome, itemAt, listedIn, pressHome} from '../../source/ui/screens/home/home-state.ts';
import {makeSafe} from '../../source/text/safe-text.ts';
import {key, letter} from './a-screen.ts';

const all = listedIn(usualHome, '');

test('enter follows a run that somebody drives, and goes on with one that nobody does', () => {
	assert.deepEqual(pressHome(freshHome, key('enter'), all, 10).choice, {kind: 'watch', run: '01JDK9'});
	assert.deepEqual(pressHome({...freshHome, selected: 1}, key('enter'), all, 10).choice, {kind: 'resume', run: '01JDJ2'});
});

test('enter shows a past run and starts a runbook, but not one with a mistake', () => {
	const choose = (selected: number) => pressHome({...freshHome, selected}, key('enter'), all, 10).choice;
	assert.deepEqual(choose(3), {kind: 'start', runbook: '/books/digit.runbook.yaml'});
	assert.equal(choose(5), null);
	assert.deepEqual(choose(6), {kind: 'show', run: '01JDH4'});
});

test('r resumes, n goes to the runbooks, q leaves', () => {
	assert.deepEqual(pressHome({...freshHome, selected: 1}, letter('r'), all, 10).choice, {kind: 'resume', run: '01JDJ2'});
	assert.equal(pressHome(freshHome, letter('n'), all, 10).state.selected, 3);
	assert.deepEqual(pressHome(freshHome, letter('q'), all, 10).choice, {kind: 'leave'});
	assert.deepEqual(pressHome(freshHome, key('text', 'c', {ctrl: true}), all, 10).choice, {kind: 'leave'});
	for (const modifier of [{ctrl: true}, {meta: true}]) for (const letter of ['r', 'q', 'j']) assert.deepEqual(pressHome(freshHome, key('text', letter, modifier), all, 10), {state: freshHome, choice: null}, 'a letter with ctrl or alt is another key');
});

test('the selection stays on what is listed', () => {
	assert.equal(pressHome(freshHome, key('up'), all, 10).state.selected, 0);
	assert.equal(pressHome({...freshHome, selected: countOf(all) - 1}, key('down'), all, 10).state.selected, countOf(all) - 1);
	assert.equal(pressHome(freshHome, key('enter'), listedIn(emptyHome, ''), 10).choice, null);
});

test('every word of a search must be found, in whatever order', () => {
	const found = listedIn(usualHome, 'uat mdms');
	assert.equal(countOf(found), 1);
	assert.partialDeepStrictEqual(itemAt(found, 0), {kind: 'unfinished', run: {id: '01JDJ2'}});
	assert.equal(countOf(listedIn(usualHome, 'mdms production')), 0);
	assert.equal(countOf(listedIn(usualHome, 'REHEARSAL')), 1);
});

test('letters are a search while one is written, escape ends it', () => {
	const searching = pressHome(freshHome, letter('/'), all, 10).state;
	const written = pressHome(searching, letter('q'), all, 10);
	assert.equal(written.choice, null);
	assert.equal(written.state.filter.text, 'q');
	assert.equal(pressHome(written.state, key('escape'), all, 10).state.isFiltering, false);
});

test('of a hundred thousand past runs only those are read that are seen', () => {
	const home = longHome(10);
	const read: number[] = [];
	const listing = listedIn({...home, runs: {...home.runs, pastCount: () => 100_000, past: (filter, order, from, count) => (read.push(count), home.runs.past(filter, order, from % 10, count))}}, '');
	const last = pressHome(freshHome, letter('G'), listing, 10).state;
	assert.equal(last.selected, countOf(listing) - 1);
	assert.equal(itemAt(listing, last.selected)?.kind, 'past');
	assert.deepEqual(read, [1]);
});

test('t steps through a run, h opens the history with what was searched for', () => {
	assert.deepEqual(pressHome({...freshHome, selected: 6}, letter('t'), all, 10).choice, {kind: 'timeline', run: '01JDH4'});
	assert.equal(pressHome({...freshHome, selected: 3}, letter('t'), all, 10).choice, null);
	assert.deepEqual(pressHome({...freshHome, filter: {text: makeSafe('otp'), at: 3}}, letter('h'), all, 10).choice, {kind: 'history', filter: 'otp'});
});
