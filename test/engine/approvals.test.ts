import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import {test, type TestContext} from 'node:test';

import type {Engine} from '../../source/engine/engine.ts';
import {resumeRun} from '../../source/engine/open-run.ts';
import {reportOf} from '../../source/run/report.ts';
import {putIntoInbox} from '../../source/stores/approvals-folder.ts';
import {verifyRecord} from '../../source/stores/verify-run.ts';
import {aMachine, aStartedRun, until} from './a-machine.ts';

const cli = ['--import', import.meta.resolve('tsx'), resolve(import.meta.dirname, '../../source/cli.ts')];
const tasks = (approval: string): readonly string[] => [`{id: look, run: 'echo version=2.9.2 >> "$SLIPWAY_OUTPUT"', effect: reads}`, `{id: second-person, approval: ${approval}}`, "{id: upgrade, run: 'true'}"];

type Said = {readonly status: number | null; readonly out: string; readonly err: string};

/** The program as a person at another prompt calls it. */
const slipway = (folder: string, ...argv: readonly string[]): Promise<Said> => slipwayAs({env: {HOME: folder, XDG_STATE_HOME: join(folder, 'state')}}, folder, argv);

const slipwayAs = ({env, ...user}: {readonly env: Readonly<Record<string, string>>; readonly uid?: number; readonly gid?: number}, cwd: string, argv: readonly string[]): Promise<Said> =>
	new Promise(done => {
		const child = spawn(process.execPath, [...cli, ...argv], {cwd, env: {PATH: process.env['PATH'], ...env}, ...user, stdio: ['ignore', 'pipe', 'pipe']});
		let [out, err] = ['', ''];
		child.stdout.on('data', (text: Buffer) => (out += text.toString()));
		child.stderr.on('data', (text: Buffer) => (err += text.toString()));
		child.on('close', status => done({status, out, err}));
	});

const aKey = (folder: string, name: string, type = 'ed25519'): string => {
	const path = join(folder, name);
	assert.equal(spawnSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', path]).status, 0);
	return path;
};

const allow = (folder: string, keys: Readonly<Record<string, string>>): void => writeFileSync(join(folder, 'approvers'), Object.entries(keys).map(([who, key]) => `${who} namespaces="slipway-approval@v1" ${readFileSync(`${key}.pub`, 'utf8')}`).join(''));

const open = new Map<string, Engine[]>();

/** A folder that is gone after the test, its runs left before. */
const aFolder = (context: TestContext): string => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway approvals-'));
	open.set(folder, []);
	context.after(async () => {
		for (const engine of open.get(folder) ?? []) if (engine.readOnly === null) await engine.close('left');
		rmSync(folder, {recursive: true, force: true, maxRetries: 5});
	});
	return folder;
};

/** A run that waits for its second person. */
const aWaitingRun = async (folder: string, approval = '{by: 1, max-age: 2h, allowed-signers: approvers}'): Promise<Engine> => {
	const engine = await aStartedRun(aMachine(folder), tasks(approval));
	open.get(folder)?.push(engine);
	await engine.send({kind: 'start', task: 'look'});
	while (engine.snapshot().tasks['look']?.status !== 'done') await new Promise<void>(done => { const stop = engine.subscribe(() => { stop(); done(); }); });
	return engine;
};

const approvalsOf = (engine: Engine) => engine.snapshot().tasks['second-person']?.approvals ?? [];

