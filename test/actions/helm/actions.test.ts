import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import type {Earlier, Ended, PlanInput} from '../../../source/actions/action.ts';
import {helmPreview} from '../../../source/actions/helm-preview.ts';
import {helmRollback} from '../../../source/actions/helm-rollback.ts';
import {helmRunning, type RunningWork} from '../../../source/actions/helm-running.ts';
import {helmUpgrade} from '../../../source/actions/helm-upgrade.ts';
import type {PreviewOutcome} from '../../../source/actions/helm/preview-report.ts';
import type {RollbackReport} from '../../../source/actions/helm/rollback.ts';
import {readUpgradeProbe} from '../../../source/actions/helm/upgrade-probe.ts';
import type {Target} from '../../../source/runbook/plan.ts';
import {judgeDeclared} from '../judge-declared.ts';

const outcome: PreviewOutcome = {
	release: 'user', namespace: 'egov', helmMajor: 4, lastRevision: 41, liveRevision: 41, goodRevision: 41, isFirstInstall: false, fromVersion: '2.9.1', toVersion: '2.9.2', setFlags: ['--set-string', 'image.tag=2.9.2'],
	sources: [{path: '/books/charts/user', sizeBytes: 1, sha256: 'c'}], workloadNamespaces: ['egov'], rights: [], migrations: ['user-db:2.9.2'], crds: [], claims: ['data'], added: ['Job/seed'], removed: ['ConfigMap/old'], definitions: [],
};
const fact = (name: string) => ({path: `evidence/preview.1/${name}`, sizeBytes: 1, sha256: name});
const preview = (more: Partial<PreviewOutcome> = {}, files = ['chart.tgz', 'live-manifest.yaml', 'new-manifest.yaml', 'values-1.yaml', 'values-10.yaml', 'values-2.yaml']): Earlier => ({uses: 'helm/preview', attempt: 1, outputs: {preview: JSON.stringify({...outcome, ...more})}, evidence: files.map(fact), finishedAt: ''});
const target: Target = {name: 'production', kubeconfig: '/k/prod', context: 'prod', namespace: 'egov', protected: true, variables: {}};

const inputOf = <With,>(settings: With, more: Partial<PlanInput<With>> = {}): PlanInput<With> => ({
	runId: '01JDK7', runFolder: '/runs/01JDK7', evidenceFolder: '/runs/01JDK7/evidence/upgrade.1', runbookFolder: '/books', taskId: 'upgrade', taskName: 'Upgrade', attempt: 1, stamp: 'slipway 01JDK7 upgrade.1', anchor: '7:0c77ab91',
	with: settings, target, earlier: {preview: preview()}, answers: {}, findTool: name => `/bin/${name}`, databasePassword: null, timeoutMs: null, now: new Date(0), ...more,
});
const ended = (more: Partial<Ended>): Ended => ({exitCode: 0, signal: null, report: undefined, outTail: '', errTail: '', ...more});

