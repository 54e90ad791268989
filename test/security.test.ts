import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';
import {after, before, describe, test, type TestContext} from 'node:test';

import {verify} from '../source/cli/verify.ts';
import {encodeLine, genesisOf} from '../source/journal/chain.ts';
import {encodeCheckpoint} from '../source/journal/checkpoint.ts';
import type {JournalLine} from '../source/journal/event.ts';
import {keepSignature} from '../source/stores/approvals-folder.ts';
import {machineSigner} from '../source/stores/signing.ts';

const missing = ['jq', 'ssh-keygen', 'sha256sum'].filter(tool => spawnSync(tool, ['--version']).error !== undefined);
const hasTools = missing.length === 0;

/** The auditor's lines, as they stand in SECURITY.md. */
const audit = (() => {
	const text = readFileSync(resolve(import.meta.dirname, '../SECURITY.md'), 'utf8');
	const part = /<!-- audit -->\n([\s\S]*?)<!-- end -->/.exec(text)?.[1] ?? '';
	return [...part.matchAll(/```sh\n([\s\S]*?)```/g)].map(match => match[1]).join('');
})();

const runbook = `name: Release a service
inputs:
  version: {type: string, required: true}
  token: {type: secret, required: true}
targets:
  uat: {}
steps:
  - id: know
    name: Know what is going to get deployed
    tasks:
      - {id: read, confirm: I have read the difference}
  - id: live
    name: Test live
    tasks:
      - {id: say, run: 'echo "$VERSION"; echo "token is $TOKEN" >&2', env: {VERSION: '\${{ inputs.version }}', TOKEN: '\${{ inputs.token }}'}}
`;

const secret = 'correct-horse-battery';

const journalOf = (copy: string): string => join(copy, 'journal.jsonl');
const linesOf = (copy: string): readonly string[] => readFileSync(journalOf(copy), 'utf8').split('\n').slice(0, -1);

const changeLines = (change: (lines: readonly string[]) => readonly string[]) => (copy: string): void => {
	writeFileSync(journalOf(copy), change(linesOf(copy)).map(line => `${line}\n`).join(''));
};

const replaceIn = (name: string, from: string | RegExp, to: string) => (copy: string): void => {
	const before = readFileSync(join(copy, name), 'utf8');
	const after = before.replace(from, to);
	assert.notEqual(after, before, `${name} is changed`);
	writeFileSync(join(copy, name), after);
};

/** All lines written anew, with one of them changed, and a chain that holds. */
const forge = (copy: string): void => rewrite(copy, event => JSON.parse(JSON.stringify(event).replace('answered by --yes', 'I have looked twice')) as JournalLine);

const rewrite = (copy: string, change: (event: JournalLine) => JournalLine): void => {
	const events = linesOf(copy).map(line => change(JSON.parse(line) as JournalLine));
	let prev = genesisOf(copy.slice(-26), createHash('sha256').update(readFileSync(join(copy, 'runbook.yaml'))).digest('hex'));
	const lines = events.map((event, seq) => {
		const {at, by, epoch} = event;
		const {bytes, hash} = encodeLine(event, {seq, prev, epoch, at, by});
		prev = hash;
		return bytes;
	});
	writeFileSync(journalOf(copy), Buffer.concat(lines));
};

const signAsSomebodyElse = (copy: string): void => {
	const keys = join(copy, '..', 'keys');
	mkdirSync(keys);
	spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'theirs')]);
	const {stdout} = spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', join(keys, 'theirs'), '-n', 'slipway-checkpoint@v1'], {input: readFileSync(join(copy, 'checkpoint'))});
	writeFileSync(join(copy, 'checkpoint.sig'), stdout);
};

