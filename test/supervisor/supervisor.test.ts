import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {createNodeSupervisor, createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import type {Supervisor, Trace} from '../../source/supervisor/supervisor.ts';
import {aFolder, anAttempt, isAlive, linesOf, readText, timesRun, until, untilEnd, untilKind, witnessed} from './an-attempt.ts';

/** One suite for both, as they promise the same with the same files. */
const supervisors: ReadonlyArray<readonly ['shell' | 'node', () => Supervisor]> = [
	['shell', createShellSupervisor],
	['node', createNodeSupervisor],
];

for (const [kind, create] of supervisors) {
	describe(`the ${kind} supervisor`, () => {
		const supervisor = create();

		const ended = async (within: string, argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<{trace: Trace; out: string; err: string}> => {
			const spec = anAttempt(within, argv);
			supervisor.start({...spec, env: {...spec.env, ...env}});
			const trace = await untilEnd(supervisor, spec.folder);
			return {trace, out: readText(join(spec.folder, 'out')), err: readText(join(spec.folder, 'err'))};
		};

		test('an action ends with its exit status and its output in two files', async context => {
			const {trace, out, err} = await ended(aFolder(context), ['sh', '-c', 'echo fine; echo bad >&2; exit 3']);
			assert.partialDeepStrictEqual(trace, {kind: 'finished', exitCode: 3, signal: null});
			assert.equal(trace.kind === 'finished' && trace.endedAt instanceof Date && Math.abs(trace.endedAt.getTime() - Date.now()) < 60_000, true);
			assert.deepEqual([out, err], ['fine\n', 'bad\n']);
		});

		test('a death by signal is told apart from the exit status that shells use for it', async context => {
			const folder = aFolder(context);
			assert.partialDeepStrictEqual((await ended(folder, ['sh', '-c', 'kill -TERM $$'])).trace, {exitCode: null, signal: 'TERM'});
			assert.partialDeepStrictEqual((await ended(folder, ['sh', '-c', 'kill -KILL $$'])).trace, {exitCode: null, signal: 'KILL'});
			assert.partialDeepStrictEqual((await ended(folder, ['sh', '-c', 'kill -INT $$'])).trace, {exitCode: null, signal: 'INT'});
			assert.partialDeepStrictEqual((await ended(folder, ['sh', '-c', 'exit 143'])).trace, {exitCode: 143, signal: null});
			assert.partialDeepStrictEqual((await ended(folder, ['sh', '-c', 'exit 255'])).trace, {exitCode: 255, signal: null});
			assert.equal((await ended(folder, ['sh', '-c', 'kill -TERM $$'])).err, '', 'what the shim says is no output of the action');
		});

		test('a program that does not exist is an exit status, with the reason in its output', async context => {
			const {trace, err} = await ended(aFolder(context), ['no-such-program']);
			assert.partialDeepStrictEqual(trace, {kind: 'finished', exitCode: 127});
			assert.match(err, /no-such-program.*not found/);
		});

		test('arguments arrive as they are', async context => {
			const argv = ['a b', '', '*', '$HOME', '"', '\\', 'two\nlines', '-n', 'é'];
			assert.equal((await ended(aFolder(context), ['printf', '%s|', ...argv])).out, argv.map(argument => `${argument}|`).join(''));
		});

		test('the environment is the given one and the marks of the attempt, whatever names the shim uses itself', async context => {
			const given = {code: '1', said: '2', stat: '3', boot: '4', folder: '5', env: '6', NODE_OPTIONS: '--no-warnings'};
			const {out} = await ended(aFolder(context), ['env'], given);
			const names = new Set(out.trim().split('\n').map(line => line.split('=')[0]));
			for (const [variable, value] of Object.entries(given)) {
				assert.match(out, new RegExp(`^${variable}=${value}$`, 'm'));
			}

			// These a shell may add by itself.
			for (const variable of ['PWD', 'OLDPWD', 'SHLVL', '_']) {
				names.delete(variable);
			}

			assert.deepEqual([...names].sort(), ['PATH', 'SLIPWAY_ATTEMPT', 'SLIPWAY_ATTEMPT_FOLDER', 'SLIPWAY_RUN_ID', 'SLIPWAY_TASK', 'WITNESS', ...Object.keys(given)].sort());
		});

		test('an action without a PATH runs', async context => {
			const spec = anAttempt(aFolder(context), ['/bin/true'], {env: {}});
			supervisor.start(spec);
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 0});
		});

		test('an action reads nothing, ignores no signal, and leads a session and group of its own', async context => {
			const {out} = await ended(aFolder(context), ['sh', '-c', 'cat; grep SigIgn /proc/$$/status; ps -o pgid=,sid= -p $$; echo $$']);
			const [ignored, group, pid] = out.trim().split('\n');
			assert.match(ignored!, /SigIgn:\s0+$/);
			assert.deepEqual(group!.trim().split(/\s+/), [pid, pid]);
		});

		test('what was started stands in spec.json, with names but without values of the environment', async context => {
			const spec = anAttempt(aFolder(context), witnessed('echo "$PGPASSWORD" | cksum'));
			supervisor.start({...spec, env: {...spec.env, PGPASSWORD: 'hunter-two'}});
			await untilEnd(supervisor, spec.folder);
			const written = JSON.parse(readText(join(spec.folder, 'spec.json')));
			assert.partialDeepStrictEqual(written, {run: spec.runId, task: 'task', attempt: spec.attempt, argv: spec.argv, cwd: spec.cwd, env: ['PATH', 'PGPASSWORD', 'WITNESS']});
			assert.equal(written.shim.sha256, createHash('sha256').update(readFileSync(join(spec.folder, written.shim.file))).digest('hex'));
			for (const file of readdirSync(spec.folder).filter(file => file !== 'alive')) {
				assert.doesNotMatch(readText(join(spec.folder, file)), /hunter-two/, file);
				assert.equal(statSync(join(spec.folder, file)).mode & 0o077, file === 'witness' ? 0o044 : 0, file);
			}
		});

		test('a running action is running, and its trace changes nothing', async context => {
			const spec = anAttempt(aFolder(context), witnessed('exec sleep 300'));
			supervisor.start(spec);
			const {pid, supervised} = await untilKind(supervisor, spec.folder, 'running');
			assert.equal(supervised, true);
			await until(() => timesRun(spec) === 1, 'it ran');
			await until(() => readText(`/proc/${pid}/cmdline`) === 'sleep\u0000300\u0000', 'the proved pid is the action itself');
			supervisor.cancel(spec.folder, 'KILL');
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: null, signal: 'KILL'});
			supervisor.cancel(spec.folder, 'KILL');
		});

		test('cancelling ends the action and its children, and its end is known', async context => {
			const spec = anAttempt(aFolder(context), ['sh', '-c', 'sleep 300 & echo $!; wait']);
			supervisor.start(spec);
			const grandchild = Number((await until(() => linesOf(join(spec.folder, 'out')), 'the grandchild runs', 10_000).then(() =>
				until(() => linesOf(join(spec.folder, 'out'))[0], 'its number is written'))));
			assert.equal(isAlive(grandchild), true);
			supervisor.cancel(spec.folder, 'TERM');
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: null, signal: 'TERM'});
			await until(() => !isAlive(grandchild), 'the grandchild is gone');
		});

		test('cancelling an action that is just starting ends it', async context => {
			const spec = anAttempt(aFolder(context), ['sleep', '300']);
			supervisor.start(spec);
			supervisor.cancel(spec.folder, 'TERM');
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', signal: 'TERM'});
		});

		test('an action that cleans up on TERM ends with the status it chose', async context => {
			const spec = anAttempt(aFolder(context), ['sh', '-c', 'trap "echo cleaned; exit 9" TERM; echo ready; while :; do sleep 0.01; done']);
			supervisor.start(spec);
			await until(() => readText(join(spec.folder, 'out')) !== '', 'it is ready');
			supervisor.cancel(spec.folder, 'TERM');
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 9, signal: null});
			assert.match(readText(join(spec.folder, 'out')), /cleaned/);
		});

		test('a process that left the group survives the cancellation and is reported', async context => {
			const spec = anAttempt(aFolder(context), ['sh', '-c', 'setsid sleep 301 & exec sleep 302']);
			supervisor.start(spec);
			const [stray] = await until(() => {
				const found = supervisor.findStrays(spec).filter(({command}) => command === 'sleep 301');
				return found.length > 0 && found;
			}, 'the stray is found');
			assert.deepEqual(supervisor.findStrays(spec), [stray], 'neither the action nor its supervisor is a stray');
			supervisor.cancel(spec.folder, 'KILL');
			assert.equal((await untilEnd(supervisor, spec.folder)).kind, 'finished');
			assert.deepEqual(supervisor.findStrays(spec), [stray]);
			assert.equal(isAlive(stray!.pid!), true);
			process.kill(stray!.pid!, 'SIGKILL');
			await until(() => supervisor.findStrays(spec).length === 0, 'it is gone');
			assert.deepEqual(supervisor.findStrays({...spec, attempt: -1}), []);
		});

		test('signals that end other programs neither end the shim nor reach the action', async context => {
			const within = aFolder(context);
			const spec = anAttempt(within, ['sh', '-c', 'until [ -e go ]; do sleep 0.01; done; exit 4']);
			supervisor.start(spec);
			await untilKind(supervisor, spec.folder, 'running');
			const shim = Number(readText(join(spec.folder, 'sup')).split(' ')[0]);
			for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
				process.kill(-shim, signal);
			}

			writeFileSync(join(within, 'go'), '');
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 4, signal: null});
		});

		test('an action of another user is not cancelled, and the problem says how', {skip: process.getuid?.() !== 0 && 'needs two users'}, async context => {
			const within = aFolder(context);
			const spec = anAttempt(within, ['sleep', '300']);
			supervisor.start(spec);
			const {pid} = await untilKind(supervisor, spec.folder, 'running');
			for (const path of [within, ...['', 'pid', 'exit', 'sup'].map(name => join(spec.folder, name))]) {
				chmodSync(path, 0o755);
			}

			const said = spawnSync(process.execPath, [join(import.meta.dirname, 'canceller.ts'), kind, spec.folder, '65534'], {encoding: 'utf8'});
			assert.match(said.stdout, /"attempt-not-cancelled".*sudo kill -TERM -- -\d+/, said.stderr);
			assert.equal(isAlive(pid), true);
			supervisor.cancel(spec.folder, 'KILL');
			await untilEnd(supervisor, spec.folder);
		});

		test('killing the shim leaves the action running, unsupervised, and then in doubt', async context => {
			const spec = anAttempt(aFolder(context), witnessed('exec sleep 300'));
			supervisor.start(spec);
			const {pid} = await untilKind(supervisor, spec.folder, 'running');
			process.kill(Number(readText(join(spec.folder, 'sup')).split(' ')[0]), 'SIGKILL');
			await until(() => {
				const trace = supervisor.readTrace(spec.folder);
				return trace.kind === 'running' && !trace.supervised;
			}, 'it is unsupervised');
			assert.equal(isAlive(pid), true);
			supervisor.cancel(spec.folder, 'TERM');
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'in-doubt'});
		});

		test('another process under the same number is not the action', async context => {
			const spec = anAttempt(aFolder(context), ['sleep', '300']);
			supervisor.start(spec);
			const {pid} = await untilKind(supervisor, spec.folder, 'running');
			process.kill(Number(readText(join(spec.folder, 'sup')).split(' ')[0]), 'SIGKILL');
			const [, start, boot] = readText(join(spec.folder, 'pid')).trim().split(' ') as [string, string, string];
			const rewrite = (text: string): void => {
				writeFileSync(join(spec.folder, 'pid'), `${text.padEnd(63)}\n`);
			};
			await until(() => {
				const trace = supervisor.readTrace(spec.folder);
				return trace.kind === 'running' && !trace.supervised;
			}, 'it is unsupervised');
			rewrite(`${pid} ${Number(start) - 1000} ${boot}`);
			assert.equal(supervisor.readTrace(spec.folder).kind, 'in-doubt');
			supervisor.cancel(spec.folder, 'KILL');
			assert.equal(isAlive(pid), true, 'a stranger is not signalled');
			rewrite(`${pid} ${start} 00000000-0000-0000-0000-000000000000`);
			assert.match(JSON.stringify(supervisor.readTrace(spec.folder)), /before the last restart/);
			rewrite(`${pid} ${start} ${boot}`);
			assert.equal(supervisor.readTrace(spec.folder).kind, 'running');
			supervisor.cancel(spec.folder, 'KILL');
			await untilKind(supervisor, spec.folder, 'in-doubt');
		});

		test('a damaged file is in doubt, never an end', async context => {
			const spec = anAttempt(aFolder(context), ['true']);
			supervisor.start(spec);
			await untilEnd(supervisor, spec.folder);
			const good = readText(join(spec.folder, 'exit'));
			for (const bad of [good.slice(0, 40), good.replace('exit 0', 'exit x'), 'exit 0\n', '\0'.repeat(64), `${good}\n`]) {
				writeFileSync(join(spec.folder, 'exit'), bad);
				// Not at once: its shim may still be seen on its way out.
				assert.match((await untilKind(supervisor, spec.folder, 'in-doubt')).why, /`exit` is damaged/, JSON.stringify(bad));
			}
		});

		test('an attempt is never started twice', async context => {
			const spec = anAttempt(aFolder(context), witnessed(''));
			supervisor.start(spec);
			assert.throws(() => {
				supervisor.start(spec);
			}, {code: 'attempt-folder-used'});
			await untilEnd(supervisor, spec.folder);
			assert.equal(timesRun(spec), 1);
		});

		test('what can\'t be started is a problem in words, and nothing runs', async context => {
			const within = aFolder(context);
			const spec = anAttempt(within, witnessed(''));
			const isProblem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;
			assert.throws(() => {
				supervisor.start({...spec, folder: join(within, 'missing')});
			}, isProblem('attempt-folder-unwritable'));
			assert.throws(() => {
				supervisor.start({...spec, cwd: join(within, 'missing')});
			}, isProblem('attempt-cwd-missing'));
			assert.throws(() => {
				supervisor.start({...spec, argv: [...spec.argv, 'x'.repeat(3_000_000)]});
			}, isProblem('attempt-not-launched'));
			assert.equal(supervisor.readTrace(spec.folder).kind, 'never-started');
			assert.equal(timesRun(spec), 0);
		});

		test('an attempt that nobody started was never started; a folder that is gone is in doubt', context => {
			const within = aFolder(context);
			assert.deepEqual(supervisor.readTrace(anAttempt(within, ['true']).folder), {kind: 'never-started'});
			assert.equal(supervisor.readTrace(join(within, 'missing')).kind, 'in-doubt');
		});

		test('a flood of output is kept whole', async context => {
			const spec = anAttempt(aFolder(context), ['sh', '-c', 'head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2']);
			supervisor.start(spec);
			assert.partialDeepStrictEqual(await untilEnd(supervisor, spec.folder), {kind: 'finished', exitCode: 0});
			assert.deepEqual(['out', 'err'].map(file => statSync(join(spec.folder, file)).size), [100_000_000, 1_000_000]);
		});

		test('a follower is told of output as it comes, and last of the end', async context => {
			const within = aFolder(context);
			const spec = anAttempt(within, ['sh', '-c', 'echo one; until [ -e go ]; do sleep 0.01; done; echo two; exit 4']);
			const seen: Array<{trace: Trace; out: string}> = [];
			supervisor.start(spec);
			const following = supervisor.follow(spec.folder, trace => {
				seen.push({trace, out: readText(join(spec.folder, 'out'))});
			});
			// The follower holds nothing open, so something else must while this test waits: `until` does.
			await until(() => seen.some(({trace, out}) => trace.kind === 'running' && out === 'one\n'), 'the first line is told');
			writeFileSync(join(within, 'go'), '');
			await until(() => seen.at(-1)?.trace.kind === 'finished', 'the end is told');
			assert.partialDeepStrictEqual(seen.at(-1), {trace: {kind: 'finished', exitCode: 4}, out: 'one\ntwo\n'});
			assert.equal(seen.filter(({trace}) => trace.kind === 'finished').length, 1);
			following.stop();
		});

		test('a follower that was stopped is told nothing more', async context => {
			const spec = anAttempt(aFolder(context), ['true']);
			supervisor.start(spec);
			let isTold = false;
			supervisor.follow(spec.folder, () => {
				isTold = true;
			}).stop();
			await untilEnd(supervisor, spec.folder);
			assert.equal(isTold, false);
			assert.equal(existsSync(spec.folder), true);
		});
	});
}