describe('helm/upgrade', () => {
	test('deploys the copies that the preview kept, with everything explicit, and waits', () => {
		const plan = helmUpgrade.plan(inputOf({preview: 'preview', timeout: 90_500}));
		assert.deepEqual(plan.commands.map(({argv}) => argv), [[
			'/bin/helm', 'upgrade', 'user', './evidence/preview.1/chart.tgz', '--kubeconfig', '/k/prod', '--kube-context', 'prod', '--namespace', 'egov', '--reset-values',
			'--values', './evidence/preview.1/values-1.yaml', '--values', './evidence/preview.1/values-2.yaml', '--values', './evidence/preview.1/values-10.yaml', '--set-string', 'image.tag=2.9.2',
			'--wait', '--wait-for-jobs', '--timeout', '91s', '--labels', 'slipway=01JDK7.upgrade.1', '--description', 'slipway 01JDK7 upgrade.1, journal 7:0c77ab91',
		]]);
		assert.equal(plan.cwd, '/runs/01JDK7');
		assert.equal(plan.work, undefined);
	});

	test('requires the copies and the originals as they were previewed', () => {
		const {requires} = helmUpgrade.plan(inputOf({preview: 'preview'}));
		assert.deepEqual(requires.map(({path}) => path), [...preview().evidence.map(({path}) => path), '/books/charts/user']);
	});

	test('installs only where nothing was deployed before', () => {
		const plan = helmUpgrade.plan(inputOf({preview: 'preview'}, {earlier: {preview: preview({goodRevision: null, lastRevision: 0, isFirstInstall: true})}}));
		assert.ok(plan.commands[0]?.argv.includes('--install'));
	});

	test('takes nothing of Helm from the environment', () => {
		const {env} = helmUpgrade.plan(inputOf({preview: 'preview'}));
		for (const name of ['HELM_NAMESPACE', 'HELM_KUBECONTEXT', 'HELM_KUBETOKEN', 'HELM_KUBEAPISERVER', 'HELM_KUBEASUSER', 'HELM_DRIVER']) assert.equal(env[name], '', name);
	});

	test('cannot be planned without a preview, without Helm, or without knowing where', () => {
		const plan = (more: Partial<PlanInput<{preview: string}>>) => () => helmUpgrade.plan(inputOf({preview: 'preview'}, more));
		assert.throws(plan({earlier: {}}), {code: 'no-preview'});
		assert.throws(plan({earlier: {preview: {...preview(), uses: 'smoke/http'}}}), {code: 'no-preview'});
		assert.throws(plan({earlier: {preview: preview({}, ['new-manifest.yaml'])}}), {code: 'no-preview'});
		assert.throws(plan({findTool: () => null}), {code: 'tool-missing'});
		assert.throws(() => helmPreview.plan(inputOf({release: 'user', chart: 'c', values: [], set: {}}, {target: {...target, namespace: undefined, context: undefined}})), {code: 'target-incomplete', why: 'The target production names no context and no namespace.'});
	});

	test('a label that Kubernetes would refuse is a hash instead', () => {
		const label = (stamp: string): string => helmUpgrade.plan(inputOf({preview: 'preview'}, {stamp})).commands[0]?.argv.find(word => word.startsWith('slipway=')) ?? '';
		assert.match(label(`slipway 01JDK7 ${'x'.repeat(80)}.1`), /^slipway=[0-9a-f]{40}$/);
		assert.notEqual(label(`slipway 01JDK7 ${'x'.repeat(80)}.1`), label(`slipway 01JDK7 ${'x'.repeat(80)}.2`));
	});

	test('succeeds only when Helm says that the release is deployed', () => {
		const said = 'Release "user" has been upgraded. Happy Helming!\nNAME: user\nSTATUS: deployed\nREVISION: 42\nNOTES:\nSTATUS: failed\n';
		assert.deepEqual(judgeDeclared(helmUpgrade, ended({outTail: said})), {outcome: 'succeeded', summary: 'revision 42 deployed, its workloads ready', outputs: {revision: '42', status: 'deployed'}, findings: []});
		assert.equal(helmUpgrade.judge(ended({outTail: ''})).outcome, 'failed');
		assert.equal(helmUpgrade.judge(ended({outTail: said.replace('deployed', 'pending-upgrade')})).outcome, 'failed');
		assert.equal(helmUpgrade.judge(ended({outTail: said, exitCode: 1})).outcome, 'failed');
		assert.equal(helmUpgrade.judge(ended({outTail: said, exitCode: null})).outcome, 'failed');
		assert.equal(helmUpgrade.judge(ended({outTail: said, exitCode: null, signal: 'TERM'})).outcome, 'failed');
	});

	test("a failure is told in Helm's own last words", () => {
		const {summary, findings} = helmUpgrade.judge(ended({exitCode: 1, errTail: 'level=WARN msg="upgrade failed"\nError: UPGRADE FAILED: resource Deployment/egov/user not ready. status: InProgress\ncontext deadline exceeded\n'}));
		assert.equal(summary, 'UPGRADE FAILED: resource Deployment/egov/user not ready. status: InProgress');
		assert.match(findings[0]?.what ?? '', /context deadline exceeded/);
		assert.equal(helmUpgrade.judge(ended({exitCode: 1, errTail: 'Error: UPGRADE FAILED: context deadline exceeded\n'})).summary, 'Helm gave up waiting, not everything became ready in time (UPGRADE FAILED: context deadline exceeded)');
	});
});