describe('SECURITY.md', {skip: !hasTools && `${missing.join(', ')} is not installed`}, () => {
	let folder = '';
	let state = '';
	let run = '';

	const inRuns = (): string => join(state, 'slipway', 'runs');

	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'slipway-security-'));
		state = join(folder, 'state');
		writeFileSync(join(folder, 'release.runbook.yaml'), runbook);
		const {status, stdout, stderr} = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), resolve(import.meta.dirname, '../source/cli.ts'), 'run', 'release.runbook.yaml', '--input', 'version=2.9.2', '--yes'], {
			cwd: folder,
			env: {PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: state, SLIPWAY_INPUT_TOKEN: secret},
			encoding: 'utf8',
		});
		assert.equal(status, 0, stdout + stderr);
		run = join(inRuns(), readdirSync(inRuns())[0]!);
		const [type, key] = readFileSync(join(state, 'slipway', 'keys', 'machine.pub'), 'utf8').split(' ');
		writeFileSync(join(folder, 'allowed_signers'), `op-a@ops1 namespaces="slipway-checkpoint@v1" ${type} ${key}\n`);
	});

	after(() => rmSync(folder, {recursive: true, force: true}));

	/** A copy of the run's folder, under its name, for an auditor. */
	const aCopy = (context: TestContext): string => {
		const place = mkdtempSync(join(folder, 'copy-'));
		context.after(() => rmSync(place, {recursive: true, force: true}));
		const copy = join(place, run.slice(inRuns().length + 1));
		// A FIFO can't be copied, and is no part of the record.
		cpSync(run, copy, {recursive: true, filter: path => statSync(path).isFile() || statSync(path).isDirectory()});
		cpSync(join(folder, 'allowed_signers'), join(copy, 'allowed_signers'));
		return copy;
	};

	/** A checkpoint for the journal as it is now, signed with the machine's key. */
	const signAnew = async (copy: string): Promise<void> => {
		const bytes = readFileSync(journalOf(copy));
		const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
		const text = encodeCheckpoint({run: copy.slice(-26), lines: linesOf(copy).length, bytes: bytes.length, head: hash(`${linesOf(copy).at(-1)}\n`), prefix: hash(bytes)});
		writeFileSync(join(copy, 'checkpoint'), text);
		writeFileSync(join(copy, 'checkpoint.sig'), await machineSigner(join(state, 'slipway')).sign(text));
	};

	const byShell = (copy: string): {readonly isGood: boolean; readonly said: string} => {
		const {status, stdout, stderr} = spawnSync('sh', ['-eu'], {cwd: copy, input: audit, encoding: 'utf8', env: {PATH: process.env['PATH'], HOME: folder}});
		return {isGood: status === 0, said: stdout + stderr};
	};

	const byProgram = async (copy: string, options: Record<string, string> = {}): Promise<{readonly isGood: boolean; readonly said: string}> => {
		let said = '';
		const io = {out: (text: string) => (said += text), err: () => {}, env: {}, cwd: copy, isTerminal: false, columns: 80};
		const status = await verify.run({values: {'allowed-signers': join(copy, 'allowed_signers'), ...options}, positionals: [copy]}, io);
		return {isGood: status === 0, said};
	};

	test("the auditor's lines find a real run good, and so does the program", async context => {
		const copy = aCopy(context);
		const shell = byShell(copy);
		assert.ok(shell.isGood, shell.said);
		assert.match(shell.said, /Good "slipway-checkpoint@v1" signature for op-a@ops1[\s\S]*good: run and runbook\ngood: the plan\ngood: all 7 lines\ngood: attempts\/say\.1\/out\ngood: attempts\/say\.1\/err\n0 lines are newer/);
		const program = await byProgram(copy);
		assert.ok(program.isGood, program.said);
		assert.match(program.said, /is whole: 7 lines/);
		const head = /7:[0-9a-f]{8}/;
		assert.equal(head.exec(shell.said)?.[0], head.exec(program.said)?.[0], 'both show the same head');
	});

	/** Who edits, how, and what the shell and the program must say about it. */
	const edits: readonly (readonly [what: string, edit: (copy: string) => void, shell: RegExp, program: RegExp])[] = [
		['an answer that is edited', replaceIn('journal.jsonl', 'answered by --yes', 'I have looked twice'), /NOT AS IT WAS: the first \d+ bytes/, /Line 3 is not what line 4 says that it was written after[\s\S]*✓ Lines 1 to 2 are chained/],
		['the last line that is edited', replaceIn('journal.jsonl', '"reason":"ended"', '"reason":"left"'), /NOT AS IT WAS: the first/, /The checkpoint: /],
		['a line that is removed', changeLines(lines => lines.toSpliced(2, 1)), /NOT AS IT WAS/, /Line 3 says that it is line 4 \(seq 3\): lines before it were removed[\s\S]*the journal has only \d+ bytes: lines were removed from it, or its end/],
		['a line that is doubled', changeLines(lines => lines.toSpliced(2, 0, lines[2]!)), /NOT AS IT WAS/, /Line 4 says that it is line 3/],
		['two lines that are swapped', changeLines(lines => lines.with(2, lines[3]!).with(3, lines[2]!)), /NOT AS IT WAS/, /Line 3 says that it is line 4/],
		['the last line that is cut off', changeLines(lines => lines.slice(0, -1)), /NOT AS IT WAS/, /covers 7 lines .* but the journal has only \d+ bytes: .*its end was cut off/],
		['the last bytes that are cut off', copy => truncateSync(journalOf(copy), statSync(journalOf(copy)).size - 20), /NOT AS IT WAS/, /bytes of a line that was never finished/],
		['a journal that is written anew with a chain that holds', forge, /NOT AS IT WAS: the first/, /The checkpoint: The first \d+ bytes of the journal are not those that it covers/],
		['a foreign line at the end', copy => appendFileSync(journalOf(copy), '{"note":"all was well"}\n'), /^> null$/m, /Line 8 has version none/],
		['a runbook that is edited', replaceIn('runbook.yaml', 'uat', 'prod'), /NOT AS IT WAS: run and runbook/, /Line 1 does not belong to this run and this runbook: runbook\.yaml is not the one that it names\.[\s\S]*✗ The checkpoint: The lines that it covers do not hold/],
		['a plan that is edited', replaceIn('plan.json', 'uat', 'prod'), /NOT AS IT WAS: the plan/, /plan\.json is not the one that line 1 names/],
		['output that is edited', replaceIn('attempts/say.1/out', '2.9.2', '2.9.3'), /NOT AS IT WAS: attempts\/say\.1\/out/, /attempts\/say\.1\/out is not as it was recorded: its content was changed/],
		['output that is gone', copy => rmSync(join(copy, 'attempts/say.1/err')), /attempts\/say\.1\/err/, /attempts\/say\.1\/err is not as it was recorded: it is gone/],
		['a checkpoint that is edited', replaceIn('checkpoint', /lines 7/, 'lines 8'), /Could not verify signature|incorrect signature/i, /Its signature does not hold/],
		['a checkpoint that somebody else signed', signAsSomebodyElse, /No principal matched|find-principals|no matching/i, /which .*allowed_signers gives to nobody/],
		['a checkpoint without its signature', copy => rmSync(join(copy, 'checkpoint.sig')), /No such file|sig/, /is not signed/],
	];

	for (const [what, edit, shell, program] of edits) {
		test(`${what}: the auditor's lines refuse it, and so does the program`, async context => {
			const copy = aCopy(context);
			edit(copy);
			const shellVerdict = byShell(copy);
			assert.ok(!shellVerdict.isGood, `the lines of SECURITY.md accept it:\n${shellVerdict.said}`);
			assert.match(shellVerdict.said, shell);
			const programVerdict = await byProgram(copy);
			assert.ok(!programVerdict.isGood, programVerdict.said);
			assert.match(programVerdict.said, program);
		});
	}

	test('a line that is added with a chain that holds is said to be newer than the signature', async context => {
		const copy = aCopy(context);
		const prev = createHash('sha256').update(`${linesOf(copy).at(-1)}\n`).digest('hex');
		appendFileSync(journalOf(copy), encodeLine({type: 'task.stopped', data: {task: 'say'}}, {seq: 7, prev, epoch: 1, at: '2026-11-24T09:18:00.464Z', by: 'op-b@ops1'}).bytes);
		const shell = byShell(copy);
		assert.ok(shell.isGood, shell.said);
		assert.match(shell.said, /\n1 lines are newer than the signature\n/);
		assert.match((await byProgram(copy)).said, /1 line after that is not covered by a checkpoint/);
	});

	/** A signed approval at the end of the journal, and what proves it. */
	const approve = (copy: string, person: string, about = copy.slice(-26)): void => {
		const keys = mkdtempSync(join(folder, 'keys-'));
		const key = join(keys, 'asha');
		spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
		const request = `slipway approval v1\nrun: ${about}\ntask: second-person\nsubject: ${'23'.repeat(32)}\n`;
		const {stdout} = spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', 'slipway-approval@v1'], {input: request, encoding: 'utf8'});
		// Her key was good on the day, and is not any more.
		const allowedSigners = Buffer.from(`asha@example.org,asha valid-before="20261201" ${readFileSync(`${key}.pub`, 'utf8')}`);
		const kept = keepSignature(copy, {request, signature: stdout, allowedSigners});
		const prev = createHash('sha256').update(`${linesOf(copy).at(-1)}\n`).digest('hex');
		const data = {task: 'second-person', person, proof: 'signed', subject: '23'.repeat(32), signed: {fingerprint: 'SHA256:…', expires: '2026-11-25T09:18:00Z', ...kept}} as const;
		appendFileSync(journalOf(copy), encodeLine({type: 'approval.given', data}, {seq: 7, prev, epoch: 1, at: '2026-11-24T09:18:00.464Z', by: 'op-a@ops1'}).bytes);
	};

	test('an approval is checked against the keys that counted when it was given', async context => {
		const copy = aCopy(context);
		approve(copy, 'asha@example.org');
		const shell = byShell(copy);
		assert.ok(shell.isGood, shell.said);
		assert.match(shell.said, /Good "slipway-approval@v1" signature for asha@example\.org/);
		const program = await byProgram(copy);
		assert.ok(program.isGood, program.said);
		assert.match(program.said, /- 1 approval is signed by the person that is named, but with which allowed signers the run began is not recorded/);
	});

	test('an approval in the name of somebody else, or with another text, is refused by both', async context => {
		const forged = aCopy(context);
		approve(forged, 'ravi@example.org');
		assert.ok(!byShell(forged).isGood);
		assert.match((await byProgram(forged)).said, /✗ The approval of ravi@example\.org does not hold: It is signed by somebody else/);

		const edited = aCopy(context);
		approve(edited, 'asha@example.org');
		const name = JSON.parse(linesOf(edited).at(-1)!).data.signed.request.path as string;
		replaceIn(name, 'second-person', 'upgrade')(edited);
		assert.match(byShell(edited).said, /NOT AS IT WAS: approvals\//);
		const {said} = await byProgram(edited);
		assert.match(said, /✗ approvals\/\S+ is not as it was recorded/);
		assert.match(said, /✗ The approval of asha@example\.org does not hold: Its signature does not hold/);
	});

	test('a signature that was given for another run, and one that is only said to be there, are refused by both', async context => {
		const replayed = aCopy(context);
		approve(replayed, 'asha@example.org', '01JDK7000000000000000000ZZ');
		assert.match(byShell(replayed).said, /NOT AS IT WAS: what asha@example\.org approved/);
		assert.match((await byProgram(replayed)).said, /✗ The approval of asha@example\.org does not hold: What was signed is not about what is recorded as approved here/);

		for (const isBare of [true, false]) {
			const bare = aCopy(context);
			approve(bare, 'asha@example.org');
			rewrite(bare, event => {
				if (event.type !== 'approval.given') return event;
				const {signed, ...data} = event.data;
				return {...event, data: isBare ? data : {...data, signed: {...signed!, allowedSigners: null}}};
			});
			await signAnew(bare);
			const [shell, program] = [byShell(bare), await byProgram(bare)];
			assert.deepEqual([shell.isGood, program.isGood], [false, false], shell.said + program.said);
			assert.match(program.said, /✗ The approval of asha@example\.org does not hold: It is recorded as signed, and what would show it is not in the run/);
		}
	});

	test('an approval that was held against other allowed signers than the run began with is refused by both', async context => {
		const sha256 = createHash('sha256').update(readFileSync(join(run, 'journal.jsonl'))).digest('hex');
		for (const isSame of [true, false]) {
			const copy = aCopy(context);
			approve(copy, 'asha@example.org');
			// All that an operator can write, who drove the run with another program: the chain and the checkpoint hold.
			rewrite(copy, event => {
				const signers = (JSON.parse(linesOf(copy).at(-1)!) as JournalLine & {readonly type: 'approval.given'}).data.signed!.allowedSigners!;
				return event.type === 'run.created' ? {...event, data: {...event.data, allowedSigners: {'second-person': isSame ? signers : {...signers, sha256}}}} : event;
			});
			await signAnew(copy);
			const [shell, program] = [byShell(copy), await byProgram(copy)];
			assert.deepEqual([shell.isGood, program.isGood], [isSame, isSame], shell.said + program.said);
			assert.match(shell.said, isSame ? /good: the allowed signers when asha@example\.org approved/ : /NOT AS IT WAS: the allowed signers when asha@example\.org approved/);
			if (isSame) assert.match(program.said, /✓ 1 approval is signed by the person that is named, say the allowed signers that the run began with/);
			else assert.match(program.said, new RegExp(`✗ The approval of asha@example\\.org does not hold: The allowed signers .* are not those that the run began with \\(${sha256.slice(0, 12)}\\)`));
		}
	});

	test('what came with an answer is held against the record by both', async context => {
		const copy = aCopy(context);
		const path = 'evidence/read.1/1-log-in.png';
		mkdirSync(join(copy, 'evidence/read.1'));
		writeFileSync(join(copy, path), 'PNG');
		const prev = createHash('sha256').update(`${linesOf(copy).at(-1)}\n`).digest('hex');
		const data = {task: 'read', answer: 'yes', attachments: [{path, sizeBytes: 3, sha256: createHash('sha256').update('PNG').digest('hex')}]} as const;
		appendFileSync(journalOf(copy), encodeLine({type: 'task.confirmed', data}, {seq: 7, prev, epoch: 1, at: '2026-11-24T09:18:00.464Z', by: 'op-a@ops1'}).bytes);
		const shell = byShell(copy);
		assert.ok(shell.isGood, shell.said);
		assert.match(shell.said, /good: evidence\/read\.1\/1-log-in\.png/);
		assert.match((await byProgram(copy)).said, /3 files of output and evidence are as recorded/);
		replaceIn(path, 'PNG', 'GIF')(copy);
		assert.match(byShell(copy).said, /NOT AS IT WAS: evidence\/read\.1\/1-log-in\.png/);
		assert.match((await byProgram(copy)).said, /✗ evidence\/read\.1\/1-log-in\.png is not as it was recorded/);
	});

	test('a checkpoint that was kept shows that the journal only grew, or that it did not', async context => {
		const kept = mkdtempSync(join(folder, 'kept-'));
		for (const name of ['checkpoint', 'checkpoint.sig']) cpSync(join(run, name), join(kept, name));
		const copy = aCopy(context);
		const since = {since: join(kept, 'checkpoint')};
		assert.match((await byProgram(copy, since)).said, /Since then the journal only grew/);
		// The owner of the machine's key writes everything anew and signs it: only the checkpoint that lies elsewhere tells.
		forge(copy);
		for (const name of ['checkpoint', 'checkpoint.sig']) rmSync(join(copy, name));
		const {isGood, said} = await byProgram(copy, since);
		assert.ok(!isGood && said.includes('The checkpoint that you gave: The first'), said);
	});

	test('a secret stands in no file of the run but in the output of what printed it, and nobody else can read any', () => {
		const holding: string[] = [];
		for (const entry of readdirSync(join(state, 'slipway'), {recursive: true, withFileTypes: true})) {
			const path = join(entry.parentPath, entry.name);
			const {mode} = statSync(path);
			assert.equal(mode & 0o077, 0, path);
			if (entry.isFile() && readFileSync(path).includes(secret)) holding.push(path.slice(run.length + 1));
		}

		assert.deepEqual(holding, ['attempts/say.1/err']);
	});

	test('the record says nothing that moves a terminal', () => {
		assert.match(readFileSync(journalOf(run), 'utf8'), /^[\n\u0020-\u007E]+$/);
	});
});
