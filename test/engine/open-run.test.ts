import assert from 'node:assert/strict';
import {execFileSync, type ChildProcess} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import type {Engine} from '../../source/engine/engine.ts';
import {loadRunbook} from '../../source/engine/load-runbook.ts';
import {resumeRun, startRun} from '../../source/engine/open-run.ts';
import {followRun} from '../../source/engine/follow-run.ts';
import {Problem} from '../../source/errors.ts';
import {markdownReport} from '../../source/run/report-markdown.ts';
import {reportOf} from '../../source/run/report.ts';
import {openFileJournal} from '../../source/stores/file-journal.ts';
import {openRunFolder} from '../../source/stores/run-folder.ts';
import {verifyRecord} from '../../source/stores/verify-run.ts';
import {addKey, startAgent} from '../stores/an-agent.ts';
import {createSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {aDriver, aFolder, aMachine, aRunbook, aStartedRun, journalOf, typesOf, until, untilTask} from './a-machine.ts';

const reads = (id: string, command: string, more = ''): string => `{id: ${id}, run: ${JSON.stringify(command)}, effect: reads${more === '' ? '' : `, ${more}`}}`;
const untilGone = (file: string): string => `until [ -e '${file}' ]; do sleep 0.02; done`;
const hasCode = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;
const attemptFile = (folder: string, runId: string, task: string, name: string): string => join(folder, 'state/slipway/runs', runId, 'attempts', `${task}.1`, name);

const untilPid = (folder: string, runId: string): Promise<void> => until(() => /^\d+ \d+ /.test(readIfThere(attemptFile(folder, runId, 'work', 'pid'))), () => 'no pid is written');

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const endsAfter = async (engine: Engine, work: () => Promise<void>): Promise<void> => {
	try {
		await work();
	} finally {
		await engine.close('left');
	}
};

test('a run is walked to its end, and every line of it is on disk', async context => {
	const folder = aFolder(context);
	const engine = await aStartedRun(aMachine(folder), [reads('look', 'echo seen; echo kept=7 >> "$SLIPWAY_OUTPUT"'), '{id: read, confirm: Is it so?}', `{id: push, run: [sh, -c, 'exit "$0"', '\${{ tasks.look.outputs.kept }}'], effect: reads, required: false}`]);
	const runId = engine.snapshot().id;
	assert.deepEqual(await engine.send({kind: 'start', task: 'look'}), {done: true});
	assert.equal((await engine.send({kind: 'start', task: 'look'})).done, false);
	const state = await untilTask(engine, 'look', 'done');
	assert.partialDeepStrictEqual(state.tasks['look']?.attempts[0]?.end, {outcome: 'succeeded', exitCode: 0, outputs: {kept: '7'}});
	await engine.send({kind: 'confirm', task: 'read', answer: 'yes'});
	await engine.send({kind: 'start', task: 'push'});
	assert.partialDeepStrictEqual((await untilTask(engine, 'push', 'failed')).tasks['push']?.attempts[0]?.end, {outcome: 'failed', exitCode: 7});
	await engine.send({kind: 'end', result: 'succeeded', statement: 'Seen.'});
	await engine.close('ended');
	const lines = journalOf(folder, runId);
	assert.deepEqual(typesOf(lines), ['run.created', 'session.opened', 'attempt.started', 'attempt.finished', 'task.confirmed', 'attempt.started', 'attempt.finished', 'run.ended', 'session.closed']);
	assert.deepEqual(lines, engine.lines());
	assert.match(readFileSync(join(folder, 'state/slipway/runs', runId, 'checkpoint'), 'utf8'), /^lines 9$/m);
});

test('that the key of the machine signs, as the agent is gone, is told once and stands in the record and in the report', {timeout: 30_000}, async context => {
	const folder = aFolder(context);
	const {environment, stop} = startAgent(context, folder);
	const publicKey = addKey(folder, 'ed25519', environment);
	const machine = aMachine(folder);
	const engine = await aStartedRun({...machine, environment: {...machine.environment, SSH_AUTH_SOCK: environment['SSH_AUTH_SOCK']}}, ['{id: read, confirm: Is it so?}', '{id: more, confirm: Is it so?}']);
	const runId = engine.snapshot().id;
	const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', '-'], {input: publicKey, encoding: 'utf8'}).split(' ')[1] ?? '';
	assert.deepEqual(engine.snapshot().signer, {kind: 'agent', fingerprint});
	stop();
	await engine.send({kind: 'confirm', task: 'read', answer: 'yes'});
	await until(() => engine.snapshot().signerChanged !== null, () => 'nothing is told');
	assert.partialDeepStrictEqual(engine.snapshot(), {signer: {kind: 'machine'}, signerChanged: {from: {kind: 'agent', fingerprint}}});
	await engine.send({kind: 'confirm', task: 'more', answer: 'yes'});
	await engine.close('left');
	assert.deepEqual(typesOf(journalOf(folder, runId)), ['run.created', 'session.opened', 'task.confirmed', 'signer.changed', 'task.confirmed', 'session.closed']);
	assert.match(markdownReport(reportOf(engine.snapshot(), engine.lines())), /\*\*Signed by another key\*\*: The record is signed by the key SHA256:\S+ of this machine from here on, no more by the key SHA256:\S+ of the operator's ssh-agent: /);
	const {checkpoint} = await verifyRecord({path: join(folder, 'state/slipway/runs', runId, 'journal.jsonl'), folder: join(folder, 'state/slipway/runs', runId), since: null, allowedSigners: null});
	assert.equal(checkpoint?.checkpoint?.lines, 6, 'the last line is signed too');
});

test('a run that is opened again without the key of its operator says so', {timeout: 30_000}, async context => {
	const folder = aFolder(context);
	const {environment, stop} = startAgent(context, folder);
	addKey(folder, 'ed25519', environment);
	const machine = aMachine(folder);
	const engine = await aStartedRun({...machine, environment: {...machine.environment, SSH_AUTH_SOCK: environment['SSH_AUTH_SOCK']}}, ['{id: read, confirm: Is it so?}']);
	await engine.close('left');
	stop();
	const again = await resumeRun(machine, engine.snapshot().id);
	await again.close('left');
	assert.partialDeepStrictEqual(again.snapshot().signerChanged, {from: {kind: 'agent'}, to: {kind: 'machine'}, because: null});
	assert.deepEqual(reportOf(again.snapshot(), again.lines()).exceptions.map(({kind}) => kind), ['signer-changed']);
});

test('an action goes on when its program is killed, and its real end is taken', async context => {
	const folder = aFolder(context);
	const go = join(folder, 'go');
	const {child, runId} = await aDriver(context, folder, [reads('work', `${untilGone(go)}; echo finished; exit 3`)]);
	child.kill('SIGKILL');
	await until(() => child.signalCode !== null, () => 'the driver is alive');
	const engine = await resumeRun(aMachine(folder), runId);
	await endsAfter(engine, async () => {
		assert.equal(engine.snapshot().tasks['work']?.status, 'running');
		writeFileSync(go, '');
		const state = await untilTask(engine, 'work', 'failed');
		assert.partialDeepStrictEqual(state.tasks['work']?.attempts[0]?.end, {kind: 'finished', outcome: 'failed', exitCode: 3});
		assert.equal(state.tasks['work']?.attempts.length, 1);
	});
});

test('what ended while nobody looked has its real end, and a second resume adds nothing but its session', async context => {
	const folder = aFolder(context);
	const {child, runId} = await aDriver(context, folder, [reads('work', 'echo $$ >> ../witness; sleep 0.3; exit 0'.replace('../witness', join(folder, 'witness').replaceAll(' ', '\\ ')))]);
	child.kill('SIGKILL');
	await until(() => existsSync(attemptFile(folder, runId, 'work', 'exit')) && readFileSync(attemptFile(folder, runId, 'work', 'exit'), 'utf8').startsWith('exit'), () => 'no exit is written');
	const engine = await resumeRun(aMachine(folder), runId);
	assert.equal((await untilTask(engine, 'work', 'done')).tasks['work']?.attempts.length, 1);
	await engine.close('left');
	const before = journalOf(folder, runId);
	await (await resumeRun(aMachine(folder), runId)).close('left');
	assert.deepEqual(typesOf(journalOf(folder, runId).slice(before.length)), ['session.opened', 'session.closed']);
	assert.equal(readFileSync(join(folder, 'witness'), 'utf8').trim().split('\n').length, 1);
});

/** Ends the program, the shim and the action; what the action started lives on. */
const killAllButChildren = async (child: ChildProcess, folder: string, runId: string): Promise<void> => {
	child.kill('SIGKILL');
	await until(() => child.signalCode !== null, () => 'the driver is alive');
	killAttempt(folder, runId);
};

/** Ends the shim and the action. */
const killAttempt = (folder: string, runId: string): void => {
	for (const name of ['sup', 'pid']) process.kill(pidIn(attemptFile(folder, runId, 'work', name)), 'SIGKILL');
};

/** Starts the work, and ends its shim alone. */
const runUnsupervised = async (engine: Engine, folder: string): Promise<void> => {
	const {id} = engine.snapshot();
	await engine.send({kind: 'start', task: 'work'});
	await untilPid(folder, id);
	process.kill(pidIn(attemptFile(folder, id, 'work', 'sup')), 'SIGKILL');
	await until(() => engine.snapshot().tasks['work']?.attempts[0]?.unsupervisedAt !== null, () => 'nobody saw that the shim is gone');
};

const pidIn = (file: string): number => Number.parseInt(readFileSync(file, 'utf8'), 10);

test('an attempt whose end nobody saw is in doubt: what of it still runs is named, and only then a person decides', async context => {
	const folder = aFolder(context);
	const {child, runId} = await aDriver(context, folder, [reads('work', 'sleep 300 & echo begun; wait', 'probe: "echo the answer; exit 1"'), '{id: after, confirm: Go on?}']);
	await until(() => readIfThere(attemptFile(folder, runId, 'work', 'out')) !== '', () => 'it has not begun');
	await killAllButChildren(child, folder, runId);
	const engine = await resumeRun(aMachine(folder), runId);
	await endsAfter(engine, async () => {
		const state = await untilTask(engine, 'work', 'in-doubt');
		const [first] = state.tasks['work']?.attempts[0]?.probes ?? [];
		assert.partialDeepStrictEqual(first, {verdict: 'not-done', facts: ['Probe\texit status 1', '\tthe answer', 'Likely\tThe probe says that it was not done.']});
		assert.deepEqual(first?.alive?.map(({command}) => command), ['sleep 300']);
		const pid = first?.alive?.[0]?.pid ?? 0;
		for (const request of [{kind: 'start', task: 'work'}, {kind: 'waive', task: 'work', reason: 'x'}, {kind: 'confirm', task: 'after', answer: 'yes'}, {kind: 'resolve', task: 'work', as: 'failed', reason: ' '}] as const)
			assert.equal((await engine.send(request)).done, false, request.kind);
		for (const as of ['failed', 'succeeded'] as const) {
			const reply = await engine.send({kind: 'resolve', task: 'work', as, reason: 'The probe says so.'});
			assert.partialDeepStrictEqual(reply, {done: false, refusal: {code: 'still-lives', what: `It has not ended: sleep 300 (process ${pid}) still runs.`, todo: `Wait until it is gone, or end it: kill ${pid}.`}});
		}

		process.kill(pid, 'SIGKILL');
		await until(() => engine.snapshot().tasks['work']?.attempts[0]?.probes.at(-1)?.alive?.length === 0, () => 'nobody looked again');
		assert.deepEqual(await engine.send({kind: 'resolve', task: 'work', as: 'succeeded', reason: 'It was begun.'}), {done: true});
		assert.partialDeepStrictEqual(engine.snapshot().tasks['work']?.attempts[0]?.end, {kind: 'resolved', as: 'succeeded', world: {verdict: 'not-done'}, output: [{path: 'attempts/work.1/out', sizeBytes: 6}, {path: 'attempts/work.1/err'}]});
	});

	const runFolder = join(folder, 'state/slipway/runs', runId);
	const verify = async (): Promise<readonly string[]> => (await verifyRecord({path: join(runFolder, 'journal.jsonl'), folder: runFolder, since: null, allowedSigners: null})).files.wrong.map(({path}) => path);
	assert.deepEqual(await verify(), []);
	writeFileSync(attemptFile(folder, runId, 'work', 'out'), 'other\n');
	assert.deepEqual(await verify(), ['attempts/work.1/out']);
});

test('a doubt that was left while something of it ran is looked at again, and one that was looked at is not', async context => {
	const folder = aFolder(context);
	const {child, runId} = await aDriver(context, folder, [reads('work', 'sleep 300 & echo begun; wait')]);
	await until(() => readIfThere(attemptFile(folder, runId, 'work', 'out')) !== '', () => 'it has not begun');
	await killAllButChildren(child, folder, runId);
	const resumed = async (): Promise<readonly string[]> => {
		const before = journalOf(folder, runId).length;
		await (await resumeRun(aMachine(folder), runId)).close('left');
		return typesOf(journalOf(folder, runId).slice(before));
	};
	assert.deepEqual(await resumed(), ['session.opened', 'attempt.in-doubt', 'attempt.probed', 'session.closed']);
	const probed = journalOf(folder, runId).findLast(({type}) => type === 'attempt.probed');
	process.kill((probed?.type === 'attempt.probed' ? probed.data.alive?.[0]?.pid : null) ?? 0, 'SIGKILL');
	assert.deepEqual(await resumed(), ['session.opened', 'attempt.probed', 'session.closed']);
	assert.deepEqual(await resumed(), ['session.opened', 'session.closed']);
});

test('a start on a context that is not there is refused, and leaves no run behind', async context => {
	const folder = aFolder(context);
	const machine = aMachine(folder);
	const path = join(folder, 'release.runbook.yaml');
	const kubeconfig = join(folder, 'config');
	writeFileSync(path, `name: Release\ntargets: {uat: {kubeconfig: ${JSON.stringify(kubeconfig)}, context: uat, namespace: egov}}\nsteps: [{id: all, name: All, tasks: [{id: one, confirm: Go on?}]}]\n`);
	for (const [text, says] of [['contexts: []', /It has none at all\. Name another one/], ['contexts: [{name: prod, context: {cluster: c}}]', /It has: prod\. Put one of them/]] as const) {
		writeFileSync(kubeconfig, text);
		await assert.rejects(startRun(machine, {loaded: loadRunbook(path, '/'), targetName: undefined, inputs: {}, rehearsal: false}), (error: unknown) => error instanceof Problem && error.code === 'context-unknown' && says.test(`${error.why} ${error.todo}`));
		assert.ok(!existsSync(join(folder, 'state/slipway/runs')) || readdirSync(join(folder, 'state/slipway/runs')).length === 0);
	}
});

test('nothing is changed on a target while another run left something running there', async context => {
	const folder = aFolder(context);
	const go = join(folder, 'go');
	const {child, runId} = await aDriver(context, folder, [reads('work', untilGone(go))]);
	child.kill('SIGKILL');
	await until(() => child.signalCode !== null, () => 'the driver is alive');
	const changing = ['{id: look, run: "true", effect: reads}', '{id: change, run: "true"}'];
	const engine = await aStartedRun(aMachine(folder), changing);
	await endsAfter(engine, async () => {
		assert.deepEqual(await engine.send({kind: 'start', task: 'look'}), {done: true}, 'what changes nothing may run');
		await untilTask(engine, 'look', 'done');
		const reply = await engine.send({kind: 'start', task: 'change'});
		const gate = reply.done ? undefined : reply.refusal.gates.find(({id}) => id === `acting:${runId}:work.1`);
		assert.partialDeepStrictEqual(gate, {name: `Work, of the run ${runId}, still runs on this target`, state: 'closed'});
		assert.match(gate?.evidence ?? '', /until \[ -e .* \(process \d+\)$/);
		assert.match(gate?.todo ?? '', new RegExp(`^Wait until it is gone, or end it: kill \\d+\\. Or leave this run, and go on with that one: slipway resume ${runId}$`));
	});
	const later = await aStartedRun(aMachine(folder), changing);
	await endsAfter(later, async () => {
		assert.equal((await later.send({kind: 'start', task: 'change'})).done, false, 'a run in between hides nothing');
		writeFileSync(go, '');
		await until(() => existsSync(attemptFile(folder, runId, 'work', 'exit')) && later.preview('change').gates.every(({id, state}) => id === 'order' || state === 'open'), () => JSON.stringify(later.preview('change').gates));
		assert.deepEqual(await later.send({kind: 'waive', task: 'look', reason: 'not needed here'}), {done: true});
		assert.deepEqual(await later.send({kind: 'start', task: 'change'}), {done: true});
		await untilTask(later, 'change', 'done');
	});
});

test('what a run left that was ended stands in the way of the next one on its target', async context => {
	const folder = aFolder(context);
	const {child, runId} = await aDriver(context, folder, [reads('work', 'sleep 300 & echo begun; wait')]);
	await until(() => readIfThere(attemptFile(folder, runId, 'work', 'out')) !== '', () => 'it has not begun');
	await killAllButChildren(child, folder, runId);
	const ended = await resumeRun(aMachine(folder), runId);
	const [living] = (await untilTask(ended, 'work', 'in-doubt')).tasks['work']?.attempts[0]?.probes.at(-1)?.alive ?? [];
	await endsAfter(ended, async () => assert.deepEqual(await ended.send({kind: 'end', result: 'abandoned', statement: 'The window has closed.'}), {done: true}));
	const engine = await aStartedRun(aMachine(folder), ['{id: change, run: "true"}']);
	await endsAfter(engine, async () => {
		const reply = await engine.send({kind: 'start', task: 'change'});
		const gate = reply.done ? undefined : reply.refusal.gates.find(({id}) => id === `acting:${runId}:work.1`);
		assert.equal(gate?.evidence, `sleep (process ${living?.pid})`, 'arguments of another run may hold its secrets');
		assert.equal(gate?.todo, `Wait until it is gone, or end it: kill ${living?.pid}.`);
		process.kill(living?.pid ?? 0, 'SIGKILL');
		await until(() => engine.preview('change').gates.every(({state}) => state === 'open'), () => JSON.stringify(engine.preview('change').gates));
		assert.deepEqual(await engine.send({kind: 'start', task: 'change'}), {done: true});
		await untilTask(engine, 'change', 'done');
	});
});

for (const [what, damage] of [
	['plan is another one', (run: string) => writeFileSync(join(run, 'plan.json'), '{}')],
	['journal has a line that was changed', (run: string) => writeFileSync(join(run, 'journal.jsonl'), readFileSync(join(run, 'journal.jsonl'), 'utf8').replace('"session.opened"', '"session.0pened"'))],
	['folder is gone', (run: string) => rmSync(run, {recursive: true})],
] as const) {
	test(`a run whose ${what} is known by the marks of its processes`, async context => {
		const folder = aFolder(context);
		const {child, runId} = await aDriver(context, folder, [reads('work', 'exec sleep 300')]);
		await untilPid(folder, runId);
		const pid = Number(readIfThere(attemptFile(folder, runId, 'work', 'pid')).split(' ')[0]);
		child.kill('SIGKILL');
		await until(() => child.signalCode !== null, () => 'the driver is alive');
		damage(join(folder, 'state/slipway/runs', runId));
		const engine = await aStartedRun(aMachine(folder), ['{id: change, run: "true"}']);
		await endsAfter(engine, async () => {
			const reply = await engine.send({kind: 'start', task: 'change'});
			const gate = reply.done ? undefined : reply.refusal.gates.find(({id}) => id === `acting:${runId}`);
			assert.equal(gate?.name, `the run ${runId}, whose record can't be read, still runs on this target`);
			assert.match(gate?.evidence ?? '', new RegExp(`sleep \\(process ${pid}\\)`));
			process.kill(-pid, 'SIGKILL');
			await until(() => engine.preview('change').gates.every(({state}) => state === 'open'), () => JSON.stringify(engine.preview('change').gates));
			assert.deepEqual(await engine.send({kind: 'start', task: 'change'}), {done: true});
			await untilTask(engine, 'change', 'done');
		});
	});
}

test('what an action that ended by itself leaves running on purpose stands in the way of no other run', async context => {
	const folder = aFolder(context);
	const go = join(folder, 'go');
	const {child, runId} = await aDriver(context, folder, [reads('work', `${untilGone(go)}; setsid sleep 300 >/dev/null 2>&1 &`)]);
	child.kill('SIGKILL');
	await until(() => child.signalCode !== null, () => 'the driver is alive');
	writeFileSync(go, '');
	await until(() => readIfThere(attemptFile(folder, runId, 'work', 'exit')).startsWith('exit'), () => 'no exit is written');
	const engine = await aStartedRun(aMachine(folder), ['{id: change, run: "true"}']);
	await endsAfter(engine, async () => {
		assert.deepEqual(await engine.send({kind: 'start', task: 'change'}), {done: true});
		await untilTask(engine, 'change', 'done');
	});
	for (const {pid} of createSupervisor().findOfRun(runId)) process.kill(pid ?? 0, 'SIGKILL');
});

test('only what the runbook calls idempotent is run again by itself, and not before all of the last attempt is gone', async context => {
	const folder = aFolder(context);
	const mark = join(folder, 'mark').replaceAll(' ', '\\ ');
	const {child, runId} = await aDriver(context, folder, [reads('work', `if [ -e ${mark} ]; then exit 0; fi; sleep 300 & touch ${mark}; wait`, 'idempotent: true')]);
	await until(() => existsSync(join(folder, 'mark')), () => 'the first attempt has not begun');
	await killAllButChildren(child, folder, runId);
	const engine = await resumeRun(aMachine(folder), runId);
	await endsAfter(engine, async () => {
		const waiting = (await untilTask(engine, 'work', 'in-doubt')).tasks['work']?.attempts ?? [];
		const [living] = waiting[0]?.probes.at(-1)?.alive ?? [];
		assert.deepEqual([waiting.length, living?.command], [1, 'sleep 300']);
		assert.deepEqual(await engine.send({kind: 'probe', task: 'work'}), {done: true});
		assert.equal(engine.snapshot().tasks['work']?.attempts.length, 1, 'it is not repeated beside what lives');
		process.kill(living?.pid ?? 0, 'SIGKILL');
		const {attempts} = (await untilTask(engine, 'work', 'done')).tasks['work'] ?? {attempts: []};
		assert.deepEqual(attempts.map(({end}) => end?.kind), ['resolved', 'finished']);
		assert.equal(attempts[1]?.started.consent, 'runbook');
		const report = reportOf(engine.snapshot(), engine.lines());
		assert.deepEqual(report.exceptions.map(({kind}) => kind), ['in-doubt', 'in-doubt'], 'nobody decided');
		assert.partialDeepStrictEqual(report.steps[0]?.tasks[0]?.attempts, [{outcome: 'in-doubt', decidedBy: null}, {outcome: 'succeeded'}]);
	});
});

test('what was asked to stop is not run again by itself, whatever the runbook calls it', async context => {
	const folder = aFolder(context);
	const engine = await aStartedRun(aMachine(folder), [reads('work', 'exec sleep 300', 'idempotent: true')]);
	await endsAfter(engine, async () => {
		await runUnsupervised(engine, folder);
		await engine.send({kind: 'cancel', task: 'work'});
		await untilTask(engine, 'work', 'in-doubt');
		await engine.settled?.();
		assert.deepEqual(typesOf(engine.lines()).slice(-3), ['attempt.cancel-requested', 'attempt.in-doubt', 'attempt.probed']);
		assert.deepEqual(await engine.send({kind: 'resolve', task: 'work', as: 'failed', reason: 'It was stopped.'}), {done: true});
		assert.equal(engine.snapshot().tasks['work']?.status, 'failed');
	});
});

test('what hides its end each time is not run again for ever', async context => {
	const engine = await aStartedRun(aMachine(aFolder(context)), [reads('work', 'mkdir "$SLIPWAY_OUTPUT"', 'idempotent: true')]);
	await endsAfter(engine, async () => {
		await engine.send({kind: 'start', task: 'work'});
		await until(() => engine.snapshot().tasks['work']?.attempts.at(-1)?.number === 4, () => 'it is not run again');
		await untilTask(engine, 'work', 'in-doubt');
		await engine.settled?.();
		assert.equal(engine.snapshot().tasks['work']?.status, 'in-doubt', 'a person decides');
		assert.equal(engine.snapshot().tasks['work']?.attempts.length, 4);
	});
});

test('a world that says more than a line of the journal holds keeps nobody from opening the run', async context => {
	const folder = aFolder(context);
	const machine = aMachine(folder);
	const engine = await aStartedRun(machine, [reads('work', 'exec sleep 300', 'probe: "printf \'%070000d\' 1; exit 1"')]);
	const {id} = engine.snapshot();
	await endsAfter(engine, async () => {
		await engine.send({kind: 'start', task: 'work'});
		await untilPid(folder, id);
	});
	killAttempt(folder, id);
	const resumed = await resumeRun(machine, id);
	await endsAfter(resumed, async () => {
		await untilTask(resumed, 'work', 'in-doubt');
		const probe = resumed.snapshot().tasks['work']?.attempts[0]?.probes.at(-1);
		assert.deepEqual([probe?.verdict, probe?.facts[0], probe?.facts.at(-1)], ['not-done', 'Probe\texit status 1', 'Likely\tThe probe says that it was not done.']);
		assert.match(probe?.facts[1] ?? '', /^\t0{900,}…$/);
	});
});

test('who leaves while the world is asked does not wait for its answer, and it is asked again at the next resume', async context => {
	const folder = aFolder(context);
	const machine = aMachine(folder);
	const asked = join(folder, 'asked');
	const engine = await aStartedRun(machine, [reads('work', 'exec sleep 300', `probe: "echo >> '${asked}'; [ $(wc -l < '${asked}') = 2 ] || exec sleep 300"`)]);
	const {id} = engine.snapshot();
	await endsAfter(engine, async () => {
		await engine.send({kind: 'start', task: 'work'});
		await untilPid(folder, id);
		killAttempt(folder, id);
		await until(() => existsSync(asked), () => 'the world is not asked');
	});
	assert.deepEqual(typesOf(journalOf(folder, id)).slice(-2), ['attempt.in-doubt', 'session.closed']);
	const resumed = await resumeRun(machine, id);
	await endsAfter(resumed, async () => {
		await until(() => resumed.snapshot().tasks['work']?.attempts[0]?.probes.length === 1, () => 'the world is not asked again');
	});
});

test('an action that lost its shim is said to be unsupervised, once, and is in doubt at its end', async context => {
	const folder = aFolder(context);
	const engine = await aStartedRun(aMachine(folder), [reads('work', 'exec sleep 300')]);
	await endsAfter(engine, async () => {
		await runUnsupervised(engine, folder);
		assert.equal(engine.snapshot().tasks['work']?.status, 'running');
		process.kill(pidIn(attemptFile(folder, engine.snapshot().id, 'work', 'pid')), 'SIGKILL');
		await untilTask(engine, 'work', 'in-doubt');
		assert.equal(engine.lines().filter(({type}) => type === 'attempt.unsupervised').length, 1);
	});
});

test('what was cancelled and goes on in a process of its own is not started a second time beside it', async context => {
	const folder = aFolder(context);
	const mark = join(folder, 'mark').replaceAll(' ', '\\ ');
	const engine = await aStartedRun(aMachine(folder), [reads('work', `if [ -e ${mark} ]; then exit 0; fi; touch ${mark}; setsid sh -c "echo begun; exec sleep 300" & wait`)]);
	await endsAfter(engine, async () => {
		const {id} = engine.snapshot();
		await engine.send({kind: 'start', task: 'work'});
		await until(() => readIfThere(attemptFile(folder, id, 'work', 'out')) !== '', () => 'it has not begun');
		await engine.send({kind: 'cancel', task: 'work'});
		const end = (await untilTask(engine, 'work', 'cancelled')).tasks['work']?.attempts.at(-1)?.end;
		assert.match(end?.kind === 'finished' ? end.summary : '', /^Cancelled: [a-z]/);
		const reply = await engine.send({kind: 'start', task: 'work'});
		const pid = Number(/attempt 1 of \w+ still runs: sleep 300 \(process (\d+)\)\.$/.exec(reply.done ? '' : reply.refusal.what)?.[1]);
		assert.ok(pid > 1, JSON.stringify(reply));
		process.kill(pid, 'SIGKILL');
		await until(() => !existsSync(`/proc/${pid}`), () => 'it lives');
		assert.deepEqual(await engine.send({kind: 'start', task: 'work'}), {done: true});
		await untilTask(engine, 'work', 'done');
	});
});

test('what a failed attempt left running is told before the next one starts, and no retry starts beside it by itself', async context => {
	const folder = aFolder(context);
	const engine = await aStartedRun(aMachine(folder), [reads('work', 'setsid sh -c "echo begun; exec sleep 300" & while ! grep -q begun "$SLIPWAY_ATTEMPT_FOLDER/out"; do sleep 0.01; done; exit 1', 'retry: 1')]);
	await endsAfter(engine, async () => {
		await engine.send({kind: 'start', task: 'work'});
		await untilTask(engine, 'work', 'failed');
		const notes = (): readonly string[] => {
			const {action} = engine.preview('work');
			return action === null || 'problem' in action ? [] : action.plan.notes;
		};
		await until(() => notes().length > 0, () => 'nothing is told');
		assert.equal(engine.snapshot().tasks['work']?.attempts.length, 1);
		const pid = Number(/^Attempt 1 left running: sleep 300 \(process (\d+)\)\. This one starts beside it\.$/.exec(notes()[0] ?? '')?.[1]);
		assert.ok(pid > 1, notes()[0]);
		process.kill(pid, 'SIGKILL');
		assert.ok(engine.preview('work').gates.every(({state}) => state === 'open'));
	});
});

test('an end whose output can not be read is in doubt, not running for ever', async context => {
	const folder = aFolder(context);
	const go = join(folder, 'go');
	const engine = await aStartedRun(aMachine(folder), [reads('work', untilGone(go))]);
	await endsAfter(engine, async () => {
		await engine.send({kind: 'start', task: 'work'});
		const out = attemptFile(folder, engine.snapshot().id, 'work', 'out');
		await untilPid(folder, engine.snapshot().id);
		rmSync(out);
		mkdirSync(out);
		writeFileSync(go, '');
		const end = (await untilTask(engine, 'work', 'in-doubt', 'done', 'failed')).tasks['work']?.attempts[0]?.end;
		assert.equal(end?.kind, 'in-doubt');
		assert.match(end?.kind === 'in-doubt' ? end.trace : '', /^It has ended, but what it left can't be read or recorded: EISDIR/);
	});
});

test('what no line of the journal would hold is refused, and the run goes on', async context => {
	const engine = await aStartedRun(aMachine(aFolder(context)), ['{id: work, confirm: It is so}']);
	await endsAfter(engine, async () => {
		await assert.rejects(engine.send({kind: 'confirm', task: 'work', answer: 'yes', remark: 'x'.repeat(70_000)}), {code: 'event-too-large'});
		assert.equal(engine.readOnly, null);
		assert.deepEqual(await engine.send({kind: 'confirm', task: 'work', answer: 'yes', remark: 'short'}), {done: true});
	});
});

test('an attempt that was written down but never launched may be started', async context => {
	const folder = aFolder(context);
	const machine = aMachine(folder);
	const engine = await aStartedRun(machine, [reads('work', 'true')]);
	const {id: runId} = engine.snapshot();
	await engine.close('left');
	const {path, genesis} = openRunFolder(join(folder, 'state/slipway'), runId);
	const {store} = openFileJournal({folder: path, runId, genesis, by: machine.by});
	// The disk after a crash between the line and the launch.
	mkdirSync(join(path, 'attempts/work.1'));
	store.append({type: 'attempt.started', data: {task: 'work', attempt: 1, effect: 'reads', argv: ['true'], cwd: '/', env: [], commands: ['true'], consent: 'enter', requires: []}}, new Date());
	store.close();
	const resumed = await resumeRun(machine, runId);
	await endsAfter(resumed, async () => {
		assert.equal(resumed.snapshot().tasks['work']?.status, 'to-do');
		assert.equal(resumed.snapshot().tasks['work']?.attempts[0]?.end?.kind, 'never-started');
		await resumed.send({kind: 'start', task: 'work'});
		await untilTask(resumed, 'work', 'done');
	});
});

test('one operator a run and one run a target; who takes over says why, and the other leaves', async context => {
	const folder = aFolder(context);
	const machine = aMachine(folder);
	const go = join(folder, 'go');
	const {child, runId} = await aDriver(context, folder, [reads('work', untilGone(go))]);
	await assert.rejects(resumeRun(machine, runId), hasCode('run-locked'));
	await assert.rejects(aStartedRun(machine, ['{id: read, confirm: Is it so?}']), hasCode('target-locked'));
	await assert.rejects(resumeRun(aMachine(folder, {by: 'op-b@ops1'}), runId), hasCode('take-over-needed'));
	const watcher = followRun(machine, runId);
	assert.match(watcher.readOnly ?? '', /^op-a@ops1 has it since /);
	assert.equal((await watcher.send({kind: 'cancel', task: 'work'})).done, false);
	await assert.rejects(resumeRun(aMachine(folder, {by: 'op-b@ops1'}), runId, ' \t'), hasCode('reason-needed'));
	assert.equal(child.exitCode, null, 'without a reason nobody is ousted');
	let told = '';
	child.stdout?.on('data', (chunk: Buffer) => (told += chunk.toString()));
	const engine = await resumeRun(aMachine(folder, {by: 'op-b@ops1', tty: 'pts/4'}), runId, 'op-a is on the train');
	await until(() => child.exitCode === 0, () => 'the first one has not left');
	assert.match(told, /^successor \{"by":"op-b@ops1","at":"[^"]+","host":"ops1","tty":"pts\/4","reason":"op-a is on the train"\}$/m);
	writeFileSync(go, '');
	await endsAfter(engine, async () => void (await untilTask(engine, 'work', 'done')));
	await until(() => watcher.snapshot().tasks['work']?.status === 'done', () => 'the watcher lags behind');
	await watcher.close('left');
	const opened = journalOf(folder, runId).flatMap(line => (line.type === 'session.opened' ? [[line.by, line.epoch, line.data.takeOver]] : []));
	assert.deepEqual(opened, [['op-a@ops1', 1, undefined], ['op-b@ops1', 2, 'op-a is on the train']]);
});

test('a run goes on with its own copy of the runbook, and records once what has changed in the file', async context => {
	const folder = aFolder(context);
	const machine = aMachine(folder);
	const engine = await aStartedRun(machine, [reads('one', 'true'), reads('two', 'true')]);
	const {id: runId} = engine.snapshot();
	await engine.send({kind: 'start', task: 'one'});
	await untilTask(engine, 'one', 'done');
	await engine.close('left');
	aRunbook(folder, [reads('zero', 'true'), reads('one', 'true'), reads('two', 'false')]);
	for (const _ of [1, 2]) {
		const resumed = await resumeRun(machine, runId);
		assert.equal(resumed.snapshot().tasks['one']?.status, 'done');
		assert.equal(resumed.snapshot().tasks['two']?.status, 'to-do');
		await resumed.close('left');
	}

	const changed = journalOf(folder, runId).flatMap(line => (line.type === 'runbook.changed' ? [line.data.changes] : []));
	assert.deepEqual(changed, [['added    Zero', 'changed  Two (run)']]);
	rmSync(join(folder, 'release.runbook.yaml'));
	await (await resumeRun(machine, runId)).close('left');
	assert.deepEqual(journalOf(folder, runId).findLast(({type}) => type === 'runbook.changed')?.data, {sha256: null, changes: ['the file is gone']});
});

test('no secret reaches the journal, and a process that stays behind is named', async context => {
	const folder = aFolder(context);
	const secret = 'hunter2-hunter2';
	const engine = await aStartedRun(aMachine(folder), ["{id: work, run: 'echo \"$TOKEN\"; echo got=$TOKEN >> \"$SLIPWAY_OUTPUT\"; setsid sleep 7.31 > /dev/null 2>&1 & echo \"$TOKEN\" >&2; exit 1', env: {TOKEN: '${{ inputs.token }}'}, effect: reads}"], {
		inputs: {token: secret},
		more: 'inputs: {token: {type: secret}}\n',
	});
	await engine.send({kind: 'start', task: 'work'});
	const state = await untilTask(engine, 'work', 'failed');
	await engine.close('left');
	const text = readFileSync(join(folder, 'state/slipway/runs', state.id, 'journal.jsonl'), 'utf8');
	assert.doesNotMatch(text, new RegExp(secret));
	assert.match(text, /\[redacted\]/);
	for (const name of ['plan.json', 'runbook.yaml']) assert.doesNotMatch(readFileSync(join(folder, 'state/slipway/runs', state.id, name), 'utf8'), new RegExp(secret));
	const end = state.tasks['work']?.attempts[0]?.end;
	const stray = end?.kind === 'finished' ? end.findings.find(({what}) => what.includes('sleep 7.31')) : undefined;
	assert.equal(stray?.level, 'warning');
	process.kill(Number(stray?.where?.split(' ')[1]), 'SIGKILL');
});