describe('an upgrade whose end is not known', () => {
	const said = (stdout: string, stderr = '', exitCode = 0) => ({exitCode, stdout, stderr});
	const stamp = 'slipway 01JDK7 upgrade.1';
	const probe = (revisions: readonly (readonly [number, string, string])[], labelled: number | null) =>
		readUpgradeProbe([said(JSON.stringify(revisions.map(([revision, status, description]) => ({revision, status, description, updated: '', chart: 'user-0.1.0', app_version: ''})))), labelled === null ? said('', 'Error: x', 1) : said(JSON.stringify(labelled === 0 ? [] : [{revision: String(labelled)}]))], {stamp, release: 'user', revisionBefore: 41});
	const good: readonly [number, string, string] = [41, 'deployed', 'Upgrade complete'];

	test('is done when Helm wrote our name, also when somebody released after it', () => {
		assert.equal(probe([good, [42, 'deployed', stamp]], 42).verdict, 'done');
		assert.equal(probe([good, [42, 'deployed', `${stamp}, journal 12:76a99b44`]], 42).verdict, 'done');
		assert.notEqual(probe([good, [42, 'deployed', `${stamp}2, journal 12:76a99b44`]], null).verdict, 'done');
		const later = probe([good, [42, 'superseded', stamp], [43, 'deployed', 'Upgrade complete']], 43);
		assert.equal(later.verdict, 'done');
		assert.match(later.likely, /revision 43 came after it/);
	});

	test('is not done when Helm had not begun, or says that it failed', () => {
		assert.equal(probe([good], 0).verdict, 'not-done');
		assert.equal(probe([good, [42, 'failed', 'Upgrade "user" failed: timed out']], 42).verdict, 'not-done');
	});

	test('is unknown while it is pending, and when it is not ours, and when nobody answers', () => {
		const pending = probe([good, [42, 'pending-upgrade', 'Preparing upgrade']], 42);
		assert.equal(pending.verdict, 'unknown');
		assert.match(pending.facts.join('\n'), /Label\tours\nRepair\thelm rollback user 41/);
		assert.equal(probe([good, [42, 'pending-upgrade', 'Preparing upgrade']], 0).verdict, 'unknown');
		assert.equal(probe([good, [42, 'deployed', 'Upgrade complete']], 0).verdict, 'unknown');
		assert.equal(probe([good, [42, 'deployed', 'Upgrade complete']], 42).verdict, 'unknown', 'a label is inherited by upgrades after ours');
		assert.equal(probe([good, [42, 'failed', 'x']], null).verdict, 'unknown');
		assert.equal(readUpgradeProbe([said('', 'Error: Kubernetes cluster unreachable', 1), said('')], {stamp, release: 'user', revisionBefore: 41}).verdict, 'unknown');
		assert.equal(readUpgradeProbe([said('', 'Error: release: not found', 1), said('[]')], {stamp, release: 'user', revisionBefore: 41}).verdict, 'unknown');
		assert.equal(readUpgradeProbe([said('', 'Error: release: not found', 1), said('[]')], {stamp, release: 'user', revisionBefore: 0}).verdict, 'not-done');
		assert.equal(readUpgradeProbe([], {stamp, release: 'user', revisionBefore: 0}).verdict, 'unknown');
	});
});

