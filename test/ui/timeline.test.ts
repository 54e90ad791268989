import assert from 'node:assert/strict';
import {test} from 'node:test';

import {makeSafe} from '../../source/text/safe-text.ts';
import {PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {paperTimeline} from '../../source/ui/gallery/timeline-on-paper.ts';
import type {Timeline, TimelineChoice} from '../../source/ui/screens/timeline/timeline.ts';
import {openTimelineSession} from '../../source/ui/screens/timeline/timeline-session.ts';
import {themeFrom} from '../../source/ui/theme.ts';
import {key, letter} from './a-screen.ts';

const size = {columns: 100, rows: 30};

const failedRun = (): PaperRun => PaperRun.create().upTo('upgrade').started('upgrade').advance(5000).finish('upgrade', {outcome: 'failed', exitCode: 1, summary: 'gave up'});

const stepThrough = (content: readonly string[] = [], changes: Partial<Timeline> = {}, run = failedRun()) => {
	const chosen: TimelineChoice[] = [];
	const session = openTimelineSession({timeline: paperTimeline(run, content, changes), theme: themeFrom({LANG: 'C.UTF-8'}), clean: makeSafe, onChoose: choice => void chosen.push(choice)});
	const text = (): string =>
		session
			.draw(size)
			.rows.map(({left, right = []}) => [...left, ...right].map(span => span.text).join(''))
			.join('\n');
	text();
	return {
		chosen,
		text,
		press: async (...names: readonly string[]): Promise<string> => {
			for (const name of names) {
				session.press(name.startsWith('"') ? key('paste', name.slice(1, -1)) : name.length === 1 ? letter(name) : key(name as 'up'));
				for (let turn = 0; turn < 10; turn++) await Promise.resolve();
				text();
			}

			return text();
		},
	};
};

test('it begins at the last line, and each line shows the steps as they were known then', async () => {
	const {text, press} = stepThrough();
	assert.match(text(), /Line (\d+) of \1\. The last one\./);
	assert.match(text(), /✗ Upgrade user/);
	assert.match(await press('up'), /● Upgrade user/);
	assert.match(await press('home'), /nothing was changed yet/);
	assert.match(await press('home'), /▸ 1 Know\s+0\/2/);
});

test('events are searched forwards and backwards, and what is not there is said', async () => {
	const {press} = stepThrough();
	assert.match(await press('home', '/', '"dump"', 'enter'), /dump is not further on/);
	assert.match(await press('escape', '/', '"back up"', 'enter'), /▸ 10 .*started +Back up/);
	assert.match(await press('n'), /▸ 11 .*succeeded +Back up/);
	assert.match(await press('N'), /▸ 10 /);
});

test('the output of an attempt is opened from either of its lines, and searched', async () => {
	const lines = Array.from({length: 200}, (_, index) => `line ${index}${index === 150 ? ' FAILED' : ''}`);
	const {press} = stepThrough(lines);
	assert.match(await press('up', 'o'), /Upgrade user, attempt 1 *lines 1 to \d+ of 200/);
	assert.match(await press('/', '"failed"', 'enter'), /▸ line 150 FAILED/);
	assert.match(await press('n'), /failed is not further on/);
	assert.match(await press('escape', 'escape'), /Line 12 of 13/);
	assert.match(await press('home', 'o'), /Line 1 of 13/);
});

test('a file is opened by its number, and says when it is not as it was recorded', async () => {
	const {press} = stepThrough(['<testsuite/>'], {openFile: async file => ({text: {lineCount: () => 1, lines: () => [{stream: 'out', text: makeSafe('changed')}], search: async () => null, subscribe: () => () => {}, close: () => {}}, standing: `It is not as it was recorded. ${file.sha256.slice(0, 4)}`, isAsRecorded: false})});
	assert.match(await press('home', '/', '"412 passed"', 'enter', 'escape'), /1 evidence\/unit\.1\/junit\.xml/);
	assert.match(await press('1'), /evidence\/unit\.1\/junit\.xml[\s\S]*changed[\s\S]*It is not as it was recorded/);
	assert.match(await press('q'), /Line 6 of 13/);
	assert.match(await press('9'), /Line 6 of 13/);
});

test('what came with an answer is opened as other files are', async () => {
	const {text, press} = stepThrough(['%PDF'], {}, PaperRun.create().apply({type: 'task.confirmed', data: {task: 'qa', answer: 'yes', attachments: [{path: 'evidence/qa.1/protocol.pdf', sizeBytes: 4, sha256: 'd'.repeat(64)}]}}));
	assert.match(text(), /1 evidence\/qa\.1\/protocol\.pdf +4 B/);
	assert.match(await press('1'), /evidence\/qa\.1\/protocol\.pdf[\s\S]*%PDF[\s\S]*As it was recorded/);
});

test('a damaged journal says so at its last good line', () => {
	const {text} = stepThrough([], {damage: 'Line 14 of the journal is not UTF-8.'});
	assert.match(text(), /Line 14 of the journal is not UTF-8/);
});

test('enter shows the run as it was after the line, q and ctrl-c leave', async () => {
	const {press, chosen} = stepThrough();
	await press('home', 'down', 'enter', 'q');
	assert.deepEqual(chosen, [{kind: 'look', line: 1}, {kind: 'leave'}]);
});
