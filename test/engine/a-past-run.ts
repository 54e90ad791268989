import {createHash} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {ulid} from 'ulid';

import {actions} from '../../source/actions/table.ts';
import {encodeLine, genesisOf} from '../../source/journal/chain.ts';
import type {Event, EventData, RunResult} from '../../source/journal/event.ts';
import {expandPlan} from '../../source/runbook/expand-plan.ts';
import {parseRunbook} from '../../source/runbook/parse-runbook.ts';
import type {Plan} from '../../source/runbook/plan.ts';
import {createHeldFiles, type HeldFile} from './held-files.ts';

/** A run that is over, or was left, as its folder looks on disk. What is not given is that of a usual release. */
export type PastRun = {
	readonly at?: Date;
	readonly name?: string;
	readonly from?: string;
	readonly to?: string;
	readonly target?: 'uat' | 'production';
	readonly by?: string;
	/** `open`: left before the deploy; `running`: its upgrade has no end. */
	readonly ends?: RunResult | 'open' | 'running';
	readonly rehearsal?: boolean;
	readonly waived?: boolean;
	readonly upgradeMs?: number;
	/** More lines, before the end. */
	readonly events?: readonly Event[];
	/** Files that the upgrade left. */
	readonly output?: readonly HeldFile[];
};

const text = `name: Release a service
inputs:
  release: {type: string, required: true}
  version: {type: string, required: true}
targets:
  uat: {context: uat, namespace: egov, database: postgresql://release@db.uat/egov_db}
  production: {context: prod, namespace: egov, database: postgresql://release@db.prod/egov_db, protected: true}
steps:
  - id: know
    name: Know what is going to get deployed
    tasks:
      - {id: preview, name: Preview, uses: helm/preview, with: {release: user, chart: ./charts/user}}
      - {id: read, name: Read the difference, confirm: I have read the difference}
  - id: test
    name: Test
    tasks:
      - {id: unit, name: Unit tests, run: npm test, effect: reads}
  - id: backup
    name: Back up
    tasks:
      - {id: dump, name: Back up the database, uses: postgres/backup, with: {}}
  - id: deploy
    name: Deploy
    tasks:
      - {id: upgrade, name: Upgrade, uses: helm/upgrade, with: {preview: preview}}
  - id: live
    name: Test live
    tasks:
      - {id: login, name: Login page, run: curl -fsS https://example.test/login, effect: reads}
`;

const runbookSha256 = createHash('sha256').update(text).digest('hex');

const plans = new Map<string, Plan>();

const planFor = (targetName: string, inputs: Readonly<Record<string, string>>): Plan => {
	const known = plans.get(targetName) ?? expand(targetName);
	plans.set(targetName, known);
	return {...known, inputs};
};

const expand = (targetName: string): Plan => {
	const parsed = parseRunbook(text, {fileName: 'release.runbook.yaml', actions: Object.values(actions)});
	if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
	const expanded = expandPlan({runbook: parsed.runbook, sha256: runbookSha256, path: '/books/release.runbook.yaml', targetName, inputs: {release: 'x', version: 'y'}, environment: {HOME: '/home/op'}, actions: Object.values(actions), calendars: {read: () => '', year: 2026}});
	if (expanded.kind === 'problems') throw expanded.problems[0] ?? new Error('no plan');
	return expanded.plan;
};

