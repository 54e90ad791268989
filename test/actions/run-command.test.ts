import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import process from 'node:process';
import {after, describe, test} from 'node:test';

import type {ActionPlan, Ended, PlanInput} from '../../source/actions/action.ts';
import {judgeRun, planRun, planScript, probeRun} from '../../source/actions/run-command.ts';
import {readOutputs} from '../../source/actions/run-outputs.ts';
import type {TaskSpec} from '../../source/runbook/runbook.ts';
import {findTool} from '../find-tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-run-'));
after(() => rmSync(folder, {recursive: true}));

type RunTask = Extract<TaskSpec, {kind: 'run'}>;
const common = {id: 'smoke', name: 'Smoke', required: true, retry: 0, idempotent: false, env: {}, effect: 'changes'} as const;
const aRun = (run: string | readonly string[], more: Partial<RunTask> = {}): RunTask => ({...common, kind: 'run', run, ...more});

const input: PlanInput<unknown> = {
	runId: 'r1',
	runFolder: folder,
	evidenceFolder: join(folder, 'evidence'),
	runbookFolder: folder,
	taskId: 'smoke',
	taskName: 'Smoke',
	attempt: 1,
	stamp: 'slipway r1 smoke.1',
	anchor: '7:0c77ab91',
	with: undefined,
	target: {name: 'uat', kubeconfig: '/etc/kube', context: 'uat', namespace: 'egov', database: 'postgresql://release@db/egov_db', protected: false, variables: {}},
	earlier: {},
	answers: {},
	findTool,
	databasePassword: 'hunter2',
	timeoutMs: null,
	now: new Date('2026-11-24T09:00:00Z'),
};

/** Does with the plan what the engine does. */
const carryOut = ({commands, cwd, env}: ActionPlan): {readonly ended: Ended; readonly outputs: string} => {
	mkdirSync(join(folder, 'attempts/smoke.1'), {recursive: true});
	rmSync(join(folder, 'attempts/smoke.1/outputs'), {force: true});
	const [file = '', ...args] = commands[0]?.argv ?? [];
	const child = spawnSync(file, args, {cwd, env: {PATH: process.env['PATH'], ...env}, encoding: 'utf8'});
	const path = join(folder, 'attempts/smoke.1/outputs');
	return {
		ended: {exitCode: child.status, signal: child.signal, report: undefined, outTail: child.stdout, errTail: child.stderr},
		outputs: existsSync(path) ? readFileSync(path, 'utf8') : '',
	};
};

const outcomeOf = (plan: ActionPlan) => {
	const {ended, outputs} = carryOut(plan);
	return {...judgeRun(ended, outputs), ended};
};

