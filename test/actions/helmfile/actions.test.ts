import assert from 'node:assert/strict';
import {basename, dirname} from 'node:path';
import {describe, test} from 'node:test';

import type {Ended, PlanInput} from '../../../source/actions/action.ts';
import type {PreviewOutcome, PreviewReport} from '../../../source/actions/helm/preview-report.ts';
import {helmfileApply, type ApplyReport} from '../../../source/actions/helmfile-apply.ts';
import {helmfilePreview, type HelmfilePreviewWork} from '../../../source/actions/helmfile-preview.ts';
import {helmfileRollback, type HelmfileRollbackReport} from '../../../source/actions/helmfile-rollback.ts';
import type {HelmfileReport} from '../../../source/actions/helmfile/helmfile-report.ts';
import type {Target} from '../../../source/runbook/plan.ts';
import {judgeDeclared} from '../judge-declared.ts';

const outcome = (release: string, more: Partial<PreviewOutcome> = {}): PreviewOutcome => ({
	release, namespace: 'egov', helmMajor: 4, lastRevision: 41, liveRevision: 41, goodRevision: 41, isFirstInstall: false, fromVersion: '2.9.1', toVersion: '2.9.2', setFlags: ['--set', 'a=1'],
	sources: [{path: '/books/helmfile.yaml', sizeBytes: 1, sha256: 'h'}], workloadNamespaces: ['egov'], rights: [], migrations: [], crds: [], claims: [], added: [], removed: [], definitions: [], ...more,
});
const kept = (release: string) => ['chart.tgz', 'live-manifest.yaml', 'new-manifest.yaml', 'values-1.yaml'].map(name => ({path: `evidence/preview.1/egov/${release}/${name}`, sizeBytes: 1, sha256: `${release}-${name}`}));
const preview = (...outcomes: readonly PreviewOutcome[]) => ({uses: 'helmfile/preview', attempt: 1, outputs: {preview: JSON.stringify(outcomes)}, evidence: outcomes.flatMap(({release}) => kept(release)), finishedAt: ''});
const target: Target = {name: 'production', kubeconfig: '/k/prod', context: 'prod', namespace: 'egov', protected: true, variables: {}};
const inputOf = <With,>(settings: With, more: Partial<PlanInput<With>> = {}): PlanInput<With> => ({
	runId: '01JDK7', runFolder: '/runs/01JDK7', evidenceFolder: '/runs/01JDK7/evidence/apply.2', runbookFolder: '/books', taskId: 'apply', taskName: 'Apply', attempt: 2, stamp: 'slipway 01JDK7 apply.2', anchor: '7:0c77ab91',
	with: settings, target, earlier: {preview: preview(outcome('enc'), outcome('user'))}, answers: {}, findTool: name => `/bin/${name}`, databasePassword: null, timeoutMs: null, now: new Date(0), ...more,
});
const ended = (report: unknown, more: Partial<Ended> = {}): Ended => ({exitCode: 0, signal: null, report, outTail: '', errTail: '', ...more});

