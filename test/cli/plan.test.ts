import assert from 'node:assert/strict';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {plan} from '../../source/cli/plan.ts';
import {runCommand, type Said} from './a-terminal-less-io.ts';

const cwd = mkdtempSync(join(tmpdir(), 'slipway-plan-'));
after(() => rmSync(cwd, {recursive: true}));

const runbook = `name: Release a service
inputs:
  version: {required: true}
  token: {type: secret, required: true}
targets:
  uat: {context: uat, namespace: egov, kubeconfig: /etc/kube, database: {env: DATABASE}, host: uat.example.org}
  production: {context: prod, namespace: egov, kubeconfig: /etc/kube, database: {env: DATABASE}, host: example.org, protected: true}
steps:
  - id: know
    name: Know what is going to get deployed
    tasks:
      - {id: preview, uses: helm/preview, with: {release: user, chart: ./chart, set: {image.tag: '\${{ inputs.version }}'}}}
      - {id: read, confirm: {text: I have read the difference, person: true}}
  - id: test
    name: Test
    tasks:
      - {id: tests, run: 'make test "$VERSION"', shell: bash, env: {VERSION: '\${{ inputs.version }}', TOKEN: '\${{ inputs.token }}'}, effect: reads, timeout: 10m, retry: 1}
      - {id: argv, run: [make, 'say \${{ inputs.version }}'], effect: reads, required: false}
  - id: when
    name: Know when
    tasks:
      - {id: window, window: {timezone: Asia/Kolkata, allow: ['Mon-Thu 10:00-17:00'], freezes: [days.ics]}}
      - {id: second-person, approval: {by: 1, max-age: 4h}, if: target.protected}
  - id: deploy
    name: Deploy
    tasks:
      - {id: upgrade, uses: helm/upgrade, with: {preview: preview}}
      - {id: note, run: [make, '\${{ tasks.argv.outputs.count }}'], rollback: make unnote}
`;

const environment = {PATH: join(cwd, 'bin'), HOME: cwd, DATABASE: 'postgresql://me:hunter2@db/egov', SLIPWAY_INPUT_TOKEN: 'correct-horse'};

