import assert from 'node:assert/strict';
import process from 'node:process';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {harmlessDifference} from '../../source/ui/gallery/difference-on-paper.ts';
import {PaperOutput} from '../../source/ui/gallery/paper-output.ts';
import {paperActions, paperPlan, PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {AScreen, keys, meant} from './a-screen.ts';

process.env['TZ'] = 'UTC';

const last = (run: PaperRun) => run.requests.at(-1);
const asked = (run: PaperRun): number => run.requests.length;

test('enter starts what the screen offers, and the screen goes on to what runs', async () => {
	const run = PaperRun.create();
	using screen = new AScreen(run);
	await screen.shows('helm template egov-user');
	await screen.press(keys.enter);
	await screen.shows('It goes on if this terminal closes');
	assert.deepEqual(meant(last(run)), {kind: 'start', task: 'preview'});
	assert.equal(run.snapshot().tasks['preview']?.status, 'running');
});

test('a protected target is not changed by enter, nor by a wrong word, only by its name', async () => {
	const run = PaperRun.create().upTo('upgrade');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Type production to start');
	await screen.press(keys.enter);
	await screen.shows('Nothing was started');
	await screen.press('y', 'e', 's', keys.enter);
	await screen.shows('That is not production.');
	assert.equal(asked(run), before);
	await screen.press(keys.backspace, keys.backspace, keys.backspace, 'production');
	await screen.shows('Type production to start: production');
	await screen.press(keys.enter);
	await screen.shows('It goes on if this terminal closes');
	assert.deepEqual(meant(last(run)), {kind: 'start', task: 'upgrade', typed: 'production'});
});

test('the word and enter in one piece start it, pasted lines do not', async () => {
	const run = PaperRun.create().upTo('upgrade');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Type production');
	await screen.press('\u001B[200~production\rproduction\r\u001B[201~');
	await screen.shows('production production');
	assert.equal(asked(run), before);
	await screen.press(keys.escape, 'production\r');
	assert.equal(asked(run), before + 1);
});

test('keys that were typed ahead reach the fields one after the other', async () => {
	const run = PaperRun.create().upTo('qa');
	using screen = new AScreen(run);
	await screen.shows('QA sign-off');
	await screen.press('yop-c\rCI 47\u007F711\r\r', keys.enter);
	assert.deepEqual(last(run), {kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', reference: 'CI 4711'});
});

test('what does not fit on the screen is shown before it can be started', async () => {
	const run = PaperRun.create();
	using screen = new AScreen(run, {columns: 40, rows: 18});
	await screen.shows('Enter shows the rest');
	const before = asked(run);
	await screen.press(keys.enter);
	assert.equal(asked(run), before);
	for (let page = 0; page < 6 && asked(run) === before; page++) await screen.press(keys.enter);
	assert.deepEqual(meant(last(run)), {kind: 'start', task: 'preview'});
	assert.ok(screen.screen.written.some(text => text.includes('get manifest')), 'the last command was on the screen');
});

test('an enter that was meant for the panel before starts nothing', async () => {
	const run = PaperRun.create({isProtected: false});
	using screen = new AScreen(run, {settleMs: 400});
	await screen.shows('Enter starts it');
	const before = asked(run);
	await screen.press(keys.enter);
	assert.equal(asked(run), before);
	run.advance(500);
	await screen.press(keys.enter);
	assert.equal(asked(run), before + 1);
});

test('what was typed for another program before the form was there records nothing', async () => {
	const run = PaperRun.create({isProtected: false});
	const before = asked(run);
	using screen = new AScreen(run, {settleMs: 400});
	await screen.press('slipway run b.runbook.yaml --target uat\r');
	await screen.shows('Reason');
	assert.equal(asked(run), before);
	run.advance(500);
	await screen.press(keys.enter);
	assert.equal(last(run)?.kind, 'waive');
});

test('enter, escape and n are never a yes', async () => {
	const run = PaperRun.create({difference: harmlessDifference}).upTo('read');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Answer with y, n or p');
	await screen.press(keys.enter, keys.escape, keys.enter, 'x', keys.escape, 'Y', ' ', keys.enter);
	assert.equal(asked(run), before);
	await screen.press('n');
	await screen.shows('Enter goes on to Attachment; nothing is recorded yet.');
	await screen.press(keys.tab);
	await screen.shows('Enter records your no');
	await screen.press(keys.escape);
	assert.equal(asked(run), before);
	await screen.press('n', 'not yet read', keys.enter, keys.enter);
	assert.deepEqual(last(run), {kind: 'confirm', task: 'read', answer: 'no', remark: 'not yet read'});
	await screen.shows('Nothing more happens until you choose.');
});

test('a yes names its person and its reference, and is not recorded without them', async () => {
	const run = PaperRun.create().upTo('qa');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('QA sign-off');
	await screen.press('y', keys.enter, keys.enter, keys.enter, keys.enter);
	await screen.shows('Nothing is recorded yet. Checked by: who checked it.');
	assert.equal(asked(run), before);
	await screen.press('op-c', keys.enter, 'CI 4711', keys.enter, keys.enter, keys.enter);
	assert.deepEqual(last(run), {kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', reference: 'CI 4711'});
	await screen.shows('Release window');
});

test('partially needs a remark', async () => {
	const run = PaperRun.create({difference: harmlessDifference}).upTo('read');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Difference read');
	await screen.press('p', keys.enter, keys.enter);
	await screen.shows('Nothing is recorded yet.');
	assert.equal(asked(run), before);
	await screen.press('Ingress not understood', keys.enter, keys.enter);
	assert.deepEqual(last(run), {kind: 'confirm', task: 'read', answer: 'partially', remark: 'Ingress not understood'});
});

test('files come with an answer, and one that can not be attached costs nothing that was typed', async () => {
	const run = PaperRun.create().upTo('qa');
	const before = asked(run);
	const send = run.send;
	Object.assign(run, {send: async () => Promise.reject(new Problem({code: 'attachment-unreadable', what: 'Nothing is recorded: nosuch.png can not be attached.', why: 'There is no such file.', todo: 'Mend the path.'}))});
	using screen = new AScreen(run);
	await screen.shows('QA sign-off');
	await screen.press('y', 'op-c', keys.enter, 'QA-812', keys.tab, 'all green', keys.tab, '~/log\\ in.png nosuch.png', keys.enter);
	await screen.shows(/There is\s+no such file\./);
	assert.match(screen.text, /Checked by +op-c[\s\S]*Reference +QA-812[\s\S]*Remark +all green[\s\S]*▸ Attachment +~\/log\\ in\.png nosuch\.png/);
	assert.equal(asked(run), before);
	Object.assign(run, {send});
	await screen.press('\u0017', keys.enter);
	assert.deepEqual(last(run), {kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', reference: 'QA-812', remark: 'all green', attachments: ['~/log in.png']});
});

test('after a no the letters of the first question answer again, and none of what is typed waives', async () => {
	for (const [letter, answer] of [['y', 'yes'], ['p', 'partially'], ['n', 'no']] as const) {
		const run = PaperRun.create({difference: harmlessDifference}).upTo('read').sent({kind: 'confirm', task: 'read', answer: 'no', remark: 'row 10b'});
		using screen = new AScreen(run);
		await screen.shows('Nothing more happens until you choose.');
		await screen.press(letter, ...'row 10b: mended', keys.enter, keys.enter);
		assert.deepEqual(last(run), {kind: 'confirm', task: 'read', answer, remark: 'row 10b: mended'});
	}
});

test('after a no, a yes still waits until every dangerous change was opened', async () => {
	const run = PaperRun.create().upTo('read').sent({kind: 'confirm', task: 'read', answer: 'no'});
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('2 dangerous changes have to be read first');
	assert.doesNotMatch(screen.text, /Answer yes/);
	await screen.press('y', keys.enter, keys.enter);
	assert.equal(run.requests.slice(before).some(({kind}) => kind === 'confirm'), false);
	await screen.press('d', keys.enter, keys.escape, 'y', keys.enter, keys.enter);
	assert.deepEqual(last(run), {kind: 'confirm', task: 'read', answer: 'yes'});
});

test('what a panel lists with a letter has that letter as its key', async () => {
	const failed = PaperRun.create().upTo('unit').started('unit').finish('unit', {outcome: 'failed', exitCode: 1});
	const readFirst = {difference: harmlessDifference};
	for (const [run, letter, shown] of [
		[PaperRun.create(readFirst).upTo('read'), 'p', 'Partially: Difference read'],
		[PaperRun.create().upTo('second-person'), 'y', 'Approve this release'],
		[failed, 'r', 'Enter starts it: Unit tests.'],
	] as const) {
		using screen = new AScreen(run);
		await screen.press(letter);
		await screen.shows(shown);
	}
});

test('after the end of the run nothing is chosen any more for what failed or was answered no', async () => {
	const failed = PaperRun.create().upTo('unit').started('unit').finish('unit', {outcome: 'failed', exitCode: 1}).sent({kind: 'confirm', task: 'qa', answer: 'no'});
	using screen = new AScreen(failed.sent({kind: 'end', result: 'abandoned', statement: 'Another day.'}));
	for (const task of ['unit', 'qa']) {
		await screen.session.act({kind: 'look', task});
		await screen.shows('Esc goes back to the end of the run.');
		assert.doesNotMatch(screen.text, /Waive|Retry|Answer yes/);
	}
});

test('an answer in part is seen in the steps, on its panel and at the end, and blocks nothing', async () => {
	const run = PaperRun.create().upTo('eyes').sent({kind: 'confirm', task: 'eyes', answer: 'partially', remark: 'in English alone'});
	using screen = new AScreen(run);
	await screen.shows('½ Looked at by a person: partially, in English');
	assert.match(screen.text, /½ 6 Test live +3\/3[\s\S]*11 done, 1 partially\.[\s\S]*Succeeded… +done, but for 1 partially/);
	await screen.press('[');
	await screen.shows('½ partially');
	assert.match(screen.text, /▸ ½ Looked at by a p/);
	await screen.press(keys.escape, keys.down, keys.enter, 'It is live.', keys.enter);
	await screen.shows('½ Looked at by a person: partially');
	assert.equal(run.snapshot().ending?.result, 'succeeded');
});

test('cancelling what writes its own files says whether it reaches beyond them', async () => {
	const {dump} = paperActions();
	assert.ok(dump !== undefined && 'plan' in dump);
	const scratch: typeof dump = {...dump, plan: {...dump.plan, commands: [...dump.plan.commands, {effect: 'changes', argv: ['createdb', 'slipway_check']}]}};
	for (const [action, says] of [[dump, 'cancelling leaves no trace'], [scratch, 'What its commands with ! have given to']] as const) {
		using screen = new AScreen(PaperRun.create({actions: {dump: action}}).upTo('dump').started('dump'));
		await screen.shows('It goes on if this terminal closes');
		await screen.press('c');
		await screen.shows('Let it run');
		assert.ok(screen.text.replaceAll(/[│\s]+/g, ' ').includes(says), screen.text);
	}
});

test('cancelling asks, says what it leaves, and lets it run unless it is chosen', async () => {
	const run = PaperRun.create().upTo('upgrade').started('upgrade').advance(60_000);
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('It goes on if this terminal closes');
	await screen.press('c');
	await screen.shows('may be half done');
	await screen.press(keys.enter);
	assert.equal(asked(run), before);
	await screen.press('c', keys.down, keys.enter);
	assert.deepEqual(last(run), {kind: 'cancel', task: 'upgrade'});
	await screen.shows('Asked to stop');
	await screen.press('c');
	await screen.shows('Kill Upgrade user?');
});

test('after a failure the harmless choice is preselected, and retry shows the command before it starts', async () => {
	const run = PaperRun.create({isProtected: false}).upTo('upgrade').started('upgrade').finish('upgrade', {outcome: 'failed', exitCode: 1, summary: 'it failed'});
	using screen = new AScreen(run);
	await screen.shows('▸ Stop and look');
	await screen.press(keys.enter);
	assert.deepEqual(last(run), {kind: 'stop', task: 'upgrade'});
	await screen.shows('▸ Look at it');
	const before = asked(run);
	await screen.press(keys.down, keys.enter);
	await screen.shows('attempt 2');
	await screen.shows('! helm upgrade');
	assert.equal(asked(run), before);
	await screen.press(keys.escape);
	await screen.shows('▸ Look at it');
	await screen.press(keys.down, keys.down, keys.enter);
	await screen.shows('! helm rollback');
	await screen.press(keys.enter, keys.enter, keys.enter);
	assert.deepEqual(meant(last(run)), {kind: 'start', task: 'upgrade.rollback'});
});

test('a task is waived with a reason, never without', async () => {
	const run = PaperRun.create().upTo('unit');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Unit tests');
	await screen.press('w', keys.enter);
	await screen.shows('Nothing is recorded yet.');
	assert.equal(asked(run), before);
	await screen.press('CI ran them', keys.enter);
	assert.deepEqual(last(run), {kind: 'waive', task: 'unit', reason: 'CI ran them'});
	await screen.shows('QA sign-off');
});

test('a closed window is gone through with a reason and the name of the target', async () => {
	const run = PaperRun.create({now: new Date('2026-11-24T17:40:00.000Z')}).upTo('window');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('The window opens Wed 10:00 in Asia/Kolkata');
	await screen.press(keys.enter);
	assert.equal(asked(run), before);
	await screen.press('v', 'Logins fail', keys.enter, 'prod', keys.enter);
	await screen.shows('Target: type production.');
	assert.equal(asked(run), before);
	await screen.press('uction', keys.enter);
	assert.deepEqual(last(run), {kind: 'override', task: 'window', gate: 'window', reason: 'Logins fail', typed: 'production'});
});

test('an end that is not known is recorded with a reason, after the world was asked', async () => {
	const run = PaperRun.create().upTo('upgrade').started('upgrade').doubt('upgrade', 'the machine restarted');
	using screen = new AScreen(run);
	await screen.shows('Slipway does not guess.');
	await screen.press(keys.enter);
	assert.deepEqual(last(run), {kind: 'probe', task: 'upgrade'});
	await screen.press(keys.down, keys.down, keys.enter, 'revision 41 is live', keys.enter);
	assert.deepEqual(last(run), {kind: 'resolve', task: 'upgrade', as: 'failed', reason: 'revision 41 is live'});
	await screen.shows('▸ Stop and look');
});

test('no end is asked for while something of the attempt still runs, and it is when that is gone', async () => {
	const run = PaperRun.create().upTo('upgrade').started('upgrade').doubt('upgrade', 'No end was written down.', {verdict: 'unknown', facts: [], alive: [{pid: 4711, command: 'helm upgrade user'}]});
	using screen = new AScreen(run);
	await screen.shows('Still runs: helm upgrade user (process 4711)');
	await screen.press(keys.down, keys.enter);
	assert.deepEqual(last(run), {kind: 'probe', task: 'upgrade'}, 'there is no other choice');
	run.apply({type: 'attempt.probed', data: {task: 'upgrade', attempt: 1, verdict: 'not-done', facts: ['Likely\tHelm had not begun.'], alive: []}});
	await screen.shows('No process of it is found.');
	await screen.press(keys.down, keys.enter);
	await screen.shows('The world says that it was not done.');
	await screen.press('I saw it', keys.enter);
	assert.deepEqual(last(run), {kind: 'resolve', task: 'upgrade', as: 'succeeded', reason: 'I saw it'});
	assert.partialDeepStrictEqual(run.snapshot().tasks['upgrade']?.attempts[0]?.end, {kind: 'resolved', world: {verdict: 'not-done'}});
});

test('the operator can look back at what was done, and one key returns to the one next thing', async () => {
	const run = PaperRun.create().upTo('upgrade');
	using screen = new AScreen(run);
	await screen.shows('Type production');
	await screen.press(keys.up);
	await screen.shows('1.2 GB, read whole');
	await screen.press(keys.up, keys.up);
	await screen.shows('Esc goes back to Upgrade user.');
	await screen.press(keys.escape);
	await screen.shows('Type production');
	await screen.press(keys.down);
	await screen.shows('Images running');
});

test('ctrl-c asks first and leaves when it is pressed again; what runs is not touched', async () => {
	const run = PaperRun.create().upTo('upgrade').started('upgrade');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.press(keys.ctrlC);
	await screen.shows('Upgrade user is running and goes on');
	await screen.shows('slipway resume 01JDK7');
	assert.equal(screen.left, 0);
	await screen.press(keys.escape);
	await screen.shows('It goes on if this terminal closes');
	await screen.press(keys.ctrlC, keys.ctrlC);
	assert.equal(screen.left, 1);
	assert.equal(asked(run), before);
});

test('ctrl-c asks also while a field is being written', async () => {
	const run = PaperRun.create().upTo('upgrade');
	using screen = new AScreen(run);
	await screen.press('prod', keys.ctrlC);
	await screen.shows('Leave the run?');
	await screen.press(keys.enter);
	assert.equal(screen.left, 0);
});

test('a run ends as succeeded only when the rules allow it, and says why not', async () => {
	const run = PaperRun.create().upTo('end');
	using screen = new AScreen(run);
	await screen.shows('Every task is settled');
	await screen.press(keys.enter);
	assert.equal(run.snapshot().ending, null);
	await screen.press(keys.down, keys.enter, keys.enter);
	await screen.shows('Nothing is recorded yet.');
	await screen.press('2.9.2 is live', keys.enter);
	await screen.shows('The run has ended');
	assert.equal(run.snapshot().ending?.result, 'succeeded');
	await screen.press('q');
	assert.equal(screen.left, 1);
});

test('what the rules refuse is said on the screen with what to do', async () => {
	const run = PaperRun.create().upTo('second-person');
	using screen = new AScreen(run);
	await screen.press(keys.down, keys.enter, 'op-a', keys.enter, keys.enter);
	await screen.shows('The operator cannot approve the own release. Ask somebody else.');
	await screen.press(keys.escape);
	await screen.shows('Second person');
});

test('output is followed as it comes, scrolled, and searched', async () => {
	const run = PaperRun.create().upTo('unit').started('unit');
	const output = new PaperOutput(Array.from({length: 500}, (_, index) => (index === 100 ? 'needle' : `line ${index}`)));
	using screen = new AScreen(run, {output});
	await screen.shows('line 499');
	output.say('line 500');
	await screen.shows('line 500');
	await screen.press('o');
	await screen.shows('501 lines · end');
	await screen.press(keys.pageUp);
	await screen.shows('lines 470 to 485 of 501');
	output.say('line 501');
	await screen.shows('lines 470 to 485 of 502');
	await screen.press('f');
	await screen.shows('line 501');
	await screen.press('/', 'needle', keys.enter);
	await screen.shows('▸ needle');
	await screen.press(keys.escape, keys.escape);
	await screen.shows('It goes on if this terminal closes');
});

test('a read-only follower is told who drives, and can change nothing', async () => {
	const run = Object.assign(PaperRun.create().upTo('read'), {readOnly: 'op-b@ops2 drives this run since 13:40.'});
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Read-only: op-b@ops2 drives');
	await screen.press('y', keys.enter, 'n', keys.enter, 'w', keys.enter, 'x', keys.enter);
	assert.equal(asked(run), before);
	await screen.press(keys.escape, 'q');
	assert.equal(screen.left, 1);
});

test('a form that is open when the disk fails promises nothing more, says what to do, and keeps what was typed', async () => {
	const run = PaperRun.create().upTo('qa');
	using screen = new AScreen(run);
	await screen.shows('QA sign-off');
	await screen.press('y', 'op-c of QA');
	await screen.shows('Enter goes on to Reference; nothing is recorded yet.');
	Object.assign(run, {readOnly: 'The disk is full. Free some space on it, then open the run again with `slipway resume`.'}).apply({type: 'run.suspended', data: {reason: 'disk-full', lost: 'task.confirmed'}});
	await screen.shows('Read-only: The disk is full. Free some space on it');
	assert.match(screen.text, /op-c of QA/);
	assert.doesNotMatch(screen.text, /Enter (records|goes on)|record it/);
	await screen.press(keys.escape, 'e');
	await screen.shows('disk full     this was not recorded: task.confirmed');
});

test('the screen follows the size of the terminal', async () => {
	const run = PaperRun.create().upTo('upgrade');
	using screen = new AScreen(run);
	await screen.shows('│ Upgrade user');
	screen.screen.resize(40, 20);
	await screen.shows('5/6 Deploy');
	assert.equal(screen.text.split('\n').length, 20);
	screen.screen.resize(120, 40);
	await screen.shows(/─{120}/);
	assert.equal(screen.text.split('\n').length, 40);
});

test('an engine that can no longer write says so, and nothing more is done', async () => {
	const run = PaperRun.create();
	Object.assign(run, {
		send: async () => {
			throw new Error('ENOSPC: no space left on device, write');
		},
	});
	using screen = new AScreen(run);
	await screen.shows('Enter starts it');
	await screen.press(keys.enter);
	await screen.shows('no space left on device');
});

test('what runs is looked at while it runs and is shown, and no longer', async () => {
	const run = Object.assign(PaperRun.create().upTo('upgrade').started('upgrade'), {seen: 'it was not read yet' as const});
	using screen = new AScreen(run);
	await screen.shows('How far the workloads are is unknown');
	assert.equal(run.closedObservers, 0);
	await screen.press(keys.up);
	assert.equal(run.closedObservers, 1);
	await screen.press(keys.escape);
	await screen.shows('How far the workloads are');
	run.finish('upgrade');
	await screen.shows('Images running');
	assert.equal(run.closedObservers, 2);
});

test('an approval that has expired is open again before what it holds back, and counts when it is given again', async () => {
	const run = PaperRun.create().upTo('upgrade').advance(7_200_000);
	using screen = new AScreen(run, {columns: 120, rows: 40});
	await screen.shows('! expired');
	for (const part of [/▸ 3 When +1\/2/, / ▸ Second person/, /The approval has expired, so it is asked for again\./, /! op-b, 13:44, claimed, counted until 15:44/, /slipway approve 01JDK7 --request/]) assert.match(screen.text, part);
	await screen.press(keys.down, keys.enter, 'op-b', keys.enter, keys.enter);
	await screen.shows('window closed');
	assert.deepEqual(last(run), {kind: 'approve', task: 'second-person', person: 'op-b'});
	assert.match(screen.text, /✓ 3 When +2\/2/);
});

test('an approval that has expired while something else is next is open in the steps, and asked for when it is needed', async () => {
	using screen = new AScreen(PaperRun.create().upTo('dump').advance(7_200_000));
	await screen.shows('pg_dump');
	assert.match(screen.text, /○ 3 When +1\/2/);
	await screen.press('[');
	await screen.shows('! expired');
	assert.match(screen.text, / ! Second person/);
});

test('an approval that expires after the change asks for nothing any more', async () => {
	using screen = new AScreen(PaperRun.create().upTo('images').advance(7_200_000));
	await screen.shows('Images running');
	assert.match(screen.text, /✓ 3 When +2\/2/);
	await screen.press('[', '[', '[');
	await screen.shows('Counts until  15:44:');
	assert.doesNotMatch(screen.text, /expired|Approve…/);
});

test('a change that failed keeps its choices, and the approval that a retry needs can be given from the steps', async () => {
	const run = PaperRun.create().upTo('upgrade').started('upgrade').finish('upgrade', {outcome: 'failed', exitCode: 1, summary: 'no luck'}).advance(7_200_000);
	using screen = new AScreen(run);
	await screen.shows('✗ failed');
	assert.match(screen.text, /! Second person|○ 3 When +1\/2/);
	await screen.press('[', '[');
	await screen.shows('! expired');
	await screen.shows('Approve…');
	run.done('upgrade.rollback');
	await screen.shows('✓ done');
	assert.doesNotMatch(screen.text, /expired/);
});

test('what is approved is on the screen, its hashes cut short', async () => {
	using screen = new AScreen(PaperRun.create().upTo('read').done('preview', 5000, {outputs: {'to-version': '2.9.2', 'manifest-sha256': '9c1f0a5bb7d6'.padEnd(64, '0')}}).yes('read').done('unit').yes('qa', {person: 'op-c', reference: 'CI'}).yes('window'));
	await screen.shows('What is approved');
	assert.match(screen.text, /preview: to-version 2\.9\.2, manifest-sha256[ │\n]+9c1f0a5bb7d6[ │\n]+subject: [0-9a-f]{12}\s/);
});

test('where only a signature counts no name is asked for, and how it is made and handed in is shown', async () => {
	const plan = paperPlan();
	const signed = {...plan, steps: plan.steps.map(step => ({...step, tasks: step.tasks.map(task => (task.kind === 'approval' ? {...task, approval: {by: 1, allowedSigners: '/books/approvers'}} : task))}))};
	const run = PaperRun.create({plan: signed}).upTo('second-person');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('Sign…');
	await screen.press(keys.down, keys.enter);
	for (const command of ['slipway approve 01JDK7 --request', 'slipway approve --sign KEY --file request.txt', 'slipway approve 01JDK7 --file request.txt.signed']) await screen.shows(command);
	assert.doesNotMatch(screen.text, /Approver/);
	await screen.press(keys.enter);
	await screen.shows('Sign…');
	assert.equal(asked(run), before);
});