describe('helmfile/preview', () => {
	const asked = {file: 'helmfile.yaml', environment: 'prod', selector: ['tier=core'], values: {tag: '1,2', replicas: 3}};

	test('shows every command before it runs: helmfile with a program instead of Helm, and those of each release', () => {
		const {commands} = helmfilePreview.plan(inputOf(asked));
		const sync = commands.find(({argv}) => argv.includes('--environment'))?.argv ?? [];
		assert.deepEqual(sync, [
			'/bin/helmfile', '--file', '/books/helmfile.yaml', '--environment', 'prod', '--selector', 'tier=core', '--state-values-file', '/runs/01JDK7/evidence/apply.2/.recorded/state-values.yaml',
			'--helm-binary', '/runs/01JDK7/evidence/apply.2/.recorded/helm', '--no-color', '--sequential-helmfiles', 'sync', '--concurrency', '1', '--skip-deps',
		]);
		const shown = commands.map(({argv, shown: words}) => words ?? argv.join(' '));
		assert.ok(shown.some(line => /^\/bin\/helm upgrade RELEASE .*--namespace NAMESPACE .*--dry-run=server/.test(line)), shown.join('\n'));
		assert.ok(commands.every(({effect}) => effect !== 'changes'));
		assert.ok(shown.includes('write {"tag":"1,2","replicas":3} to /runs/01JDK7/evidence/apply.2/.recorded/state-values.yaml'), shown.join('\n'));
	});

	test('what is recorded meanwhile lies where no namespace does', () => assert.doesNotMatch(basename(dirname((helmfilePreview.plan(inputOf(asked)).work as HelmfilePreviewWork).recorder)), /^[a-z0-9-]+$/));

	test('needs helmfile', () => assert.throws(() => helmfilePreview.plan(inputOf(asked, {findTool: name => (name === 'helmfile' ? null : `/bin/${name}`)})), {code: 'tool-missing'}));

	const report = (release: string, changed: number): PreviewReport => ({
		failure: null, findings: [], counts: {added: 0, changed, removed: 0, unchanged: 1, onlyVersionLabels: 0, volatileLines: 1, toRead: 0}, release, namespace: 'egov', helm: {version: '4.1.4', major: 4},
		live: {revision: 1, status: 'deployed', chart: 'x-1', appVersion: '1', at: '', version: '1.0'}, lastRevision: 1, goodRevision: 1, coming: {chart: 'x-1', chartVersion: '1', appVersion: '1', version: '1.1'}, setFlags: [], commit: null, sources: [],
		hashes: {manifest: release, maskedManifest: release}, workloadNamespaces: [], rights: [], migrations: [], crds: [], claims: [], added: [], removed: [], definitions: [],
	});
	const whole = (more: Partial<HelmfileReport> = {}): HelmfileReport => ({failure: null, findings: [], helmfile: '1.8.0', commit: null, releases: [], unchanged: [], ...more});

	test('says how many of all releases change', () => {
		assert.equal(helmfilePreview.judge(ended(whole({releases: [report('a', 2), report('b', 1)], unchanged: ['egov/c']}))).summary, '2 of 3 releases to deploy: 3 changed');
		const nothing = helmfilePreview.judge(ended(whole({unchanged: ['egov/c']})));
		assert.deepEqual([nothing.outcome, nothing.summary], ['succeeded', 'nothing changes: 1 release is as the helmfile says']);
	});

	test('the hash that a consent covers is another one for another release, order or manifest', () => {
		const hashOf = (...reports: readonly PreviewReport[]): string | undefined => judgeDeclared(helmfilePreview, ended(whole({releases: [...reports]}))).outputs['manifest-sha256'];
		const [a, b] = [report('a', 1), report('b', 1)];
		assert.equal(new Set([hashOf(a, b), hashOf(b, a), hashOf(a), hashOf({...a, hashes: {manifest: 'other', maskedManifest: 'a'}}, b)]).size, 4);
	});

	test('no report, a failure, or an end that was not well is never a success', () => {
		for (const [one, words] of [[ended(undefined, {exitCode: 1, errTail: 'boom'}), /without a report.*boom/], [ended(whole({failure: 'no chart'})), /no chart/], [ended(whole(), {exitCode: 1}), /did not end well/], [ended(undefined, {exitCode: null, signal: 'SIGKILL'}), /SIGKILL/]] as const) {
			const {outcome: came, summary} = helmfilePreview.judge(one);
			assert.equal(came, 'failed');
			assert.match(summary, words);
		}
	});
});

describe('helmfile/apply', () => {
	test('deploys each copy that was kept, in order, and requires all of them and the helmfile as they were', () => {
		const {commands, requires} = helmfileApply.plan(inputOf({preview: 'preview'}));
		const upgrades = commands.filter(({effect}) => effect === 'changes').map(({argv}) => argv.slice(1, 4).join(' '));
		assert.deepEqual(upgrades, ['upgrade enc ./evidence/preview.1/egov/enc/chart.tgz', 'upgrade user ./evidence/preview.1/egov/user/chart.tgz']);
		assert.deepEqual(requires.map(({path}) => path), [...kept('enc').map(({path}) => path), '/books/helmfile.yaml', ...kept('user').map(({path}) => path)]);
	});

	test('there is nothing to do when nothing changes', () => assert.throws(() => helmfileApply.plan(inputOf({preview: 'preview'}, {earlier: {preview: preview()}})), {code: 'nothing-changes'}));

	const release = (name: string, state: ApplyReport['releases'][number]['state'], more = {}): ApplyReport['releases'][number] => ({name, state, revision: '42', summary: `${name} ${state}`, findings: [], ...more});

	test('is a success only when every release is deployed and the end was well', () => {
		const judge = (states: readonly ApplyReport['releases'][number]['state'][], more: Partial<Ended> = {}) => judgeDeclared(helmfileApply, ended({releases: states.map((state, index) => release(`egov/r${index}`, state))}, more));
		assert.equal(judge(['deployed', 'already']).summary, '2 releases deployed, their workloads ready; 1 by an earlier attempt');
		assert.equal(judge(['deployed', 'failed', 'not-started', 'not-started']).summary, 'egov/r1: egov/r1 failed; 1 deployed; 2 not begun');
		for (const one of [judge(['deployed', 'failed']), judge(['deployed', 'not-started']), judge(['deployed'], {exitCode: 1}), judge(['deployed'], {signal: 'SIGTERM', exitCode: null}), judge([]), helmfileApply.judge(ended('garbage'))]) assert.equal(one.outcome, 'failed', one.summary);
	});

	test('its probe tells done, not done and unknown of all apart', () => {
		const probe = helmfileApply.probe?.(inputOf({preview: 'preview'}));
		const history = (revision: number, description: string) => ({exitCode: 0, stdout: JSON.stringify([{revision, updated: '', status: 'deployed', chart: 'x-1', app_version: '1', description}]), stderr: ''});
		const list = {exitCode: 0, stdout: '[]', stderr: ''};
		const [ours, before] = [history(42, 'slipway 01JDK7 apply.2, journal 7:0c77ab91'), history(41, 'x')];
		assert.equal(probe?.commands.length, 4);
		assert.equal(probe?.read([ours, list, ours, list]).verdict, 'done');
		assert.equal(probe?.read([before, list, before, list]).verdict, 'not-done');
		const mixed = probe?.read([ours, list, before, list]);
		assert.deepEqual([mixed?.verdict, mixed?.likely], ['unknown', 'Done: egov/enc. Not done: egov/user. Not known: none.']);
		assert.equal(probe?.read([ours, list, {exitCode: 1, stdout: '', stderr: 'refused'}, list]).verdict, 'unknown');
		const byFirst = history(42, 'slipway 01JDK7 apply.1, journal 5:0c77ab91');
		assert.equal(probe?.read([byFirst, list, ours, list]).verdict, 'done', 'the second attempt leaves alone what the first has deployed');
		for (const other of [history(42, 'slipway 01JDK7 other.1, journal 5:0c77ab91'), history(41, 'slipway 01JDK7 apply.1, journal 5:0c77ab91')]) assert.notEqual(probe?.read([other, list, ours, list]).verdict, 'done');
	});
});