describe('helm/rollback', () => {
	const running = {unread: null, waitedMs: 0, states: [{kind: 'Deployment', namespace: 'egov', name: 'user', ready: 2, desired: 2, isReady: true, restarts: 0, fault: null, images: [{container: 'app', image: 'user:1', digests: []}], added: []}]};
	const report: RollbackReport = {helmFailure: null, release: {revision: 43, status: 'deployed', description: 'Rollback to 41', isExpectedManifest: true}, isGone: null, running};
	const judge = (more: Partial<RollbackReport>, exit: Partial<Ended> = {}) => judgeDeclared(helmRollback, ended({report: {...report, ...more}, ...exit}));

	test('goes back to what the preview saw live, and says what does not come back', () => {
		const plan = helmRollback.plan(inputOf({preview: 'preview'}));
		assert.deepEqual(plan.commands[0]?.argv.slice(0, 4), ['/bin/helm', 'rollback', 'user', '41']);
		assert.deepEqual(plan.commands.map(({effect}) => effect), ['changes', 'reads', 'reads', 'reads', 'reads']);
		assert.match(plan.notes.join('\n'), /Back to revision 41: version 2\.9\.1 instead of 2\.9\.2[\s\S]*stays migrated \(user-db:2\.9\.2\)[\s\S]*volumes stays as it is now: data/);
		assert.deepEqual(plan.requires.map(({path}) => path), ['evidence/preview.1/live-manifest.yaml']);
	});

	test('is what a failed upgrade offers', () => {
		assert.deepEqual(helmUpgrade.rollback?.({preview: 'preview'}, 'upgrade'), {uses: 'helm/rollback', name: 'Roll back', with: {preview: 'preview'}});
	});

	test('says what comes back, what is deleted again, and how the data would be restored', () => {
		const backup: Earlier = {uses: 'postgres/backup', attempt: 1, outputs: {database: 'egov_db', endedAt: '2026-11-24T13:48:09.000Z', path: '/backups/egov_db.dump', restoreCommand: 'pg_restore --clean --dbname egov_db /backups/egov_db.dump'}, evidence: [], finishedAt: ''};
		const notes = (earlier: Record<string, Earlier>): string => helmRollback.plan(inputOf({preview: 'preview'}, {earlier})).notes.join('\n');
		assert.match(notes({preview: preview(), dump: backup}), /Comes back: ConfigMap\/old\.\nIs deleted again, as the upgrade brought it: Job\/seed\.[\s\S]*The backup of egov_db of 2026-11-24 13:48 UTC was read whole \(\/backups\/egov_db\.dump\)\. To restore it, which loses what was written since: pg_restore --clean/);
		const noted = {...backup, outputs: {...backup.outputs, restoreCommand: 'createdb x &&\npg_restore y'}};
		assert.match(notes({preview: preview(), dump: noted}), /was read whole \(\/backups\/egov_db\.dump\)\. To restore it, which loses what was written since: paste the command that the results of dump and the report have\./);
		assert.match(notes({preview: preview()}), /This run has made no backup that could bring the data back/);
		assert.match(notes({preview: preview({added: ['PersistentVolumeClaim/cache'], claims: ['cache', 'data']})}), /What was written to PersistentVolumeClaim\/cache since is lost[\s\S]*volumes stays as it is now: data\./);
		assert.match(notes({preview: preview({definitions: ['demos.example']})}), /Goes back to its earlier schema.*demos\.example/);
	});

	test('of a first install removes what it brought, and believes it only when Helm knows it no more', () => {
		const plan = helmRollback.plan(inputOf({preview: 'preview'}, {earlier: {preview: preview({goodRevision: null, isFirstInstall: true, fromVersion: null, crds: ['a.b']})}}));
		assert.deepEqual(plan.commands.map(({argv}) => argv.slice(0, 3)), [['/bin/helm', 'uninstall', 'user'], ['/bin/helm', 'history', 'user']]);
		assert.match(plan.notes.join('\n'), /all of it is removed: Job\/seed[\s\S]*CustomResourceDefinitions stay: a\.b/);
		const removal = (isGone: boolean | null, helmFailure: string | null = null) => judge({release: null, running: null, isGone, helmFailure}).outcome;
		assert.deepEqual([removal(true), removal(false), removal(null), removal(true, 'timed out')], ['succeeded', 'failed', 'failed', 'failed']);
	});

	test('counts only when Helm, the manifest and the workloads all say so', () => {
		assert.equal(judge({}).outcome, 'succeeded');
		assert.equal(judge({}).summary, 'rolled back as revision 43; 1 workload ready, 1 image as confirmed');
		assert.equal(judge({helmFailure: 'context deadline exceeded'}).outcome, 'failed');
		assert.equal(judge({release: null}).outcome, 'failed');
		assert.equal(judge({release: {revision: 43, status: 'failed', description: '', isExpectedManifest: true}}).outcome, 'failed');
		assert.equal(judge({release: {revision: 43, status: 'deployed', description: '', isExpectedManifest: false}}).outcome, 'failed');
		assert.equal(judge({running: {...running, states: running.states.map(state => ({...state, fault: 'CrashLoopBackOff'}))}}).outcome, 'failed');
		assert.equal(judge({running: {...running, unread: 'Unauthorized'}}).outcome, 'failed');
		assert.equal(judge({}, {exitCode: 143}).outcome, 'failed');
		assert.equal(helmRollback.judge(ended({report: {garbage: true}})).outcome, 'failed');
		assert.equal(helmRollback.judge(ended({report: undefined, exitCode: null, signal: 'KILL'})).outcome, 'failed');
	});
});