test('a request that the second person signs is taken as proved, by the process that drives the run', async context => {
	const folder = aFolder(context);
	const key = aKey(folder, 'asha');
	allow(folder, {'asha@example.org': key});
	const engine = await aWaitingRun(folder);
	const runId = engine.snapshot().id;
	assert.equal((await engine.send({kind: 'start', task: 'upgrade'})).done, false);

	const request = await slipway(folder, 'approve', runId, '--request');
	assert.match(request.out, new RegExp(`^slipway approval v1\nrun: ${runId}\nrunbook: Release \\(sha256 [0-9a-f]{64}\\)\ntask: second-person\ntarget: uat\noperator: op-a@ops1\ncovers: look: version 2\\.9\\.2\nsubject: [0-9a-f]{64}\nasked: \\S+Z\nexpires: \\S+Z\n$`));
	writeFileSync(join(folder, 'request.txt'), request.out);

	const wrongWord = await slipway(folder, 'approve', '--sign', 'asha', '--file', 'request.txt', '--confirm-target', 'prod');
	assert.equal(wrongWord.status, 1);
	const signed = await slipway(folder, 'approve', '--sign', 'asha', '--file', 'request.txt', '--confirm-target', 'uat');
	assert.equal(signed.status, 0, signed.err);
	assert.match(signed.out, /covers: look: version 2\.9\.2/);

	const handed = await slipway(folder, 'approve', runId, '--file', 'request.txt.signed', '--remark', 'seen');
	assert.equal(handed.status, 0, handed.err);
	assert.match(handed.out, /^Recorded: approved by asha@example\.org, signed with the key SHA256:\S+, held against the allowed signers of the runbook \(SHA-256 [0-9a-f]{12}\)\.\n$/);
	const [approval] = approvalsOf(engine);
	assert.partialDeepStrictEqual(approval, {person: 'asha@example.org', proof: 'signed', remark: 'seen'});
	assert.equal((await engine.send({kind: 'start', task: 'upgrade'})).done, true);

	// What an auditor does, with the files that the journal names.
	const run = join(folder, 'state/slipway/runs', runId);
	const {request: text, signature, allowedSigners} = approval?.signed ?? assert.fail();
	const checked = spawnSync('ssh-keygen', ['-Y', 'verify', '-f', join(run, allowedSigners?.path ?? ''), '-I', 'asha@example.org', '-n', 'slipway-approval@v1', '-s', join(run, signature.path)], {input: readFileSync(join(run, text.path)), encoding: 'utf8'});
	assert.equal(checked.status, 0, checked.stderr);
	await engine.close('left');
	assert.deepEqual((await verifyRecord({path: join(run, 'journal.jsonl'), folder: run, since: null, allowedSigners: null})).files.wrong, []);
	writeFileSync(join(run, text.path), request.out.replace('uat', 'prod'));
	assert.deepEqual((await verifyRecord({path: join(run, 'journal.jsonl'), folder: run, since: null, allowedSigners: null})).files.wrong.map(({path}) => path), [text.path]);
});

test('another user of the machine signs with ssh-keygen alone, and never touches the run', {skip: process.getuid?.() === 0 ? false : 'only root can become another user'}, async context => {
	const folder = aFolder(context);
	const theirs = mkdtempSync(join(tmpdir(), 'slipway-second-'));
	context.after(() => rmSync(theirs, {recursive: true}));
	const [uid, gid] = [65_534, 65_534];
	spawnSync('chown', [`${uid}:${gid}`, theirs]);
	const engine = await aWaitingRun(folder, '{by: 1}');
	const runId = engine.snapshot().id;
	chmodSync(folder, 0o755);
	const asThem = (command: string, input = '') => spawnSync('sh', ['-c', command], {uid, gid, cwd: theirs, input, encoding: 'utf8', env: {PATH: process.env['PATH'], HOME: theirs}});
	assert.notEqual(asThem(`cat '${join(folder, 'state/slipway/runs', runId, 'journal.jsonl')}'`).status, 0);

	const {out} = await slipway(folder, 'approve', runId, '--request');
	const made = asThem('ssh-keygen -q -t ecdsa -N "" -f key && cat > request.txt && ssh-keygen -q -Y sign -n slipway-approval@v1 -f key request.txt && chmod 644 request.txt.sig key.pub', out);
	assert.equal(made.status, 0, made.stderr);
	allow(folder, {'second@ops1': join(theirs, 'key')});
	// The signature alone: the request was kept.
	const handed = await slipway(folder, 'approve', runId, '--file', join(theirs, 'request.txt.sig'), '--allowed-signers', 'approvers');
	assert.equal(handed.status, 0, handed.err);
	// The list came with the signature: whoever drives the run could have written it, so it proves nobody.
	const list = join(folder, 'approvers');
	assert.match(handed.out, new RegExp(`^Recorded: approved by second@ops1, a claim: it is signed by the key SHA256:\\S+, and only ${list} \\(SHA-256 [0-9a-f]{12}\\) says whose it is, which was given with the signature; the runbook names no allowed signers\\.\n$`));
	assert.partialDeepStrictEqual(approvalsOf(engine)[0], {proof: 'claimed', person: 'second@ops1', signed: {givenSigners: list}});
	const report = reportOf(engine.snapshot(), engine.lines());
	assert.partialDeepStrictEqual(report.people.approvals[0], {proof: 'claimed', signers: {path: list, namedBy: 'signature'}});
	assert.deepEqual(report.exceptions.filter(({kind}) => kind === 'claimed').length, 1);
	await engine.close('left');
	const run = join(folder, 'state/slipway/runs', runId);
	const verified = await verifyRecord({path: join(run, 'journal.jsonl'), folder: run, since: null, allowedSigners: null});
	assert.deepEqual([verified.approvals, verified.files.wrong], [{good: 0, unbound: 0, wrong: []}, []]);
});