/** Writes the folder of a run into `<root>/runs` and gives its id. Nothing is flushed: 100,000 of them take no longer than they must. */
export const writePastRun = (root: string, {at = new Date('2026-11-24T09:14:00.000Z'), name = 'egov-user', from = '2.9.0', to = '2.9.1', target = 'production', by = 'op-a@ops1', ends = 'succeeded', rehearsal = false, waived = false, upgradeMs = 130_000, events = [], output = []}: PastRun = {}): string => {
	const runId = ulid(at.getTime());
	const folder = join(root, 'runs', runId);
	mkdirSync(folder, {recursive: true});
	const plan = planFor(target, {release: name, version: to});
	const planText = JSON.stringify(plan);
	writeFileSync(join(folder, 'runbook.yaml'), text);
	writeFileSync(join(folder, 'plan.json'), planText);
	const lines: Buffer[] = [];
	let prev = genesisOf(runId, runbookSha256);
	let now = at.getTime();
	const add = (event: Event, afterMs = 1000): void => {
		now += afterMs;
		const encoded = encodeLine(event, {seq: lines.length, prev, epoch: 1, at: new Date(now).toISOString(), by});
		lines.push(encoded.bytes);
		prev = encoded.hash;
	};

	const start = (task: string, effect: 'reads' | 'local' | 'changes', command: string): void =>
		add({type: 'attempt.started', data: {task, attempt: 1, effect, argv: command.split(' '), cwd: '/books', env: ['PATH', 'KUBECONFIG'], commands: [command], consent: effect === 'changes' ? target : 'enter', requires: []}});
	const finish = (task: string, durationMs: number, changes: Partial<EventData['attempt.finished']> = {}): void =>
		add({type: 'attempt.finished', data: {task, attempt: 1, outcome: 'succeeded', summary: 'done', exitCode: 0, signal: null, durationMs, output: [], evidence: [], outputs: {}, findings: [], ...changes}}, durationMs);

	const {name: runbookName, path, sha256} = plan.runbook;
	add({type: 'run.created', data: {run: runId, runbook: {name: runbookName, path, sha256}, plan: createHash('sha256').update(planText).digest('hex'), target: plan.target, inputs: plan.inputs, slipway: '0.1.0', rehearsal}}, 0);
	add({type: 'session.opened', data: {pid: 4711, host: by.split('@')[1] ?? '', boot: 'b'.repeat(32), tty: 'pts/3', resumed: false}}, 10);
	start('preview', 'reads', 'helm template user ./charts/user');
	finish('preview', 4000, {summary: '3 objects change', outputs: {'from-version': from, 'to-version': to, 'manifest-sha256': 'c'.repeat(64)}, findings: [{level: 'warning', what: 'the schema will change', where: 'Deployment/user'}]});
	add({type: 'task.confirmed', data: {task: 'read', answer: 'yes', remark: 'only the image'}}, 60_000);
	if (waived) {
		add({type: 'task.waived', data: {task: 'unit', reason: 'CI ran them an hour ago'}});
	} else {
		start('unit', 'reads', 'npm test');
		finish('unit', 42_000, {summary: '412 passed', outputs: {passed: '412', failed: '0', skipped: '0'}});
	}

	if (ends === 'open') {
		add({type: 'session.closed', data: {reason: 'left'}});
	} else {
		start('dump', 'local', 'pg_dump --format custom egov_db');
		finish('dump', 95_000, {summary: '1.2 GB, whole', outputs: {path: '/backups/egov_db.dump', sha256: 'd'.repeat(64)}});
		for (const event of events) add(event);
		start('upgrade', 'changes', 'helm upgrade user ./charts/user --namespace egov --wait');
		if (ends !== 'running') {
			const held = createHeldFiles(folder, 'upgrade.1', output);
			finish('upgrade', upgradeMs, {...(ends === 'succeeded' ? {summary: 'revision 42, 3 of 3 ready'} : {outcome: 'failed', exitCode: 1, summary: 'Helm gave up waiting: 1 of 3 pods is ready.'}), ...held});
			if (ends === 'succeeded') {
				start('login', 'reads', 'curl -fsS https://example.test/login');
				finish('login', 800, {summary: 'exit status 0'});
			}

			if (ends === 'rolled-back') {
				start('upgrade.rollback', 'changes', 'helm rollback user 41 --namespace egov --wait');
				finish('upgrade.rollback', 40_000, {summary: 'revision 43 has the manifest of 41'});
			}

			add({type: 'run.ended', data: {result: ends, statement: ends === 'succeeded' ? `${to} is live.` : ends === 'rolled-back' ? `${from} is live again.` : 'Left as it is, see the ticket.'}}, 20_000);
			add({type: 'session.closed', data: {reason: 'ended'}}, 5);
		}
	}

	writeFileSync(join(folder, 'journal.jsonl'), Buffer.concat(lines));
	return runId;
};
