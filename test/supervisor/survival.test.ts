import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {createNodeSupervisor, createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import type {AttemptSpec} from '../../source/supervisor/supervisor.ts';
import {aFolder, anAttempt, isAlive, linesOf, readText, timesRun, until, untilEnd, untilKind, witnessed} from './an-attempt.ts';

const starter = join(import.meta.dirname, 'starter.ts');
const both = [['shell', createShellSupervisor], ['node', createNodeSupervisor]] as const;

/** Runs until a file `go` appears, printing all the time, then ends with 7. */
const longAction = witnessed('i=0; until [ -e go ]; do i=$((i+1)); echo "line $i"; sleep 0.01; done; echo last; exit 7');

const writeSpecs = (within: string, specs: readonly AttemptSpec[]): string => {
	const path = join(within, 'specs.json');
	writeFileSync(path, JSON.stringify(specs));
	return path;
};

/** Gone after the test, also when it fails while the program is stopped. */
const startStarter = (context: TestContext, ...argv: string[]): ChildProcess => {
	const program = spawn(process.execPath, [starter, ...argv], {stdio: ['ignore', 'pipe', 'inherit']});
	context.after(() => void program.kill('SIGKILL'));
	return program;
};

for (const [kind, create] of both) {
	test(`${kind}: an action outlives the kill -9 of the program that started it, and another program learns its real exit status`, async context => {
		const within = aFolder(context);
		const spec = anAttempt(within, longAction);
		const program = startStarter(context, kind, writeSpecs(within, [spec]));
		const supervisor = create();
		await until(() => linesOf(join(spec.folder, 'out')).length > 2, 'it prints');
		program.kill('SIGKILL');
		await once(program, 'exit');

		const {supervised} = await untilKind(supervisor, spec.folder, 'running');
		assert.equal(supervised, true);
		const before = linesOf(join(spec.folder, 'out')).length;
		await until(() => linesOf(join(spec.folder, 'out')).length > before + 2, 'it goes on printing');

		writeFileSync(join(within, 'go'), '');
		assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 7, signal: null});
		const lines = linesOf(join(spec.folder, 'out'));
		assert.deepEqual(lines, [...lines.slice(0, -1).map((_, index) => `line ${index + 1}`), 'last'], 'no line is lost');
		assert.equal(timesRun(spec), 1);
	});

	test(`${kind}: a program that only follows an action is not held open by it`, async context => {
		const within = aFolder(context);
		const spec = anAttempt(within, ['sleep', '300']);
		const program = startStarter(context, kind, writeSpecs(within, [spec]), 'follow');
		const [status] = await once(program, 'exit');
		assert.equal(status, 0);
		const supervisor = create();
		await untilKind(supervisor, spec.folder, 'running');
		supervisor.cancel(spec.folder, 'KILL');
		await untilEnd(supervisor, spec.folder);
	});
}

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

test('an action outlives the tmux session in which it was started', {skip: !hasTmux && 'tmux is not installed'}, async context => {
	const within = aFolder(context);
	const spec = anAttempt(within, longAction);
	const tmux = (...argv: string[]) => spawnSync('tmux', ['-S', join(within, 'tmux'), '-f', '/dev/null', ...argv], {encoding: 'utf8'});
	const specs = writeSpecs(within, [spec]);
	assert.equal(tmux('new-session', '-d', '-s', 'release', process.execPath, starter, 'shell', specs).status, 0);
	await until(() => linesOf(join(spec.folder, 'out')).length > 2, 'it prints');
	const program = Number(tmux('list-panes', '-t', 'release', '-F', '#{pane_pid}').stdout);
	assert.equal(isAlive(program), true);
	tmux('kill-session', '-t', 'release');
	await until(() => !isAlive(program), 'the program is gone with its terminal');

	const supervisor = createShellSupervisor();
	assert.partialDeepStrictEqual(supervisor.readTrace(spec.folder), {kind: 'running', supervised: true});
	writeFileSync(join(within, 'go'), '');
	assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 7});
	tmux('kill-server');
});

test('a dead process that nobody has reaped counts as dead', async context => {
	const within = aFolder(context);
	const spec = anAttempt(within, ['sleep', '300']);
	const program = startStarter(context, 'shell', writeSpecs(within, [spec]));
	const supervisor = createShellSupervisor();
	const {pid} = await untilKind(supervisor, spec.folder, 'running');
	program.kill('SIGSTOP');
	const shim = Number(readText(join(spec.folder, 'sup')).split(' ')[0]);
	process.kill(shim, 'SIGKILL');
	process.kill(pid, 'SIGKILL');
	await until(() => readText(`/proc/${shim}/stat`).includes(') Z '), 'the shim is a zombie');
	// The last of the action's files is closed a moment after it has died.
	await until(() => {
		const trace = supervisor.readTrace(spec.folder);
		return trace.kind === 'in-doubt' && trace.why.endsWith('no end was written down.');
	}, 'both count as dead');
	program.kill('SIGKILL');
	await once(program, 'exit');
});

test('a child of the killed action that lives on is found', async context => {
	const spec = anAttempt(aFolder(context), ['sh', '-c', 'setsid sleep 303 & wait']);
	const supervisor = createShellSupervisor();
	supervisor.start(spec);
	const {pid} = await untilKind(supervisor, spec.folder, 'running');
	const child = await until(() => supervisor.findStrays(spec).find(({command}) => command === 'sleep 303'), 'the child runs');
	process.kill(Number(readText(join(spec.folder, 'sup')).split(' ')[0]), 'SIGKILL');
	process.kill(pid, 'SIGKILL');
	await untilKind(supervisor, spec.folder, 'in-doubt');
	assert.deepEqual(supervisor.findStrays(spec), [child]);
	process.kill(child.pid!, 'SIGKILL');
	await until(() => supervisor.findStrays(spec).length === 0, 'it is gone');
});

for (const [kind, createSupervisor] of both) {
	test(`${kind}: a process that took its marks off is still found when its action is gone`, {skip: kind === 'node' && !existsSync('/usr/bin/lsof') && !existsSync('/usr/sbin/lsof') && 'lsof is not installed here'}, async context => {
		const spec = anAttempt(aFolder(context), ['sh', '-c', 'setsid env -i /bin/sleep 303 & wait']);
		const supervisor = createSupervisor();
		supervisor.start(spec);
		const {pid} = await untilKind(supervisor, spec.folder, 'running');
		await until(() => readText(`/proc/${readText(`/proc/${pid}/task/${pid}/children`).trim()}/cmdline`) === '/bin/sleep\u0000303\u0000', 'the child runs');
		assert.deepEqual(supervisor.findStrays(spec), [], 'it has no marks');
		process.kill(Number(readText(join(spec.folder, 'sup')).split(' ')[0]), 'SIGKILL');
		process.kill(pid, 'SIGKILL');
		await untilKind(supervisor, spec.folder, 'in-doubt');
		const [child] = supervisor.findStrays(spec);
		assert.equal(child?.command, '/bin/sleep 303');
		process.kill(child!.pid!, 'SIGKILL');
		await until(() => supervisor.findStrays(spec).length === 0, 'it is gone');
	});
}