describe('helm/preview', () => {
	test('lists every command before it runs, and none of them deploys', () => {
		const {commands} = helmPreview.plan(inputOf({release: 'user', chart: 'charts/user', values: ['env.yaml'], set: {'image.tag': '2.9.2'}}));
		const lines = commands.map(({argv, shown}) => shown ?? argv.join(' '));
		assert.deepEqual(commands.filter(({effect}) => effect === 'changes'), []);
		for (const line of lines.filter(text => / upgrade | install /.test(text))) assert.match(line, /--dry-run=server/);
		for (const line of lines.filter(text => /helm (history|get|upgrade)/.test(text))) assert.match(line, /--kubeconfig \/k\/prod --kube-context prod --namespace egov/);
		assert.ok(lines.includes('copy /books/env.yaml to /runs/01JDK7/evidence/upgrade.1/values-1.yaml'));
	});

	test('a chart that is not on this machine is refused, and a name that Helm would not take', () => {
		assert.throws(() => helmPreview.plan(inputOf({release: 'user', chart: 'oci://registry/user', values: [], set: {}})), {code: 'chart-remote'});
		assert.equal(helmPreview.schema.safeParse({release: 'User_1', chart: 'c'}).success, false);
	});

	test('garbage in its report is a failure that says so', () => {
		for (const report of [undefined, {}, {failure: null}, 'x']) assert.equal(helmPreview.judge(ended({report})).outcome, 'failed');
		assert.match(helmPreview.judge(ended({report: undefined, exitCode: 2, errTail: 'no such file\n'})).summary, /exit status 2\): no such file/);
	});
});

describe('helm/running', () => {
	test('after a roll-back, what was live before must run', () => {
		const manifestOf = (rolledBack: readonly string[]): string => (helmRunning.plan(inputOf({preview: 'preview'}, {rolledBack})).work as RunningWork).manifests.map(({path}) => path).join(' ');
		assert.equal(manifestOf([]), '/runs/01JDK7/evidence/preview.1/new-manifest.yaml');
		assert.equal(manifestOf(['preview']), '/runs/01JDK7/evidence/preview.1/live-manifest.yaml');
		assert.equal(manifestOf(['another']), '/runs/01JDK7/evidence/preview.1/new-manifest.yaml');
		assert.throws(() => helmRunning.plan(inputOf({preview: 'preview'}, {rolledBack: ['preview'], earlier: {preview: preview({}, ['chart.tgz', 'new-manifest.yaml'])}})), {code: 'nothing-to-run'});
	});
});
