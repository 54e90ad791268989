import assert from 'node:assert/strict';
import {appendFileSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {verify} from '../../source/cli/verify.ts';
import {Problem} from '../../source/errors.ts';
import {createCheckpointer} from '../../source/stores/checkpoints.ts';
import {createFileJournal} from '../../source/stores/file-journal.ts';
import {machineSigner} from '../../source/stores/signing.ts';
import {aRunFolder, at, by, confirmed, created, runId, temporaryFolder} from '../stores/a-run.ts';

const otherId = '01KB3V6Q0000000000000000BA';

type Said = {readonly status: number; readonly text: string};

/** The state folder of an operator, with records that are whole. */
class Operator {
	readonly home: string;
	readonly root: string;

	constructor(context: TestContext) {
		this.home = temporaryFolder(context);
		this.root = join(this.home, 'slipway');
	}

	aRecord(id = runId): string {
		const {path: folder, genesis} = aRunFolder(this.root, id);
		const store = createFileJournal({folder, runId: id, genesis, by});
		store.append(created, at);
		store.append(confirmed('read'), at);
		createCheckpointer({folder, store, signer: machineSigner(this.root)}).request();
		store.append(confirmed('later'), at);
		store.close();
		return folder;
	}

	async verify(name: string, values: Record<string, string> = {}): Promise<Said> {
		let text = '';
		const io = {out: (more: string) => (text += more), err: () => {}, env: {XDG_STATE_HOME: this.home}, cwd: this.home, isTerminal: false, columns: 80};
		return {status: await verify.run({values, positionals: [name]}, io), text};
	}

	/** The code of the problem that keeps it from looking at all. */
	async refuses(name: string, values: Record<string, string> = {}): Promise<string> {
		try {
			return `it said: ${(await this.verify(name, values)).text}`;
		} catch (error) {
			assert.ok(error instanceof Problem, String(error));
			return error.code;
		}
	}
}

test('a record is found by its run, by the end of its id, by its folder and by its journal', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	for (const name of [runId, '00AA', '00aa', folder, join(folder, 'journal.jsonl')]) {
		const {status, text} = await operator.verify(name);
		assert.equal(status, 0, text);
		assert.match(text, new RegExp(`^The record of run ${runId} is whole: 3 lines, 3:[0-9a-f]{8}\\.`), name);
	}
});

test('what it can not look at is a problem, with nothing said about the record', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	operator.aRecord(otherId);
	assert.equal(await operator.refuses('01KB3V6Q0000000000000000ZZ'), 'run-unknown');
	assert.equal(await operator.refuses('A'), 'run-unknown', 'too short to be meant');
	assert.equal(await operator.refuses('missing.jsonl'), 'run-unknown');
	assert.equal(await operator.refuses(runId, {since: 'missing'}), 'unreadable');
	assert.equal(await operator.refuses(runId, {'allowed-signers': 'missing'}), 'unreadable');
	rmSync(join(folder, 'journal.jsonl'));
	assert.equal(await operator.refuses(folder), 'unreadable');
});

test('it says as plainly what was not shown', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	const whole = await operator.verify(runId);
	assert.match(whole.text, /✓ Lines 1 to 3 are chained, and belong to this run and its runbook\./);
	assert.match(whole.text, /✓ The checkpoint covers 2 lines, signed with the key SHA256:/);
	assert.match(whole.text, /- 1 line after that is not covered by a checkpoint/);
	assert.match(whole.text, /- Whose key that is, nobody has said/);

	const alone = join(operator.home, 'sent.jsonl');
	copyFileSync(join(folder, 'journal.jsonl'), alone);
	const sent = await operator.verify(alone);
	assert.equal(sent.status, 0);
	assert.match(sent.text, /✓ Lines 1 to 3 are chained\.\n/);
	assert.match(sent.text, /- No line is covered by a checkpoint/);
	assert.match(sent.text, /- runbook\.yaml does not lie beside it/);
});

test('a torn line is named, and no resume is needed to see it', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	const path = join(folder, 'journal.jsonl');
	truncateSync(path, readFileSync(path).length - 10);
	const {status, text} = await operator.verify(runId);
	assert.equal(status, 1);
	assert.match(text, /is not whole\.\n  ✗ After line 2 there are \d+ bytes of a line that was never finished/);
});

test('a journal of another run in the folder of this one is refused, whatever it holds', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	const other = operator.aRecord(otherId);
	copyFileSync(join(other, 'journal.jsonl'), join(folder, 'journal.jsonl'));
	assert.match((await operator.verify(runId)).text, /✗ Line 1 does not belong to this run and this runbook/);
	rmSync(folder, {recursive: true});
	cpSync(other, folder, {recursive: true});
	const {status, text} = await operator.verify(runId);
	assert.equal(status, 1);
	assert.match(text, /✗ Line 1 does not belong to this run and this runbook/);
	assert.match(text, /✗ The checkpoint: /, 'nor is its checkpoint');
	const moved = join(operator.root, 'runs', '01KB3V6Q0000000000000000CA');
	cpSync(operator.aRecord('01KB3V6Q0000000000000000DA'), moved, {recursive: true});
	assert.match((await operator.verify(moved)).text, new RegExp(`✗ Line 1 does not belong to this run and this runbook: it is one of the run ${runId}\\.`), 'as line 1 says');
});

test('--since takes only a checkpoint of this run, and only a whole one', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	const other = operator.aRecord(otherId);
	const kept = join(operator.home, 'kept');
	mkdirSync(kept);
	const since = join(kept, 'checkpoint');
	for (const suffix of ['', '.sig']) copyFileSync(join(folder, `checkpoint${suffix}`), `${since}${suffix}`);
	const good = await operator.verify(runId, {since});
	assert.equal(good.status, 0, good.text);
	assert.match(good.text, /✓ The checkpoint that you gave covers 2 lines, signed with the key SHA256:\S+\. Since then the journal only grew\./);

	appendFileSync(since, ' ');
	assert.match((await operator.verify(runId, {since})).text, /✗ The checkpoint that you gave: It is damaged/);
	for (const suffix of ['', '.sig']) copyFileSync(join(other, `checkpoint${suffix}`), `${since}${suffix}`);
	const foreign = await operator.verify(runId, {since});
	assert.equal(foreign.status, 1);
	assert.match(foreign.text, new RegExp(`whole: 3 lines, .*, but the checkpoint that you gave belongs to another run\\.\\n {2}✗ The checkpoint that you gave belongs to another run, ${otherId}`));
});

test('a name or a text in a record moves no terminal', async context => {
	const operator = new Operator(context);
	const folder = operator.aRecord();
	const hostile = '\u001B]0;owned\u0007\u202E';
	for (const line of [`{"v":"${hostile}"}\n`, `${JSON.stringify({v: hostile})}\n`, hostile]) {
		writeFileSync(join(folder, 'journal.jsonl'), line);
		const {status, text} = await operator.verify(folder);
		assert.equal(status, 1);
		assert.match(text.replaceAll('\n', ''), /^[^\p{Cc}\u202E]+$/u);
	}
});
