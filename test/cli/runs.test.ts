import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {runs} from '../../source/cli/runs.ts';
import {Problem} from '../../source/errors.ts';
import {widthOf} from '../../source/text/width.ts';
import {aFolder} from '../engine/a-machine.ts';
import {writePastRun, type PastRun} from '../engine/a-past-run.ts';
import {runCommand, type Said} from './a-terminal-less-io.ts';

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

const aMachineWith = (context: TestContext, past: readonly PastRun[]) => {
	const folder = aFolder(context);
	const root = join(folder, 'state/slipway');
	const ids = past.map(run => writePastRun(root, run));
	return {root, ids, says: (...argv: readonly string[]): Promise<Said> => runCommand(runs, argv, {cwd: folder, env: {HOME: folder, XDG_STATE_HOME: join(folder, 'state')}})};
};

const isUsage = (why: RegExp) => (error: unknown) => error instanceof Problem && error.code === 'usage' && (assert.match(`${error.what} ${error.why} ${error.todo}`, why), true);

test('a list says when, who, what, from where to where, with what result and how long it took', async context => {
	const {says, ids} = aMachineWith(context, [{at: new Date('2026-11-20T09:14:00.000Z')}, {at: new Date('2026-11-21T09:14:00.000Z'), name: 'egov-otp', ends: 'rolled-back', waived: true, by: 'op-b@ops2'}]);
	const {status, out, err} = await says();
	assert.equal(status, 0);
	assert.equal(err, '');
	assert.deepEqual(out.split('\n').map(line => line.split(/ {2,}/)), [
		['started (UTC)', 'operator', 'release', 'from → to', 'target', 'result', 'took', 'waived', 'run'],
		['2026-11-21 09:14', 'op-b@ops2', 'egov-otp', '2.9.0 → 2.9.1', 'production', 'rolled back', '5 min 54 s', '1', ids[1]],
		['2026-11-20 09:14', 'op-a@ops1', 'egov-user', '2.9.0 → 2.9.1', 'production', 'succeeded', '5 min 57 s', ids[0]],
		[''],
	]);
});

test('at a terminal each run takes one line, and can be named by what is left of its id', async context => {
	const {root, ids} = aMachineWith(context, [{name: 'a-service-with-a-very-long-name', waived: true}, {ends: 'open'}, {to: '2.9.2-0123456789abcdef', ends: 'running'}]);
	const at = async (columns: number): Promise<readonly string[]> => (await runCommand(runs, [], {cwd: root, env: {HOME: root, XDG_STATE_HOME: join(root, '..')}, columns, isTerminal: true})).out.trimEnd().split('\n');
	for (const columns of [80, 100, 120, 200]) {
		const lines = await at(columns);
		assert.equal(lines.length, 4, `${columns}`);
		for (const line of lines) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
		for (const id of ids) assert.ok(lines.some(line => line.endsWith(id.slice(-8))), `${columns}: ${id}`);
	}

	assert.match((await at(80))[0] ?? '', /^started \(UTC\) +release +from → to +target +result +run$/);
	assert.match((await at(200)).join('\n'), /op-a@ops1 +a-service-with-a-very-long-name .* 1 {7}01/);
});

test('rehearsals are left out, and that is said', async context => {
	const {says} = aMachineWith(context, [{}, {name: 'demo', rehearsal: true}]);
	const {out, err} = await says();
	assert.doesNotMatch(out, /demo/);
	assert.match(err, /1 rehearsal is left out; --rehearsals lists it/);
	assert.match((await says('--rehearsals')).out, /demo .*production \(rehearsal\)/);
});

test('a rehearsal that was left is listed as such, found as such, and removed when it is old', async context => {
	const {says, ids} = aMachineWith(context, [{at: daysAgo(400), name: 'demo', rehearsal: true, ends: 'open'}, {}]);
	assert.match((await says('--rehearsals')).out, /demo .*  left at 3 Back up/);
	assert.equal((await says('--rehearsals', '--result', 'unfinished')).out, '');
	assert.match((await says('--rehearsals', '--result', 'left', '--csv')).out, /demo.*left at 3 Back up/);
	assert.match((await says('--prune', '--keep', '0', '--older-than', '365d')).out, new RegExp(ids[0] ?? ''));
});

test('where there is no run yet, it says so and what to do', async context => {
	const {says} = aMachineWith(context, []);
	assert.match((await says()).err, /^No runs yet\. .*slipway rehearse.*slipway run RUNBOOK/);
	assert.match((await says('otp')).err, /^No runs yet\./);
	assert.deepEqual(await says('--verify'), {status: 0, out: 'No runs yet: there is nothing to verify.\n', err: ''});
	const rehearsed = aMachineWith(context, [{name: 'demo', rehearsal: true}]);
	assert.match((await rehearsed.says()).err, /^No release yet, only rehearsals\. [^]*1 rehearsal is left out/);
	assert.match((await rehearsed.says('--rehearsals', 'otp')).err, /^No run matches/);
});

