import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import type {Engine} from '../../source/engine/engine.ts';
import {Problem} from '../../source/errors.ts';
import {reportOf} from '../../source/run/report.ts';
import {htmlReport} from '../../source/run/report-html.ts';
import {markdownReport} from '../../source/run/report-markdown.ts';
import {exportRun} from '../../source/stores/export-run.ts';
import {factOf} from '../../source/stores/file-facts.ts';
import {verifyRecord} from '../../source/stores/verify-run.ts';
import {aSmallDisk} from '../a-small-disk.ts';
import {aFolder, aMachine, aStartedRun} from './a-machine.ts';

const question = ['{id: qa, name: QA, confirm: {text: Has QA signed off?, person: true}}'];

const aQuestion = async (folder: string): Promise<{readonly engine: Engine; readonly run: string}> => {
	const home = join(folder, 'home');
	mkdirSync(home);
	const machine = aMachine(folder);
	const engine = await aStartedRun(aMachine(folder, {environment: {...machine.environment, HOME: home}}), question);
	return {engine, run: join(folder, 'state/slipway/runs', engine.snapshot().id)};
};

const attachmentsOf = (engine: Engine) => engine.snapshot().tasks['qa']?.confirmation?.attachments ?? [];
const verified = async (run: string) => (await verifyRecord({path: join(run, 'journal.jsonl'), folder: run, since: null, allowedSigners: null})).files;

test('what comes with an answer is kept before the journal names it, and the record holds it when the original is gone', async context => {
	const folder = aFolder(context);
	const {engine, run} = await aQuestion(folder);
	const shot = join(folder, 'home/Log in (1).png');
	writeFileSync(shot, '\u0089PNG');
	writeFileSync(join(folder, 'protocol.pdf'), '%PDF');
	let isThere = false;
	engine.subscribe(() => (isThere ||= attachmentsOf(engine).every(({path}) => existsSync(join(run, path)))));
	assert.deepEqual(await engine.send({kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', attachments: ['~/Log in (1).png', 'protocol.pdf']}), {done: true});
	assert.ok(isThere);
	rmSync(shot);
	rmSync(join(folder, 'protocol.pdf'));

	const [first = assert.fail(), second = assert.fail()] = attachmentsOf(engine);
	assert.deepEqual([first.path, second.path], ['evidence/qa.1/1-Log-in-1-.png', 'evidence/qa.1/2-protocol.pdf']);
	assert.deepEqual(first, {...(await factOf(join(run, first.path))), path: first.path});
	assert.equal(statSync(join(run, first.path)).mode & 0o777, 0o600);
	await engine.close('left');

	const report = reportOf(engine.snapshot(), engine.lines());
	for (const text of [markdownReport(report).replaceAll('\\', ''), htmlReport(report), JSON.stringify(report)]) for (const {path, sha256} of [first, second]) assert.ok(text.includes(path) && text.includes(sha256), text);
	const archive = join(folder, 'a.tar');
	exportRun(run, new Date(0), archive);
	assert.match(execFileSync('tar', ['tf', archive], {encoding: 'utf8'}), /evidence\/qa\.1\/1-Log-in-1-\.png/);

	assert.deepEqual(await verified(run), {whole: 2, wrong: [], outside: 0});
	writeFileSync(join(run, second.path), '%PDG');
	rmSync(join(run, first.path));
	assert.deepEqual((await verified(run)).wrong, [{path: first.path, why: 'it is gone'}, {path: second.path, why: 'its content was changed'}]);
});

test('an answer that follows another one leaves the files of that one as they are', async context => {
	const folder = aFolder(context);
	const {engine, run} = await aQuestion(folder);
	for (const [answer, text] of [['no', 'broken'], ['yes', 'mended']] as const) {
		writeFileSync(join(folder, 'shot.png'), text);
		assert.equal((await engine.send({kind: 'confirm', task: 'qa', answer, person: 'op-c', attachments: [join(folder, 'shot.png')]})).done, true);
	}

	assert.deepEqual(['qa.1', 'qa.2'].map(name => readFileSync(join(run, 'evidence', name, 'shot.png'), 'utf8')), ['broken', 'mended']);
	await engine.close('left');
	assert.deepEqual(await verified(run), {whole: 2, wrong: [], outside: 0});
	assert.match(markdownReport(reportOf(engine.snapshot(), engine.lines())), /\*\*Answered no\*\* QA: attached evidence\/qa\.1\/shot\.png, SHA-256 [0-9a-f]{64}/);
});

test('what can not be kept is refused in words, and nothing is recorded', async context => {
	const folder = aFolder(context);
	const {engine, run} = await aQuestion(folder);
	const before = engine.lines().length;
	writeFileSync(join(folder, 'empty.png'), '');
	writeFileSync(join(folder, 'film.mp4'), '');
	truncateSync(join(folder, 'film.mp4'), 120_000_000);
	writeFileSync(join(folder, 'good.png'), 'x');
	execFileSync('mkfifo', [join(folder, 'pipe')]);
	for (const [path, why] of [
		['nosuch.png', 'There is no such file.'],
		['good.png/x', 'There is no such file.'],
		['~', 'There is no such file.'],
		['~/', 'It is a folder.'],
		['empty.png', 'It is empty.'],
		['film.mp4', 'It has 120 MB; 100 MB are the most.'],
		['pipe', 'It is no file that ends.'],
	] as const)
		await assert.rejects(engine.send({kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', attachments: ['good.png', path]}), error => error instanceof Problem && error.code === 'attachment-unreadable' && (assert.equal(error.why, why, path), true));

	const refused = await engine.send({kind: 'confirm', task: 'qa', answer: 'yes', attachments: ['good.png']});
	assert.equal(!refused.done && refused.refusal.code, 'person-missing');
	assert.equal(engine.lines().length, before);
	assert.deepEqual(readdirSync(join(run, 'evidence')), []);
	await engine.close('left');
});

test('where the disk has no room for it nothing of it stays there, and the answer can be given without it', async context => {
	const disk = aSmallDisk(context);
	if (disk === null) return;
	const {engine, run} = await aQuestion(disk);
	const folder = aFolder(context);
	writeFileSync(join(folder, 'large.pdf'), Buffer.alloc(300_000, 'x'));
	const refused = await engine.send({kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c', attachments: [join(folder, 'large.pdf')]});
	assert.match(refused.done ? '' : refused.refusal.what, /^Nothing is recorded: .*ENOSPC/);
	assert.deepEqual(readdirSync(join(run, 'evidence')), []);
	assert.deepEqual(await engine.send({kind: 'confirm', task: 'qa', answer: 'yes', person: 'op-c'}), {done: true});
	await engine.close('left');
});
