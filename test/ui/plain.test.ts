import assert from 'node:assert/strict';
import {PassThrough} from 'node:stream';
import {test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {runPlain} from '../../source/ui/plain/plain-app.ts';
import {askInLines} from '../../source/ui/plain/plain-start.ts';
import {usualStart} from '../../source/ui/gallery/start-on-paper.ts';
import {nothingUsual} from '../../source/run/durations.ts';
import type {Request} from '../../source/run/request.ts';
import {makeSafe} from '../../source/text/safe-text.ts';
import {meant} from './a-screen.ts';

const missing = new Problem({code: 'attachment-unreadable', what: 'Nothing is recorded: nosuch.png can not be attached.', why: 'There is no such file.', todo: 'Mend the path.'});

/** Gives the answers one after the other and returns what was printed. */
const talk = async (run: PaperRun, ...answers: readonly string[]): Promise<{readonly text: string; readonly status: number}> => {
	const printed: string[] = [];
	const input = new PassThrough();
	input.end(answers.map(answer => `${answer}\n`).join(''));
	const status = await runPlain({engine: run, clean: makeSafe, clock: run.clock, usual: nothingUsual, input, print: line => printed.push(line)});
	return {text: printed.join('\n'), status};
};

test('an action starts on a clear yes and on nothing else', async () => {
	for (const word of ['', 'y', 'no', 'ja', 'start', '1']) {
		const run = PaperRun.create();
		const {text, status} = await talk(run, word);
		assert.equal(status, 130);
		assert.deepEqual(run.requests, [], word);
		assert.match(text, /Nothing was/, word);
	}

	const run = PaperRun.create();
	const {text} = await talk(run, 'yes');
	assert.deepEqual(run.requests.map(meant), [{kind: 'start', task: 'preview'}]);
	assert.match(text, /Preview user[\s\S]*\$ [\s\S]*Answer yes to start it\./);
});

test('on a protected target the name is asked, and a wrong one starts nothing', async () => {
	const run = PaperRun.create().upTo('upgrade');
	const before = run.requests.length;
	const {text} = await talk(run, 'yes', 'prod', 'production');
	assert.deepEqual(run.requests.slice(before).map(meant), [{kind: 'start', task: 'upgrade', typed: 'production'}]);
	assert.match(text, /From here on things change\.[\s\S]*Type production to start/);
});

test('a question is answered by number, its fields one by one, and the end of the input leaves the run', async () => {
	const run = PaperRun.create().upTo('qa');
	const before = run.requests.length;
	const {text, status} = await talk(run, '2', 'op-c', 'QA-812', 'all green', '');
	assert.deepEqual(run.requests.slice(before), [{kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', reference: 'QA-812', remark: 'all green'}]);
	assert.match(text, /1 {2}Not yet: nothing is recorded\n2 {2}Yes/);
	assert.equal(status, 130);
	assert.match(text, /slipway resume/);
});

test('a needed field that stays empty records nothing', async () => {
	const run = PaperRun.create().upTo('qa');
	const before = run.requests.length;
	const {text} = await talk(run, '2', '');
	assert.equal(run.requests.length, before);
	assert.match(text, /Nothing was recorded\./);
});

test('a file that can not be attached is asked for again, with what was said before kept', async () => {
	const run = PaperRun.create().upTo('qa');
	const send = run.send;
	Object.assign(run, {send: async (request: Request) => (request.kind === 'confirm' && request.attachments?.includes('nosuch.png') === true ? Promise.reject(missing) : send(request))});
	const {text} = await talk(run, '2', 'op-c', 'QA-812', 'all green', 'nosuch.png', '', '', '-', "'log in.png' b.pdf");
	assert.deepEqual(run.requests.at(-1), {kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', reference: 'QA-812', attachments: ['log in.png', 'b.pdf']});
	assert.match(text, /\nNothing is recorded: nosuch\.png can not be attached\. Mend the path\. There is no such file\.\nChecked by \(who checked it; an empty line keeps op-c, - takes it out\):\n/);
});

test('a form that is refused is left by taking out what it needs', async () => {
	const run = PaperRun.create().upTo('qa');
	const before = run.requests.length;
	Object.assign(run, {send: async () => Promise.reject(missing)});
	const {text} = await talk(run, '2', 'op-c', 'QA-812', '', 'nosuch.png', '-');
	assert.equal(run.requests.length, before);
	assert.match(text, /Nothing was recorded\./);
});

test('nothing but text and line feeds is printed', async () => {
	const {text} = await talk(PaperRun.create(), 'help', 'events', 'leave');
	// eslint-disable-next-line no-control-regex
	assert.doesNotMatch(text, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
});

test('what a run needs is asked in lines before it begins', async () => {
	const ask = (text: string) => {
		const input = new PassThrough();
		input.end(text);
		return askInLines(usualStart, input, () => {});
	};
	assert.deepEqual(await ask('uat\n2.9.2\n\n'), {target: 'uat', 'input:version': '2.9.2', 'input:token': ''});
	assert.equal(await ask('uat\nlatest\n\n'), null);
	assert.equal(await ask('uat\n'), null);
});