describe('helmfile/rollback', () => {
	test('says what is true of all releases once', () => {
		const {notes} = helmfileRollback.plan(inputOf({preview: 'preview'}, {earlier: {preview: preview(outcome('enc'), outcome('user', {goodRevision: 7}))}}));
		assert.deepEqual(notes.slice(1).map(line => line.split(':')[0] ?? ''), ['user', 'enc', 'all']);
		assert.match(notes.at(-1) ?? '', /hooks and Jobs/);
	});

	test('goes back in reverse order, and removes what was installed first', () => {
		const {commands} = helmfileRollback.plan(inputOf({preview: 'preview'}, {earlier: {preview: preview(outcome('enc'), outcome('user', {goodRevision: null, liveRevision: null, lastRevision: 0, isFirstInstall: true}))}}));
		assert.deepEqual(commands.filter(({effect}) => effect === 'changes').map(({argv}) => argv.slice(1, 4).join(' ').replace(' --kubeconfig', '')), ['uninstall user', 'rollback enc 41']);
	});

	test('its probe takes what was never touched for done, and nothing that is pending', () => {
		const probe = helmfileRollback.probe?.(inputOf({preview: 'preview'}));
		const history = (revision: number, status: string, description: string) => ({exitCode: 0, stdout: JSON.stringify([{revision, updated: '', status, chart: 'x-1', app_version: '1', description}]), stderr: ''});
		const [back, before] = [history(43, 'deployed', 'Rollback to 41'), history(41, 'deployed', 'x')];
		assert.equal(probe?.read([before, back]).verdict, 'done');
		assert.equal(probe?.read([before, before]).verdict, 'done');
		for (const other of [history(42, 'deployed', 'slipway 01JDK7 apply.1'), history(41, 'pending-rollback', 'x'), {exitCode: 1, stdout: '', stderr: 'refused'}]) assert.equal(probe?.read([other, back]).verdict, 'unknown');
	});

	test('is a success only when each touched release is back', () => {
		const back = {helmFailure: null, release: null, isGone: true, running: null};
		const judge = (releases: HelmfileRollbackReport['releases'], more: Partial<Ended> = {}, notBegun: readonly string[] = []) => judgeDeclared(helmfileRollback, ended({releases, notBegun}, more));
		assert.equal(judge([{name: 'a', report: back}, {name: 'b', report: null}]).summary, '1 release is back, 1 never touched');
		assert.equal(judge([{name: 'b', report: null}]).summary, 'no release was touched: all are as they were previewed');
		const failed = judge([{name: 'a', report: {...back, helmFailure: 'no such revision'}}, {name: 'b', report: back}]);
		assert.deepEqual([failed.outcome, failed.outputs['rolled-back']], ['failed', 'b removed']);
		assert.match(failed.summary, /^a: .*no such revision/);
		assert.equal(judge([{name: 'a', report: null}], {exitCode: 143}, ['b', 'c']).summary, 'the roll-back did not end well; not begun: b, c');
		assert.match(judge([{name: 'a', report: {...back, helmFailure: 'cancelled'}}], {exitCode: 143}, ['b']).summary, /^a: .*; not begun: b$/);
		for (const one of [judge([]), judge([{name: 'a', report: back}], {exitCode: 1}), judge([{name: 'a', report: back}], {}, ['b'])]) assert.equal(one.outcome, 'failed');
	});
});