before(() => {
	writeFileSync(join(cwd, 'release.yaml'), runbook);
	writeFileSync(join(cwd, 'days.ics'), 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270126\r\nSUMMARY:Republic Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n');
	mkdirSync(join(cwd, 'bin'));
	// Whatever is started leaves a trace.
	for (const tool of ['helm', 'kubectl', 'git', 'make', 'bash', 'sh', 'psql', 'pg_dump']) {
		writeFileSync(join(cwd, 'bin', tool), `#!/bin/sh\necho "$0 $*" >>${join(cwd, 'started')}\n`);
		chmodSync(join(cwd, 'bin', tool), 0o755);
	}
});

const planned = async (argv: readonly string[] = [], env: Readonly<Record<string, string | undefined>> = environment): Promise<Said> => runCommand(plan, ['release.yaml', '--input', 'version=2.9.2', ...argv], {cwd, env, columns: 100});

describe('slipway plan', () => {
	test('shows each task with its mark, and the very commands where they are known', async () => {
		const {status, out, err} = await planned(['--target', 'uat']);
		assert.equal(status, 0);
		assert.match(err, /^release\.yaml:27:23: warning: `upgrade` may change things, and no task backs up the database/);
		for (const line of [
			/^Release a service → uat$/m,
			/^ {2}version +2\.9\.2$/m,
			/^ {2}token +given, secret$/m,
			/^ {2}database +postgresql:\/\/me@db\/egov$/m,
			/^1 Know what is going to get deployed$/m,
			/^ {2}· preview +Preview {2}\(helm\/preview\)$/m,
			/^ {8}\$ \S+\/bin\/helm history user\s+--kubeconfig \/etc\/kube\s+--kube-context uat\s+--namespace egov --output json$/m,
			/^ {8}· \S+\/bin\/helm package\s+\S+\/chart/m,
			/^ {2}\? read +I have read the difference$/m,
			/^ {8}Yes names a person\.$/m,
			/^ {2}\$ tests +Tests {2}\(at most 10 min; up to 2 attempts\)$/m,
			/^ {8}\$ bash -euo pipefail -c 'make test "\$VERSION"'$/m,
			/^ {10}with VERSION, TOKEN in its environment$/m,
			/^ {2}\$ argv +Argv {2}\(not required\)$/m,
			/^ {8}\$ make 'say 2\.9\.2'$/m,
			/^ {2}◌ window +Window$/m,
			/^ {8}Mon-Thu 10:00-17:00 in Asia\/Kolkata$/m,
			/^ {8}not 2027-01-26: Republic Day$/m,
			/^ {2}– second-person +Second person$/m,
			/^ {8}left out: `target\.protected` is not so$/m,
			/^ {2}! upgrade +Upgrade {2}\(helm\/upgrade\)$/m,
			/^ {8}Its commands are known when preview has succeeded\.$/m,
			/^ {8}Its commands are known when argv has succeeded\.$/m,
			/^Offered when something failed$/m,
			/^ {2}! upgrade\.rollback +Roll back {2}\(when upgrade failed; helm\/rollback\)$/m,
			/^ {8}! sh -c 'make unnote'$/m,
			/^Nothing was started\.$/m,
		])
			assert.match(out, line);
		assert.ok(out.split('\n').every(line => line.length <= 130 || line.includes('/')), 'it is wrapped');
	});

	test('starts nothing and leaves nothing behind', async () => {
		const before = readdirSync(cwd, {recursive: true}).toSorted();
		await planned(['--target', 'production']);
		assert.ok(!existsSync(join(cwd, 'started')));
		assert.deepEqual(readdirSync(cwd, {recursive: true}).toSorted(), before);
	});

	test('no secret is in it, in words or as JSON', async () => {
		for (const argv of [['--target', 'uat'], ['--target', 'uat', '--json']]) {
			const {out} = await planned(argv);
			assert.ok(!/hunter2|correct-horse/.test(out));
		}
	});

	test('a protected target says that its name is typed, and what is asked there', async () => {
		const {out} = await planned(['--target', 'production']);
		assert.match(out, /^Release a service → production \(protected: its name is typed before anything changes\)$/m);
		assert.match(out, /^ {2}\? second-person +Second person\n {8}Consent of one other person, at most 4 h old\.$/m);
	});

	test('a tool that is missing is told where it is needed; exit status 1', async () => {
		const {status, out} = await planned(['--target', 'uat'], {...environment, PATH: join(cwd, 'empty')});
		assert.equal(status, 1);
		assert.match(out, /✗ It could not start: helm is not there\./);
		assert.match(out, /^✗ As things are, preview, tests, argv(, \S+)* could not start on this machine\.$/m);
	});

	test('as JSON it is the frozen plan, each task with what it would do', async () => {
		const {status, out} = await planned(['--target', 'uat', '--json']);
		assert.equal(status, 0);
		type Foreseen = {kind: string; effect?: string; why?: string; needs?: string[]; commands?: {argv: string[]; effect: string}[]};
		const {target, secrets, steps, remedies} = JSON.parse(out) as {target: {name: string}; secrets: string[]; steps: {tasks: {id: string; foreseen: Foreseen}[]}[]; remedies: {id: string}[]};
		assert.deepEqual([target.name, secrets, remedies.map(({id}) => id)], ['uat', ['token'], ['upgrade.rollback', 'note.rollback']]);
		const foreseen = Object.fromEntries(steps.flatMap(step => step.tasks.map(task => [task.id, task.foreseen])));
		assert.deepEqual(Object.entries(foreseen).map(([id, {kind, effect}]) => [id, kind, effect]), [
			['preview', 'commands', 'local'],
			['read', 'asks', undefined],
			['tests', 'commands', 'reads'],
			['argv', 'commands', 'reads'],
			['window', 'asks', undefined],
			['second-person', 'skipped', undefined],
			['upgrade', 'later', 'changes'],
			['note', 'later', 'changes'],
		]);
		assert.deepEqual(foreseen['argv']?.commands, [{effect: 'reads', argv: ['make', 'say 2.9.2']}]);
	});

	test('what is missing is refused before anything is planned', async () => {
		await assert.rejects(planned(['--target', 'uta']), {code: 'target-unknown', todo: 'Did you mean uat?'});
		await assert.rejects(planned([]), {code: 'target-missing'});
		await assert.rejects(planned(['--target', 'uat', '--input', 'versoin=1']), {code: 'input-unknown'});
		await assert.rejects(planned(['--target', 'uat'], {PATH: environment.PATH}), /DATABASE is not set/);
		await assert.rejects(planned(['--targte', 'uat']), {code: 'usage', todo: 'Did you mean --target?'});
		await assert.rejects(runCommand(plan, ['nothing.yaml'], {cwd, env: environment}), {code: 'runbook-unreadable'});
	});
});