describe('run:', () => {
	test('a command that ends with 0 succeeded, and its outputs are read', () => {
		const result = outcomeOf(planRun(aRun('echo "version=2.9.2" >> "$SLIPWAY_OUTPUT"'), input));
		assert.equal(result.outcome, 'succeeded');
		assert.deepEqual(result.outputs, {version: '2.9.2'});
	});

	for (const [name, run, summary] of [
		['any other status', 'echo broken >&2; exit 3', 'exit status 3: broken'],
		['a command that is not there', 'nosuchcommand', /^exit status 127 \(command not found\)/],
		['a kill', 'kill -9 $$', 'ended by SIGKILL'],
		['an ended process', 'kill -TERM $$', 'ended by SIGTERM'],
	] as const)
		test(`${name} is a failure and is told`, () => {
			const result = outcomeOf(planRun(aRun(run), input));
			assert.equal(result.outcome, 'failed');
			if (typeof summary === 'string') assert.equal(result.summary, summary);
			else assert.match(result.summary, summary);
		});

	test('an exit status of 0 beside a signal is no success', () => {
		assert.equal(judgeRun({exitCode: 0, signal: 'SIGKILL', report: undefined, outTail: '', errTail: ''}).outcome, 'failed');
		assert.equal(judgeRun({exitCode: null, signal: null, report: undefined, outTail: '', errTail: ''}).outcome, 'failed');
	});

	test('in bash a pipeline fails when any part of it fails', () => {
		assert.equal(outcomeOf(planRun(aRun('false | cat', {shell: 'bash'}), input)).outcome, 'failed');
	});

	test('an argv is not read by a shell', () => {
		assert.equal(outcomeOf(planRun(aRun(['echo', '$HOME; false']), input)).ended.outTail, '$HOME; false\n');
	});

	test('a program that is not there is refused before anything starts', () => {
		assert.throws(() => planRun(aRun(['nosuchprogram', '--now']), input), {code: 'tool-missing'});
	});

	test('it knows its attempt, and secrets reach it by the environment alone', () => {
		const plan = planRun(aRun('printf "%s " "$TOKEN" "$PGPASSWORD" "$SLIPWAY_RUN" "$SLIPWAY_TASK.$SLIPWAY_ATTEMPT"', {env: {TOKEN: '${{ inputs.token }}'}}), input, {token: 'tok-1'});
		assert.equal(outcomeOf(plan).ended.outTail, 'tok-1 hunter2 r1 smoke.1 ');
		assert.ok(!JSON.stringify(plan.commands).includes('tok-1') && !JSON.stringify(plan.commands).includes('hunter2'));
	});

	test('its probe tells done, not done and unknown apart', () => {
		for (const [probe, verdict] of [
			['true', 'done'],
			['exit 1', 'not-done'],
			['exit 2', 'unknown'],
			['kill -9 $$', 'unknown'],
		] as const) {
			const planned = probeRun(aRun('true', {probe}), input);
			assert.ok(planned);
			const [file = '', ...args] = planned.commands[0]?.argv ?? [];
			const {status, stdout, stderr} = spawnSync(file, args, {encoding: 'utf8'});
			assert.equal(planned.read([{exitCode: status, stdout, stderr}]).verdict, verdict);
		}

		assert.equal(probeRun(aRun('true'), input), null);
	});
});

describe('script:', () => {
	const zx = join(dirname(createRequire(import.meta.url).resolve('zx')), 'cli.js');
	const aScript = (text: string, args: readonly string[] = []) => {
		writeFileSync(join(folder, 'smoke.mjs'), text);
		return planScript({...common, kind: 'script', script: './smoke.mjs', args}, input, {}, [process.execPath, zx]);
	};

	test('a zx module runs in a Node of its own, with its arguments and without colours', () => {
		const result = outcomeOf(aScript(`
			const {stdout} = await $\`printf %s \${process.argv.at(-1)}\`;
			await fs.appendFile(process.env.SLIPWAY_OUTPUT, 'said=' + stdout + '\\n');
			console.log(chalk.red('red'));
		`, ['a b; c']));
		assert.equal(result.outcome, 'succeeded', result.ended.errTail);
		assert.deepEqual(result.outputs, {said: 'a b; c'});
		assert.equal(result.ended.outTail, 'red\n');
	});

	test('a failing command or an exception in it is a failure', () => {
		assert.equal(outcomeOf(aScript('await $`false`')).outcome, 'failed');
		assert.equal(outcomeOf(aScript('throw new Error("no")')).outcome, 'failed');
	});
});

describe('outputs', () => {
	test('the last value counts, and blocks keep their lines', () => {
		assert.deepEqual(readOutputs('a=1\nnotes<<END\nx=1\n\ny\nEND\na=2=3\n'), {outputs: {a: '2=3', notes: 'x=1\n\ny'}, findings: []});
	});

	test('what cannot be read is told, never guessed', () => {
		assert.equal(readOutputs('no value\n').findings.length, 1);
		assert.deepEqual(readOutputs('a<<END\nx\n').outputs, {});
		assert.deepEqual(readOutputs(`a=${'x'.repeat(20_000)}`).outputs, {});
	});
});
