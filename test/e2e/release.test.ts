import assert from 'node:assert/strict';
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {test, type TestContext} from 'node:test';

import {ATerminal, fixture, keys, program} from './a-terminal.ts';

/** A folder with the runbook in it, where the program keeps its state too. */
const aPlace = (context: TestContext): {readonly folder: string; readonly env: Record<string, string>} => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway e2e-'));
	copyFileSync(fixture('release.runbook.yaml'), join(folder, 'release.runbook.yaml'));
	context.after(() => {
		for (const path of globSync('state/slipway/runs/*/attempts/*/pid', {cwd: folder})) {
			const group = Number(readFileSync(join(folder, path), 'utf8').split(' ')[0]);
			if (group > 1 && livingIn(String(group)).length > 0) process.kill(-group, 'SIGKILL');
		}

		rmSync(folder, {recursive: true, force: true, maxRetries: 5});
	});
	return {folder, env: {XDG_STATE_HOME: join(folder, 'state'), HOME: folder, LANG: 'C.UTF-8'}};
};

const runIn = (folder: string): string => {
	const runs = join(folder, 'state/slipway/runs');
	return join(runs, readdirSync(runs)[0] ?? '');
};

const slipway = (folder: string, env: Record<string, string>, ...args: readonly string[]): {readonly status: number | null; readonly stdout: string; readonly stderr: string} =>
	spawnSync(process.execPath, [program, ...args], {cwd: folder, env: {...process.env, ...env}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

/** What still runs in a process group; the dead that nobody has collected yet do not count. */
const livingIn = (group: string): readonly string[] =>
	execFileSync('ps', ['-eo', 'pgid=,stat=,args='], {encoding: 'utf8'})
		.split('\n')
		.filter(line => new RegExp(`^\\s*${group}\\s+[^Z\\s]`).test(line));

/** Walks to the deployment and starts it. */
const walkToPush = async (terminal: ATerminal, word = ''): Promise<void> => {
	await terminal.shows('Enter starts it: Look at it.');
	await terminal.presses(keys.enter, 'Answer with y, n or p');
	await terminal.presses('y', 'enter next');
	await terminal.presses(keys.enter, 'enter record it');
	await terminal.presses(keys.enter, 'From here on things change.');
	if (word !== '') terminal.type(word);
	await terminal.presses(keys.enter, 'It goes on if this terminal closes');
};

test('a release is walked from the form to its end, and ordinary tools find its record whole', async context => {
	const {folder, env} = aPlace(context);
	using terminal = new ATerminal({args: ['run', 'release.runbook.yaml'], cwd: folder, env});
	await terminal.shows('Enter begins the run');
	assert.ok(terminal.isAlternate);
	await terminal.presses(keys.enter, 'Target needs an answer.');
	await terminal.presses('p', 'protected');
	terminal.type(`${keys.tab}2.9.2`);
	await terminal.presses(keys.enter, 'PRODUCTION');
	await terminal.shows('no impact yet');
	await terminal.shows('Enter starts it: Look at it.');
	await terminal.presses(keys.enter, 'Answer with y, n or p');
	await terminal.presses('y', 'enter next');
	await terminal.presses(keys.enter, 'enter record it');
	await terminal.presses(keys.enter, 'Type production to start');
	terminal.type('produktion');
	await terminal.presses(keys.enter, /Type production to start|does not/);
	assert.equal(existsSync(join(runIn(folder), 'attempts/push.1')), false);
	terminal.type('\u0015production');
	await terminal.presses(keys.enter, 'It goes on if this terminal closes');
	writeFileSync(join(folder, 'production.go'), '0');
	await terminal.shows('Enter starts it: Check it.');
	await terminal.presses(keys.enter, '▸ Not yet');
	await terminal.presses(keys.down, '▸ Succeeded');
	await terminal.presses(keys.enter, 'Enter ends the run.');
	terminal.type('Walked through.');
	await terminal.presses(keys.enter, 'slipway report');
	terminal.type('q');
	assert.equal(await terminal.ends(), 0);
	assert.equal(terminal.isAlternate, false);
	assert.match(terminal.text, /slipway report/);

	const journal = join(runIn(folder), 'journal.jsonl');
	assert.equal(slipway(folder, env, 'verify', runIn(folder)).status, 0);
	const shell = `split -l1 --filter=sha256sum "$1" | cut -c1-64 > h; jq -r .prev "$1" | tail -n +2 > p; head -n -1 h | diff - p`;
	execFileSync('sh', ['-c', shell, 'sh', journal], {cwd: folder});
	const types = readFileSync(journal, 'utf8').trimEnd().split('\n').map(line => (JSON.parse(line) as {type: string}).type);
	assert.deepEqual(types.slice(-2), ['run.ended', 'session.closed']);
	const report = slipway(folder, env, 'report');
	assert.equal(report.status, 0);
	assert.match(report.stdout, /^# Release a service 2\.9\.2 on production: succeeded/);
	assert.equal(slipway(folder, env, 'report').stdout, report.stdout);
	assert.match(slipway(folder, env, 'runs').stdout, /2\.9\.2 +production +succeeded/);
});

test('what was started goes on when the terminal dies, and is found again with its real end', async context => {
	const {folder, env} = aPlace(context);
	{
		using terminal = new ATerminal({args: ['run', 'release.runbook.yaml', '--target', 'uat', '--input', 'version=2.9.2'], cwd: folder, env});
		await walkToPush(terminal);
		terminal.kill('SIGKILL');
		await terminal.exited;
	}

	assert.equal(slipway(folder, env, 'verify', runIn(folder)).status, 0);
	using terminal = new ATerminal({args: ['resume'], cwd: folder, env});
	await terminal.shows('It goes on if this terminal closes');
	using watcher = new ATerminal({args: ['watch'], cwd: folder, env});
	await watcher.shows(/has it since/);
	using second = new ATerminal({args: ['resume'], cwd: folder, env});
	assert.equal(await second.ends(), 2);
	assert.match(second.text, /Somebody else is running this release/);
	writeFileSync(join(folder, 'uat.go'), '3');
	await terminal.shows(/failed, exit 3/);
	await watcher.shows(/failed, exit 3/);
	await terminal.shows('Nothing more happens until you choose.');
	await terminal.presses(`${keys.down}${keys.down}`, /▸ Undo: Push it|▸ Roll back/);
	await terminal.presses(keys.enter, 'echo undone');
	await terminal.presses(keys.enter, /rolled back/);
	watcher.type('q');
	assert.equal(await watcher.ends(), 0);
	terminal.type(keys.ctrlC);
	await terminal.shows('Leave the run?');
	terminal.type(keys.ctrlC);
	assert.equal(await terminal.ends(), 130);
	assert.match(terminal.text, /slipway resume/);
	assert.equal(terminal.isAlternate, false);
});

test('ctrl-c asks, cancel ends the whole process tree, and both leave the terminal as it was', async context => {
	const {folder, env} = aPlace(context);
	using terminal = new ATerminal({args: ['run', 'release.runbook.yaml', '--target', 'uat', '--input', 'version=2.9.2'], cwd: folder, env});
	await walkToPush(terminal);
	await terminal.presses(keys.ctrlC, /is running and goes on/);
	await terminal.presses(keys.escape, 'c cancel');
	await terminal.presses('c', 'It goes on running until you choose');
	await terminal.presses(keys.down, '▸ Cancel it');
	await terminal.presses(keys.enter, /cancelled/);
	await terminal.shows('Nothing more happens until you choose.');
	const pid = readFileSync(join(runIn(folder), 'attempts/push.1/pid'), 'utf8').split(' ')[0] ?? '';
	assert.deepEqual(livingIn(pid), []);
	terminal.kill('SIGTERM');
	assert.equal(await terminal.ends(), 143);
	assert.equal(terminal.isAlternate, false);
});

test('in a narrow terminal, without colour and after a resize it can be used all the same', async context => {
	const {folder, env} = aPlace(context);
	using terminal = new ATerminal({args: ['run', 'release.runbook.yaml', '--target', 'uat', '--input', 'version=2.9.2'], cwd: folder, env: {...env, NO_COLOR: '1'}, columns: 40, rows: 24});
	await terminal.shows(/1\/3 Know/);
	terminal.resize(120, 40);
	await terminal.shows('1 Know');
	await terminal.shows(/│/);
	terminal.resize(80, 24);
	await walkToPush(terminal);
	writeFileSync(join(folder, 'uat.go'), '0');
	await terminal.shows('Enter starts it: Check it.');
	await terminal.presses('?', /help|Keys/i);
	await terminal.presses(keys.escape, 'Enter starts it: Check it.');
	assert.equal(terminal.hasColour, false);
});

test('without a terminal nothing is guessed: a person is needed, or the flags say yes', async context => {
	const {folder, env} = aPlace(context);
	const refused = slipway(folder, env, 'run', 'release.runbook.yaml', '--target', 'uat', '--input', 'version=2.9.2');
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /There is no terminal to ask at/);
	writeFileSync(join(folder, 'production.go'), '0');
	const unsure = slipway(folder, env, 'run', 'release.runbook.yaml', '--target', 'production', '--input', 'version=2.9.2', '--yes');
	assert.equal(unsure.status, 1);
	assert.match(unsure.stderr, /production is protected/);
	const done = slipway(folder, env, 'resume', '--yes', '--confirm-target', 'production');
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /succeeded/);
});

const slips: readonly (readonly [string, readonly string[], RegExp])[] = [
	['a misspelt flag', ['run', 'release.runbook.yaml', '--targt', 'uat'], /--targt is not an option[\s\S]*Did you mean --target\?/],
	['a misspelt command', ['rum', 'release.runbook.yaml'], /Did you mean `slipway run`\?/],
	['a missing runbook', ['run', 'nowhere.runbook.yaml', '--yes'], /nowhere\.runbook\.yaml can't be read[\s\S]*There is no such file/],
	['a folder for a runbook', ['run', '.', '--yes'], /It is a folder/],
	['an unknown target', ['run', 'release.runbook.yaml', '--target', 'prodction', '--yes'], /Did you mean production\?/],
	['a missing input', ['run', 'release.runbook.yaml', '--target', 'uat', '--yes'], /The input version is not given/],
	['an unknown run', ['resume', 'ZZZZ', '--yes'], /There is no run ZZZZ/],
];

for (const [what, args, wanted] of slips) {
	test(`${what} stops before anything is run, with exit status 2`, context => {
		const {folder, env} = aPlace(context);
		const {status, stdout, stderr} = slipway(folder, env, ...args);
		assert.equal(status, 2, stdout + stderr);
		assert.match(stderr, wanted);
		assert.equal(existsSync(join(folder, 'state/slipway/runs')), false);
	});
}

test('a runbook with mistakes is not run: file, line, column and the right word are named', context => {
	const {folder, env} = aPlace(context);
	writeFileSync(join(folder, 'release.runbook.yaml'), readFileSync(join(folder, 'release.runbook.yaml'), 'utf8').replace('confirm:', 'confrim:'));
	const {status, stderr} = slipway(folder, env, 'run', 'release.runbook.yaml', '--target', 'uat', '--input', 'version=2', '--yes');
	assert.equal(status, 2);
	assert.match(stderr, /release\.runbook\.yaml:12:\d+: [\s\S]*Did you mean `confirm`\?/);
});

test('who drives a run in lines or by flags is told who has taken it over, and leaves it to them', async context => {
	const {folder, env} = aPlace(context);
	using first = new ATerminal({args: ['run', 'release.runbook.yaml', '--target', 'uat', '--input', 'version=2.9.2', '--plain'], cwd: folder, env, columns: 160});
	for (const [question, answer] of [['Answer yes to start it', 'yes'], ['Yes', '2'], ['Remark', ''], ['Attachment', ''], ['From here on things change.', 'yes']] as const) {
		await first.shows(question);
		first.type(`${answer}\r`);
	}

	await first.shows('leave to leave it running');
	using second = new ATerminal({args: ['resume', '--plain', '--take-over', 'the first one went home'], cwd: folder, env});
	assert.equal(await first.ends(), 143);
	assert.match(first.text, /Push it is running and goes on\.\n.*took it over at .*: the first one went home\n +Follow it: slipway watch/);
	await second.shows('leave to leave it running');
	const flags = spawn(process.execPath, [program, 'resume', '--yes', '--take-over', 'the pipeline goes on'], {cwd: folder, env: {...process.env, ...env}, stdio: ['ignore', 'ignore', 'pipe']});
	let told = '';
	flags.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
	const flagsEnd = once(flags, 'exit');
	assert.equal(await second.ends(), 143);
	using third = new ATerminal({args: ['resume', '--plain', '--take-over', 'a person has to look'], cwd: folder, env});
	assert.deepEqual(await flagsEnd, [143, null]);
	assert.match(told, /Push it is running and goes on\.\n.*took it over at .*: a person has to look\n +Follow it: slipway watch/);
	await third.shows('leave to leave it running');
	writeFileSync(join(folder, 'uat.go'), '0');
	await third.shows('Check it');
	third.kill('SIGTERM');
	assert.equal(await third.ends(), 143);
	assert.match(third.text, /Go on: slipway resume/);
	assert.equal(slipway(folder, env, 'verify', runIn(folder)).status, 0);
});