test('flags narrow the list down, and a wrong one stops before anything is listed', async context => {
	const {says} = aMachineWith(context, [{at: daysAgo(40), name: 'old'}, {at: daysAgo(3), name: 'new', by: 'op-b@ops2'}, {at: daysAgo(2), name: 'uat-one', target: 'uat', ends: 'open'}]);
	const names = async (...argv: readonly string[]): Promise<readonly string[]> => (await says('--json', ...argv)).out.trim().split('\n').filter(line => line !== '').map(line => (JSON.parse(line) as {name: string}).name);
	assert.deepEqual(await names('--since', '30d'), ['uat-one', 'new']);
	assert.deepEqual(await names('--until', '30d'), ['old']);
	assert.deepEqual(await names('--by', 'op-b'), ['new']);
	assert.deepEqual(await names('--target', 'uat'), ['uat-one']);
	assert.deepEqual(await names('--result', 'unfinished'), ['uat-one']);
	assert.deepEqual(await names('old'), ['old']);
	assert.deepEqual(await names('--sort', 'oldest', '--limit', '2'), ['old', 'new']);
	await assert.rejects(says('--sort', 'longst'), isUsage(/--sort longest/));
	await assert.rejects(says('--limit', 'all'), isUsage(/whole number/));
	await assert.rejects(says('--since', 'lately'), isUsage(/30d/));
	await assert.rejects(says('--json', '--csv'), isUsage(/--json and --csv/));
});

test('a list at a pipe ends with what it left out', async context => {
	const {says} = aMachineWith(context, Array.from({length: 5}, (_, index) => ({at: daysAgo(index)})));
	const {out, err} = await says('--limit', '2');
	assert.equal(out.trim().split('\n').length, 3);
	assert.match(err, /3 more match/);
	assert.match((await says('nothing-like-it')).err, /No run matches/);
});

test('a run that was tampered with is marked', async context => {
	const {says, ids, root} = aMachineWith(context, [{}, {at: daysAgo(1)}]);
	assert.equal((await says('--verify')).status, 0);
	const journal = join(root, 'runs', ids[0] ?? '', 'journal.jsonl');
	writeFileSync(journal, readFileSync(journal, 'utf8').replace('only the image', 'only an  image'));
	assert.match((await says()).out, new RegExp(`journal is damaged .*${ids[0]}`));
	const {status, out} = await says('--verify');
	assert.equal(status, 1);
	assert.match(out, new RegExp(`✗ ${ids[0]}  Line 5 of the journal is not what line 6 says that it was written after`));
	assert.match(out, /2 journals read, 1 damaged/);
	assert.deepEqual((await says('--result', 'damaged', '--json')).out.match(/"id":"\w+"/g), [`"id":"${ids[0]}"`]);
});

test('a spreadsheet gets text, not formulas', async context => {
	const {says} = aMachineWith(context, [{name: '=HYPERLINK("http://evil.example","x")', by: 'op,"a"@ops1'}]);
	const {out} = await says('--csv');
	const [head, row] = out.split('\r\n');
	assert.equal(head, 'run,started,ended,seconds,operator,runbook,release,from,to,target,result,waivers,rehearsal,lines,head,damage');
	assert.match(row ?? '', /,"op,""a""@ops1",Release a service,"'=HYPERLINK\(""http:\/\/evil\.example"",""x""\)",2\.9\.0,/);
});

test('nothing in a run commands the terminal that lists it', async context => {
	const {says} = aMachineWith(context, [{name: 'a\u001B]0;owned\u0007b\u202E', to: '1\n2\u001B[2J'}]);
	// eslint-disable-next-line no-control-regex
	for (const argv of [[], ['--csv'], ['--json']]) assert.doesNotMatch((await says(...argv)).out, /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202E]/);
	assert.equal((await says()).out.trim().split('\n').length, 2);
});

test('figures say how often, how long, how many failed and how soon they were restored', async context => {
	const {says} = aMachineWith(context, [{at: daysAgo(1)}, {at: daysAgo(3)}, {at: daysAgo(9), ends: 'rolled-back'}, {at: daysAgo(10), rehearsal: true}, {at: daysAgo(200)}]);
	const {out} = await says('--stats');
	assert.match(out, /^3 releases in 90 days, 1 rolled back\n/);
	assert.match(out, /how often +0\.2 a week/);
	assert.match(out, /how long +5 min 57 s from start to end/);
	assert.match(out, /change failure rate +33 % \(1 rolled back, 0 abandoned, of 3\)/);
	assert.match(out, /time to restore +41 s \(median of 1\)/);
	assert.match(out, /▒+ \d, 1 failed/);
	assert.match((await says('--stats', '--target', 'uat')).out, /No release in 90 days/);
});

test('old runs are removed only at a terminal, after they were listed; unfinished, recent and damaged ones never', async context => {
	const {says, ids, root} = aMachineWith(context, [{at: daysAgo(400)}, {at: daysAgo(390), ends: 'open'}, {at: daysAgo(380)}, {at: daysAgo(370)}, {at: daysAgo(2)}]);
	const journal = join(root, 'runs', ids[2] ?? '', 'journal.jsonl');
	writeFileSync(journal, readFileSync(journal, 'utf8').replace('only the image', 'only an  image'));
	const {status, out, err} = await says('--prune', '--keep', '1', '--older-than', '365d');
	assert.equal(status, 2);
	assert.deepEqual(out.match(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g), [ids[3], ids[0]]);
	assert.match(err, /2 runs would be removed\.\n {2}There is no terminal/);
	for (const id of ids) assert.ok(existsSync(join(root, 'runs', id, 'journal.jsonl')));
	assert.match((await says('--prune', '--keep', '2', '--older-than', '365d')).out, new RegExp(ids[0] ?? ''));
	assert.match((await says('--prune', '--keep', '10', '--older-than', '365d')).out, /no run to remove/);
	await assert.rejects(says('--prune', '--keep', '1'), isUsage(/--keep 200 --older-than 365d/));
	await assert.rejects(says('--prune', '--keep', '1', '--older-than', '1h'), isUsage(/a day at least/));
});