test('what proves nothing is refused, and the refusal is recorded', async context => {
	const folder = aFolder(context);
	const [asha, stranger, operator] = [aKey(folder, 'asha'), aKey(folder, 'stranger'), aKey(folder, 'op-a')];
	allow(folder, {'asha@example.org': asha, 'op-a@example.org': operator});
	const engine = await aWaitingRun(folder);
	const {out: text} = await slipway(folder, 'approve', engine.snapshot().id, '--request');
	const sign = (signedText: string, key: string, namespace = 'slipway-approval@v1'): string => spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', namespace], {input: signedText, encoding: 'utf8'}).stdout;
	const send = async (signedText: string, signature: string): Promise<string> => {
		const reply = await engine.send({kind: 'approve', task: 'second-person', person: 'asha@example.org', signed: {text: signedText, signature}});
		return reply.done ? 'done' : `${reply.refusal.code}: ${reply.refusal.what}`;
	};
	const shifted = (name: string, to: string): string => text.replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ${to}`);
	const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');

	assert.match(await send(text, sign(text, stranger)), /^signature-bad: .*gives to nobody/);
	assert.match(await send(text, sign(text, asha, 'file')), /^signature-bad: .*it was made for "file"/);
	assert.match(await send(text, sign(`${text}x`, asha)), /^signature-bad: Its signature does not hold/);
	assert.match(await send(text, 'no signature'), /^signature-bad: .*it is not a signature of OpenSSH/);
	for (const [name, to, why] of [
		['run', '01JDK7000000000000000000AA', 'is about the run 01JDK7000000000000000000AA'],
		['task', 'other', 'is about the task other'],
		['subject', 'ab'.repeat(32), 'is about other results'],
		['target', 'prod', 'is not what this run asks for'],
		['covers', 'look: version 2.9.1', 'is not what this run asks for'],
		['expires', new Date(Date.now() + 30 * 86_400_000).toISOString(), 'counts longer than the runbook allows'],
		['asked', soon, 'counts longer than the runbook allows'],
		['expires', '2026-01-01T00:00:00Z', 'has expired at 2026-01-01T00:00:00Z'],
		['expires', 'never', 'counts longer than the runbook allows'],
	] as const)
		assert.match(await send(shifted(name, to), sign(shifted(name, to), asha)), new RegExp(`^request-differs: What was signed ${why}`), `${name}: ${to}`);
	assert.match(await send(text, sign(text, operator)), /^same-person: /);
	assert.equal(approvalsOf(engine).length, 0);
	assert.equal(engine.lines().filter(({type}) => type === 'task.refused').length, 14);
	assert.equal(await send(text, sign(text, asha)), 'done');
	assert.match(await send(text, sign(text, asha)), /^approved-before: asha@example\.org has approved before/);
});

test('a key of which nobody says whose it is, and a word, are claims', async context => {
	const folder = aFolder(context);
	const key = aKey(folder, 'asha');
	const engine = await aWaitingRun(folder, '{by: 2}');
	const runId = engine.snapshot().id;
	const {out} = await slipway(folder, 'approve', runId, '--request');
	writeFileSync(join(folder, 'request.txt'), out);
	spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'slipway-approval@v1', '-f', key, join(folder, 'request.txt')]);
	const nameless = await slipway(folder, 'approve', runId, '--file', 'request.txt.sig');
	assert.match(nameless.err, /An approval needs a person/);
	const named = await slipway(folder, 'approve', runId, '--file', 'request.txt.sig', '--as', 'Asha');
	assert.match(named.out, /^Recorded: approved by Asha, a claim: it is signed by the key SHA256:\S+, and nobody says whose that is\.\n$/, named.err);
	const word = await slipway(folder, 'approve', runId, '--as', 'Ben');
	assert.match(word.out, /^Recorded: approved by Ben, a claim: nothing proves who it was\.\n$/, word.err);
	assert.deepEqual(approvalsOf(engine).map(({proof}) => proof), ['claimed', 'claimed']);
	assert.equal(engine.snapshot().tasks['second-person']?.status, 'done');
	allow(folder, {'asha@example.org': key});
	assert.match((await slipway(folder, 'approve', runId, '--file', 'request.txt.sig', '--allowed-signers', 'approvers')).err, /asha@example\.org has approved before/);
});

test('where the runbook says whose signatures count, a name alone is refused at every door', async context => {
	const folder = aFolder(context);
	allow(folder, {'asha@example.org': aKey(folder, 'asha')});
	const engine = await aWaitingRun(folder);
	const runId = engine.snapshot().id;
	const reply = await engine.send({kind: 'approve', task: 'second-person', person: 'carl'});
	assert.partialDeepStrictEqual(reply, {done: false, refusal: {code: 'signature-needed', todo: 'Print what they sign: `slipway approve RUN --request`.'}});
	assert.equal(engine.lines().filter(({type}) => type === 'task.refused').length, 1);
	// One that an older program left in the inbox, too.
	putIntoInbox(join(folder, 'state/slipway/runs', runId), 'carl', JSON.stringify({task: 'second-person', person: 'carl'}));
	await until(() => engine.lines().filter(({type}) => type === 'task.refused').length === 2, () => 'it is in the inbox');
	await engine.close('left');
	const {status, out, err} = await slipway(folder, 'approve', runId, '--as', 'carl');
	assert.deepEqual([status, out], [2, '']);
	assert.match(err, /A name alone approves nothing here\.\n.*approvers names\.\n.*slipway approve RUN --request/);
	assert.deepEqual(approvalsOf(engine), []);
});

test('a signature proves nothing while the allowed signers are not those that the run began with', async context => {
	const folder = aFolder(context);
	const [asha, own] = [aKey(folder, 'asha'), aKey(folder, 'own')];
	allow(folder, {'asha@example.org': asha});
	const engine = await aWaitingRun(folder);
	const runId = engine.snapshot().id;
	const {out: text} = await slipway(folder, 'approve', runId, '--request');
	const send = (key: string): Promise<unknown> => engine.send({kind: 'approve', task: 'second-person', signed: {text, signature: spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', 'slipway-approval@v1'], {input: text, encoding: 'utf8'}).stdout}});
	allow(folder, {'asha@example.org': asha, 'zed@example.org': own});
	for (const key of [own, asha]) {
		const reply = await send(key);
		assert.partialDeepStrictEqual(reply, {done: false, refusal: {code: 'signature-bad', todo: 'Restore that file as it was, or begin a new run.'}});
		assert.match(JSON.stringify(reply), /approvers was changed since the run began: its SHA-256 was [0-9a-f]{12}, and is [0-9a-f]{12} now\./);
	}

	rmSync(join(folder, 'approvers'));
	assert.partialDeepStrictEqual(await send(asha), {done: false, refusal: {code: 'signature-bad', todo: 'Restore that file, then hand it in again.'}});
	allow(folder, {'asha@example.org': asha});
	assert.deepEqual(await send(asha), {done: true});
	const [created] = engine.lines();
	assert.ok(created?.type === 'run.created');
	assert.equal(created.data.allowedSigners?.['second-person']?.sha256, approvalsOf(engine)[0]?.signed?.allowedSigners?.sha256);
});

test('a run whose approval nobody could sign is not begun', async context => {
	const folder = aFolder(context);
	await assert.rejects(aWaitingRun(folder), {code: 'signers-unreadable'});
	assert.equal(existsSync(join(folder, 'state/slipway/runs')), false);
});

test('the state folder of somebody else is a clear error for every command, and approving says how it is done then', {skip: process.getuid?.() === 0 ? false : 'only root can become another user'}, async context => {
	const folder = aFolder(context);
	const {id} = (await aWaitingRun(folder, '{by: 1}')).snapshot();
	chmodSync(folder, 0o711);
	const asThem = (state: string, ...argv: readonly string[]) => slipwayAs({uid: 65_534, gid: 65_534, env: {HOME: '/nonexistent', XDG_STATE_HOME: state}}, '/', argv);
	for (const argv of [['approve', id, '--request'], ['approve'], ['watch', id], ['resume', id, '--yes'], ['runs'], ['show'], ['report'], ['verify', id]]) {
		const {status, err} = await asThem(join(folder, 'state'), ...argv);
		assert.equal(status, 2, argv.join(' '));
		assert.match(err, /^slipway: The folder that runs are kept in can not be used\.\n {2}EACCES: permission denied, \w+ '.*state\/slipway\/runs'\.\n {2}Ask whose .*\n/, argv.join(' '));
		assert.equal(/give REQUEST\.signed back/.test(err), argv[0] === 'approve', err);
	}

	const unknown = await asThem('/nonexistent', 'approve', id, '--as', 'carl');
	assert.match(unknown.err, /^slipway: There is no run .*\n(.*\n)+.*slipway approve --sign KEY --file REQUEST/);
});

test('what is handed in while nobody drives the run is taken when it goes on', async context => {
	const folder = aFolder(context);
	const engine = await aWaitingRun(folder, '{by: 1}');
	const runId = engine.snapshot().id;
	await engine.close('left');
	const handed = await slipway(folder, 'approve', runId, '--as', 'Asha');
	assert.match(handed.out, /^Handed in\. Nobody drives the run now/, handed.err);
	const again = await resumeRun(aMachine(folder), runId);
	open.get(folder)?.push(again);
	while (again.snapshot().tasks['second-person']?.status !== 'done') await new Promise<void>(done => { const stop = again.subscribe(() => { stop(); done(); }); });
	assert.deepEqual(approvalsOf(again).map(({person, proof}) => `${person}, ${proof}`), ['Asha, claimed']);
});
