import assert from 'node:assert/strict';
import {chmodSync, existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {describe, test} from 'node:test';

import {parse} from 'yaml';

import {helmPreflight} from '../source/actions/helm-preflight.ts';
import {helmRunning} from '../source/actions/helm-running.ts';
import {helmfileApply} from '../source/actions/helmfile-apply.ts';
import {helmfilePreview} from '../source/actions/helmfile-preview.ts';
import {helmfileRollback} from '../source/actions/helmfile-rollback.ts';
import {smokePods} from '../source/actions/smoke-pods.ts';
import {findingsOf, skip} from './a-chart.ts';
import {aHelmfile, skipOfHelmfile} from './a-helmfile.ts';
import type {ARelease} from './a-release.ts';

const preview = {file: 'helmfile.yaml'};
const apply = {preview: 'preview', timeout: '30s'};

/** Previews and deploys all, and holds that both succeed. */
const deployAll = async (release: ARelease): Promise<void> => {
	const previewed = await release.perform(helmfilePreview, 'preview', preview);
	assert.equal(previewed.outcome, 'succeeded', previewed.summary + findingsOf(previewed) + previewed.err);
	const applied = await release.perform(helmfileApply, 'apply', apply);
	assert.equal(applied.outcome, 'succeeded', applied.summary + applied.out);
};
const imagesOf = (release: ARelease): string => release.kubectl('get', 'deployments', '--namespace', release.namespace, '--output', 'jsonpath={range .items[*]}{.metadata.name}={.spec.template.spec.containers[0].image} {end}').trim();
const revisionOf = (release: ARelease, name: string): number => (JSON.parse(release.helm('history', name, '--output', 'json')) as {revision: number}[]).at(-1)?.revision ?? 0;

describe('a helmfile against a cluster', {skip, concurrency: 2}, () => {
	test('what it would deploy is previewed, release by release, deployed in its order, and runs; what does not change is left alone', async () => {
		const release = aHelmfile('hf-all', {enc: '1.0', user: '2.9.1'});
		try {
			const first = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(first.summary, '2 of 2 releases to deploy: 2 added', findingsOf(first) + first.err);
			assert.throws(() => release.helm('history', 'user'), /not found/, 'a preview deploys nothing');
			const preflight = await release.perform(helmPreflight, 'preflight', {preview: 'preview'});
			assert.equal(preflight.outcome, 'succeeded', preflight.summary);
			const applied = await release.perform(helmfileApply, 'apply', apply);
			assert.equal(applied.summary, '2 releases deployed, their workloads ready', applied.out);
			assert.deepEqual(applied.plan.commands.filter(({effect}) => effect === 'changes').map(({argv}) => argv[2]), ['enc', 'user'], 'user needs enc');
			assert.equal((await release.perform(helmRunning, 'running', {preview: 'preview'})).summary, '2 workloads ready, 2 images as confirmed');
			assert.equal((await release.perform(smokePods, 'pods', {preview: 'preview', soak: '1s'})).outcome, 'succeeded');
			assert.equal(release.probe(helmfileApply, 'apply', apply).verdict, 'done');

			release.setVersions({enc: '1.0', user: '2.9.2'});
			const second = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(second.summary, '1 of 2 releases to deploy: 1 changed');
			assert.match(second.outputs['releases'] ?? '', /^hf-all-\d+\/user 2\.9\.1 → 2\.9\.2$/);
			assert.deepEqual(second.evidence.map(({path}) => path.split('/').slice(3).join('/')).filter(path => path.includes('difference')), ['user/difference.json']);
			const upgraded = await release.perform(helmfileApply, 'apply', apply);
			assert.equal(upgraded.summary, '1 release deployed, their workloads ready');
			assert.equal(imagesOf(release), 'enc=egovio/enc:1.0 user=egovio/user:2.9.2');
			assert.equal(revisionOf(release, 'enc'), 1);
		} finally {
			release.remove();
		}
	});

	test('a release that crashes stops the ones after it, and all that was touched is rolled back', async () => {
		const release = aHelmfile('hf-crash', {enc: '1.0', user: '2.9.1', web: '3.0'});
		try {
			await deployAll(release);
			release.setVersions({enc: '1.1', user: '2.9.2-crash', web: '3.1'});
			await release.perform(helmfilePreview, 'preview', preview);
			const applied = await release.perform(helmfileApply, 'apply', {...apply, timeout: '6s'});
			assert.equal(applied.outcome, 'failed');
			assert.match(applied.summary, /^hf-crash-\d+\/user: .*; 1 deployed; 1 not begun$/);
			const probed = release.probe(helmfileApply, 'apply', apply);
			assert.equal(probed.verdict, 'unknown');
			assert.match(probed.likely, /^Done: \S+\/enc\. Not done: \S+\/user, \S+\/web\. Not known: none\.$/);

			const again = await release.perform(helmfileApply, 'apply', {...apply, timeout: '6s'});
			assert.match(again.out, /enc: revision 2 was deployed by an earlier attempt/);
			assert.equal(revisionOf(release, 'enc'), 2);

			const back = await release.perform(helmfileRollback, 'back', {preview: 'preview'});
			assert.equal(back.summary, '2 releases are back, 1 never touched', back.out);
			assert.equal(imagesOf(release), 'enc=egovio/enc:1.0 user=egovio/user:2.9.1 web=egovio/web:3.0');
			assert.equal(revisionOf(release, 'web'), 1);
			release.rolledBack = ['preview'];
			assert.equal((await release.perform(helmRunning, 'running', {preview: 'preview'})).outcome, 'succeeded');
		} finally {
			release.remove();
		}
	});

	test('an edit after the preview closes the gate; what is deployed is what was kept', async () => {
		const release = aHelmfile('hf-edit', {user: '2.9.1'});
		try {
			await release.perform(helmfilePreview, 'preview', preview);
			release.setVersions({user: '2.9.9'});
			const applied = await release.perform(helmfileApply, 'apply', apply);
			assert.match(JSON.stringify(applied.gates.filter(({state}) => state === 'closed')), /helmfile\.yaml/);
			assert.equal(imagesOf(release), 'user=egovio/user:2.9.1', 'the test deploys in spite of the gate');
		} finally {
			release.remove();
		}
	});

	test('says what git says of its folder, and names the secrets in values files that git tracks', async () => {
		const release = aHelmfile('hf-git', {user: '2.9.1'});
		try {
			release.write({'env/production.yaml': 'db:\n  password: s3cret-of-production\n', 'charts/user/templates/_note.yaml': '{{- /* password: s3cret-in-a-template */ -}}\n'});
			const git = (...args: readonly string[]) => release.tool('git', '-C', release.folder, '-c', 'user.name=op', '-c', 'user.email=op@example.org', ...args);
			git('init', '--quiet');
			git('add', 'helmfile.yaml', 'env', 'charts');
			git('commit', '--quiet', '--message', 'one');
			release.setVersions({user: '2.9.2'});
			const previewed = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(previewed.outcome, 'succeeded', previewed.summary);
			const said = previewed.findings.map(({level, what, where}) => `${level}: ${what} ${where ?? ''}`).filter(line => /git|commit/.test(line));
			assert.ok(said.some(line => /^warning: password has its value in this file, which git tracks \(value masked\)\. .*env\/production\.yaml:2$/.test(line)), said.join('\n'));
			assert.ok(said.some(line => /helmfile\.yaml/.test(line)), said.join('\n'));
			assert.doesNotMatch(JSON.stringify(previewed.report) + previewed.out, /s3cret/);
		} finally {
			release.remove();
		}
	});

	for (const [name, what, more, summary] of [
		['hook', 'a hook', '  hooks: [{events: [presync], command: touch, args: [hooked]}]\n', /hooks/],
		['context', 'another context', '  kubeContext: elsewhere\n', /sends user to the context elsewhere/],
		['atomic', 'a flag that is not taken over', '  atomic: true\n', /(--rollback-on-failure|--atomic), which is not taken over/],
		['password', 'a password in a command line', '  set: [{name: db.password, value: s3cret-of-production}]\n', /puts db\.password of the release user into a command line/],
		['chart', 'a chart that is not there', '  chart: ./charts/nothing\n', /helmfile can't say what it would deploy/],
	] as const) {
		test(`refuses ${what}, and says so`, {skip: skipOfHelmfile}, async () => {
			const release = aHelmfile(`hf-${name}`, {user: '2.9.1'});
			try {
				release.addToHelmfile(more);
				const previewed = await release.perform(helmfilePreview, 'preview', preview);
				assert.equal(previewed.outcome, 'failed');
				assert.match(previewed.summary + findingsOf(previewed), summary);
				assert.doesNotMatch(JSON.stringify(previewed.report) + previewed.summary, /s3cret/);
				assert.ok(!existsSync(join(release.folder, 'hooked')), 'no hook ran');
			} finally {
				release.remove();
			}
		});
	}

	test('leaves no file that the record does not name when one of the releases can not be previewed', async () => {
		const release = aHelmfile('hf-left', {enc: '1.0', user: '2.9.1'});
		try {
			release.write({'charts/user/templates/service.yaml': '{{ fail "no" }}'});
			const previewed = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(previewed.outcome, 'failed');
			const left = readdirSync(join(release.folder, 'run/evidence/preview.1'), {recursive: true, withFileTypes: true}).filter(entry => entry.isFile()).map(({parentPath, name}) => relative(join(release.folder, 'run'), join(parentPath, name)));
			assert.deepEqual(previewed.evidence.map(({path}) => path), left.toSorted());
			assert.ok(left.some(path => path.endsWith('/user/preview.json')), left.join(' '));
		} finally {
			release.remove();
		}
	});

	test('more files than one record holds are a failure that says what to do', {skip: skipOfHelmfile}, async () => {
		const release = aHelmfile('hf-many', {user: '2.9.1'});
		try {
			const values = Array.from({length: 400}, (_, index) => `v/${index}.yaml`);
			release.write(Object.fromEntries(values.map(path => [path, 'tag: 2.9.1\n'])));
			release.addToHelmfile(`  values: [${values.join(', ')}]\n`);
			const previewed = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(previewed.outcome, 'failed');
			assert.match(previewed.summary, /^40\d files to keep.*`selector:`$/);
			assert.deepEqual([previewed.evidence, readdirSync(join(release.folder, 'run/evidence/preview.1'))], [[], []]);
		} finally {
			release.remove();
		}
	});

	test('does not deploy again what it can not ask about', async () => {
		const release = aHelmfile('hf-deaf', {user: '2.9.1'});
		try {
			await deployAll(release);
			release.write({'deaf-helm': '#!/bin/sh\n[ "$1" != history ] || { echo "Error: cluster unreachable" >&2; exit 1; }\nexec helm "$@"\n'});
			chmodSync(join(release.folder, 'deaf-helm'), 0o755);
			const deaf = {...helmfileApply, plan: (input: Parameters<typeof helmfileApply.plan>[0]) => helmfileApply.plan({...input, findTool: name => (name === 'helm' ? join(release.folder, 'deaf-helm') : input.findTool(name))})};
			const again = await release.perform(deaf, 'apply', apply);
			assert.match(again.summary, /^\S+\/user: whether an earlier attempt deployed it is unknown: cluster unreachable$/);
			assert.equal(revisionOf(release, 'user'), 1);
		} finally {
			release.remove();
		}
	});

	test('names a values file that is missing, where the helmfile goes on without it', {skip: skipOfHelmfile}, async () => {
		const release = aHelmfile('hf-missing', {user: '2.9.1'});
		try {
			release.addToHelmfile('  missingFileHandler: Warn\n');
			release.addToHelmfile('  values: [{tag: 2.9.1}, env/production.yaml]\n');
			release.environment = {HELMFILE_LOG_LEVEL: 'error'};
			const previewed = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(previewed.outcome, 'succeeded', previewed.summary);
			assert.match(findingsOf(previewed), /danger: Left out, as it is not there: values file matching "env\/production\.yaml"/);
		} finally {
			release.remove();
		}
	});

	test('state values of the runbook reach the helmfile as they are written', {skip: skipOfHelmfile}, async () => {
		const release = aHelmfile('hf-state', {user: '2.9.1'});
		try {
			release.write({'helmfile.yaml.gotmpl': `releases: [{name: user, namespace: ${release.namespace}, chart: ./charts/user, values: [{tag: 2.9.1, state: {{ .Values | toJson }}}]}]\n`});
			const values = {'a.comma': '1,b=2', 'a.empty': '', brace: '{x,y}', back: 'p\\q', number: 0.1, yes: true, text: 'true'};
			const previewed = await release.perform(helmfilePreview, 'preview', {file: 'helmfile.yaml.gotmpl', values});
			assert.equal(previewed.outcome, 'succeeded', previewed.summary);
			const {state} = parse(readFileSync(join(release.folder, `run/evidence/preview.1/${release.namespace}/user/values-1.yaml`), 'utf8')) as {state: unknown};
			assert.deepEqual(state, {a: {comma: '1,b=2', empty: ''}, brace: '{x,y}', back: 'p\\q', number: 0.1, yes: true, text: 'true'});
		} finally {
			release.remove();
		}
	});

	test('a folder of helmfiles is deployed in the order of their names', {skip: skipOfHelmfile}, async () => {
		const release = aHelmfile('hf-folder', {user: '2.9.1'});
		try {
			const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
			release.write(Object.fromEntries(names.map(name => [`helmfile.d/${name}.yaml`, `releases: [{name: ${name}, namespace: ${release.namespace}, chart: ../charts/user, values: [{tag: 2.9.1}]}]\n`])));
			const previewed = await release.perform(helmfilePreview, 'preview', {file: 'helmfile.d'});
			assert.deepEqual([...(previewed.outputs['releases'] ?? '').matchAll(/\/(\w) none/g)].map(([, name]) => name), names, previewed.summary);
		} finally {
			release.remove();
		}
	});

	test('refuses to deploy one release twice', {skip: skipOfHelmfile}, async () => {
		const release = aHelmfile('hf-twice', {user: '2.9.1'});
		try {
			const one = (tag: string): string => `releases: [{name: user, namespace: ${release.namespace}, chart: ./charts/user, values: [{tag: ${tag}}]}]\n`;
			release.write({'helmfile.yaml': 'helmfiles: [a.yaml, b.yaml]\n', 'a.yaml': one('2.9.2'), 'b.yaml': one('2.9.3')});
			const previewed = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(previewed.summary, `helmfile would deploy ${release.namespace}/user 2 times`, findingsOf(previewed));
		} finally {
			release.remove();
		}
	});

	test('refuses to uninstall', {skip: skipOfHelmfile}, async () => {
		const release = aHelmfile('hf-gone', {user: '2.9.1'});
		try {
			await deployAll(release);
			release.addToHelmfile('  installed: false\n');
			const previewed = await release.perform(helmfilePreview, 'preview', preview);
			assert.equal(previewed.summary, 'helmfile would uninstall user, which is not done here', findingsOf(previewed));
		} finally {
			release.remove();
		}
	});
});
