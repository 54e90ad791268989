import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import type {Earlier, PlanInput} from '../../../source/actions/action.ts';
import {helmPreview} from '../../../source/actions/helm-preview.ts';
import {helmUpgrade} from '../../../source/actions/helm-upgrade.ts';
import {judgeDifference} from '../../../source/actions/helm/judge-difference.ts';
import {readHistory} from '../../../source/actions/helm/release-history.ts';
import {settingFlags} from '../../../source/actions/helm/setting-flags.ts';
import {ARun, aPlan} from '../../run/a-run.ts';
import {anObject, pairsOf} from './manifests.ts';

/** What installers around Helm have been seen to do wrong; the letters are those of DIGIT's own, in the order in which its code does it. */
const earlier: Readonly<Record<string, Earlier>> = {
	preview: {
		uses: 'helm/preview',
		attempt: 1,
		outputs: {
			preview: JSON.stringify({release: 'user', namespace: 'egov', helmMajor: 4, lastRevision: 41, liveRevision: 41, goodRevision: 41, isFirstInstall: false, fromVersion: '2.9.1', toVersion: '2.9.2', setFlags: [], sources: [], workloadNamespaces: ['egov'], rights: [], migrations: [], crds: [], claims: [], added: [], removed: [], definitions: []}),
		},
		evidence: ['chart.tgz', 'new-manifest.yaml'].map(name => ({path: `evidence/preview.1/${name}`, sizeBytes: 1, sha256: name})),
		finishedAt: '',
	},
};

const inputOf = <With,>(settings: With, more: Partial<PlanInput<With>> = {}): PlanInput<With> => ({
	runId: 'r', runFolder: '/r', evidenceFolder: '/r/evidence/t.1', runbookFolder: '/books', taskId: 't', taskName: 'T', attempt: 1, stamp: 'slipway r t.1', anchor: '7:0c77ab91', with: settings,
	target: {name: 'uat', kubeconfig: '/k/uat', context: 'uat', namespace: 'egov', protected: false, variables: {}}, earlier, answers: {}, findTool: name => `/bin/${name}`, databasePassword: null, timeoutMs: null, now: new Date(0), ...more,
});
const previewWith = {release: 'user', chart: './chart', values: [], set: {}};

describe('what an installer may get wrong', () => {
	test('D1: what deploys after a preview is another command than the preview, and no print-only flag is left in it', () => {
		const [command] = helmUpgrade.plan(inputOf({preview: 'preview'})).commands;
		assert.equal(command?.effect, 'changes');
		assert.ok(!command.argv.some(word => /dry-run|template|print|^-p$/.test(word)));
	});

	test('D2: a preview deploys nothing, and what follows it is not started by it', () => {
		assert.ok(helmPreview.plan(inputOf(previewWith)).commands.every(({effect, argv}) => effect !== 'changes' && (!argv.includes('upgrade') || argv.some(word => word.startsWith('--dry-run')))));
		const run = new ARun(aPlan([{id: 'preview', kind: 'run'}, {id: 'read', kind: 'confirm'}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes').done('preview');
		assert.equal(run.ask({kind: 'start', task: 'upgrade'}).refusal?.code, 'gates-closed');
		assert.equal(run.state.tasks['upgrade']?.attempts.length, 0);
	});

	test('D3: every command names its kubeconfig, context and namespace, and none writes a kubeconfig', () => {
		const commands = [...helmPreview.plan(inputOf(previewWith)).commands, ...helmUpgrade.plan(inputOf({preview: 'preview'})).commands];
		const asking = commands.filter(({argv}) => argv[0] === '/bin/helm' && ['history', 'get', 'upgrade'].includes(argv[1] ?? ''));
		assert.ok(asking.length >= 6);
		for (const {argv} of asking) for (const pair of [['--kubeconfig', '/k/uat'], ['--kube-context', 'uat'], ['--namespace', 'egov']]) assert.equal(argv[argv.indexOf(pair[0] ?? '') + 1], pair[1], argv.join(' '));
		assert.ok(!commands.some(({argv}) => argv.includes('config') || argv.includes('use-context')));
	});

	test('D4: a failure in the middle of several releases leaves a list of what is done, failed and not started, and goes on from there', () => {
		const ids = ['mdms', 'enc', 'user', 'otp'];
		const run = new ARun(aPlan(ids.map(id => ({id, kind: 'run' as const}))));
		for (const id of ids) run.effect(id, 'changes');
		run.done('mdms').done('enc').failed('user');
		const list = (): readonly string[] => ids.map(id => `${id} ${run.state.tasks[id]?.status ?? ''}`);
		assert.deepEqual(list(), ['mdms done', 'enc done', 'user failed', 'otp to-do']);
		assert.equal(run.ask({kind: 'start', task: 'otp'}).refusal?.code, 'gates-closed', 'the order is kept');
		run.done('user').done('otp');
		assert.deepEqual(list(), ['mdms done', 'enc done', 'user done', 'otp done']);
		assert.deepEqual(ids.map(id => run.state.tasks[id]?.attempts.length), [1, 1, 2, 1], 'what was done is not done again');
	});

	test('D5: done means ready: Helm waits, and its word counts only with its exit status', () => {
		const {argv = []} = helmUpgrade.plan(inputOf({preview: 'preview'})).commands[0] ?? {};
		assert.ok(argv.includes('--wait') && argv.includes('--wait-for-jobs'));
		const judge = (exitCode: number, outTail: string) => helmUpgrade.judge({exitCode, signal: null, report: undefined, outTail, errTail: ''}).outcome;
		assert.deepEqual([judge(0, 'STATUS: deployed\nREVISION: 42\n'), judge(0, 'STATUS: pending-upgrade\n'), judge(0, ''), judge(1, 'STATUS: deployed\n')], ['succeeded', 'failed', 'failed', 'failed']);
	});

	test('D6: a version that was not given is never filled in silently: what is live and can not be read is unknown, and each image is compared', () => {
		assert.equal(readHistory({exitCode: 1, stdout: '', stderr: 'Error: Kubernetes cluster unreachable'}).kind, 'unknown');
		assert.match(helmPreview.judge({exitCode: 1, signal: null, report: undefined, outTail: '', errTail: ''}).outcome, /failed/);
		const deployment = (tag: string): unknown => anObject('Deployment', {spec: {template: {spec: {containers: [{name: 'a', image: `user${tag}`}]}}}}, 'user', 'apps/v1');
		assert.match(judgeDifference(pairsOf([deployment(':2.9.1')], [deployment('')]), 'egov').map(({what}) => what).join(), /The image user has no tag/);
	});

	test('D7: a secret reaches no command line', () => {
		assert.throws(() => settingFlags({'db.password': '${{ secrets.db }}'}, 't'), {code: 'secret-in-set'});
	});

	test('D8: what is there twice is a danger by name, not a line in a log', () => {
		const twice = judgeDifference(pairsOf([], [anObject('ConfigMap', {data: {a: '1'}}), anObject('ConfigMap', {data: {a: '2'}})]), 'egov');
		assert.match(twice.map(({level, what}) => `${level}: ${what}`).join('\n'), /danger: ConfigMap user is in the chart 2 times \(demo\/templates\/configmap\.yaml\): which of them counts is not certain/);
	});

	test('D9: a space in a path or a value splits nothing', () => {
		const {commands} = helmPreview.plan(inputOf({...previewWith, chart: './my charts/user', values: ['my env.yaml'], set: {motto: 'all is well'}}));
		assert.ok(commands.some(({argv}) => argv.includes('/books/my charts/user')));
		assert.ok(commands.some(({argv}) => argv.includes('motto="all is well"')));
	});

	test('D10: leaving at a question starts nothing, and the run is there to come back to', () => {
		const run = new ARun(aPlan([{id: 'read', kind: 'confirm'}, {id: 'upgrade', kind: 'run'}])).effect('upgrade', 'changes');
		run.apply({type: 'session.closed', data: {reason: 'signal'}});
		assert.deepEqual(Object.values(run.state.tasks).map(({status, attempts}) => [status, attempts.length]), [['to-do', 0], ['to-do', 0]]);
		assert.equal(run.state.ending, null);
		assert.equal(run.send({kind: 'confirm', task: 'read', answer: 'yes'}).state.tasks['read']?.status, 'done');
	});
});
