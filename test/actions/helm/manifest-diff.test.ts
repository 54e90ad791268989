import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {compareManifests, maskedManifest} from '../../../source/actions/helm/manifest-diff.ts';
import {joinHooks, readManifest} from '../../../source/actions/helm/manifest.ts';
import {volatileText} from '../../../source/actions/helm/volatile.ts';
import {aDeployment, anObject, pairsOf} from './manifests.ts';

const changesOf = (...args: Parameters<typeof pairsOf>): readonly string[] => compareManifests(pairsOf(...args)).changes.map(({change, kind, namespace, name}) => `${change} ${kind} ${namespace}/${name}`);
const diffOf = (...args: Parameters<typeof pairsOf>): string => compareManifests(pairsOf(...args)).changes.map(({diff}) => diff).join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the difference of two manifests', () => {
	test('objects are added, removed or changed, and the rest is counted', () => {
		const live = [anObject('ConfigMap', {data: {a: '1'}}), anObject('Service', {}, 'old'), anObject('ServiceAccount')];
		const coming = [anObject('ConfigMap', {data: {a: '2'}}), anObject('Service', {}, 'new'), anObject('ServiceAccount')];
		assert.deepEqual(changesOf(live, coming), ['changed ConfigMap egov/user', 'added Service egov/new', 'removed Service egov/old']);
		assert.equal(compareManifests(pairsOf(live, coming)).unchanged, 1);
	});

	test('a unified diff shows the line that changed and nothing else', () => {
		assert.equal(diffOf([anObject('ConfigMap', {data: {a: '1', b: 'x'}})], [anObject('ConfigMap', {data: {b: 'x', a: '2'}})]), '@@ -3,5 +3,5 @@\n metadata:\n   name: user\n data:\n-  a: "1"\n+  a: "2"\n   b: x\n');
	});

	test('another order of keys, and another version of the API, are no new object', () => {
		assert.deepEqual(changesOf([{kind: 'ConfigMap', apiVersion: 'v1', metadata: {name: 'a'}, data: {x: '1', y: '2'}}], [{apiVersion: 'v1', kind: 'ConfigMap', data: {y: '2', x: '1'}, metadata: {name: 'a'}}]), []);
		assert.deepEqual(changesOf([anObject('Ingress', {}, 'a', 'networking.k8s.io/v1beta1')], [anObject('Ingress', {}, 'a', 'networking.k8s.io/v1')]), ['changed Ingress egov/a']);
	});

	test('an object of which only the version labels of its chart change is marked', () => {
		const service = (version: string, port: number): unknown => anObject('Service', {metadata: {labels: {'helm.sh/chart': `user-${version}`, app: 'user'}}, spec: {ports: [{port}]}});
		const isOnly = (live: unknown, coming: unknown): boolean | undefined => compareManifests(pairsOf([live], [coming])).changes[0]?.isOnlyVersionLabels;
		assert.equal(isOnly(service('1', 80), service('2', 80)), true);
		assert.equal(isOnly(service('1', 80), service('2', 81)), false);
	});

	test('the same name in another namespace is another object', () => {
		assert.deepEqual(changesOf([anObject('ConfigMap')], [anObject('ConfigMap', {metadata: {namespace: 'other'}})]), ['removed ConfigMap egov/user', 'added ConfigMap other/user']);
	});

	test('hooks are compared like everything else', () => {
		const hook = {path: 'user/templates/hook.yaml', manifest: 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: m, annotations: {helm.sh/hook: pre-upgrade}}\n'};
		const {objects, unread} = readManifest(joinHooks('---\n# Source: user/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n', [hook]), 'test', 'egov');
		assert.deepEqual(objects.map(({kind, isHook, document}) => [kind, isHook, document.template]), [['ConfigMap', false, 'user/templates/a.yaml'], ['Job', true, 'user/templates/hook.yaml']]);
		assert.deepEqual(unread, []);
	});

	test('a part that is no YAML is told, not left out', () => {
		assert.match(readManifest('a: [1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n', 'test', 'egov').unread.join(), /line 1: This is not valid YAML/);
	});

	test('a difference too large to be minimal is shown as all out, all in', () => {
		const text = (seed: number): string => Array.from({length: 6000}, (_, index) => `${index * seed}`).join('\n');
		const [change] = compareManifests(pairsOf([anObject('ConfigMap', {data: {a: text(7)}})], [anObject('ConfigMap', {data: {a: text(11)}})])).changes;
		assert.ok((change?.linesAdded ?? 0) >= 5000 && (change?.linesRemoved ?? 0) >= 5000);
	});
});

describe('what differs at every rendering', () => {
	test('is covered on both sides, counted, and no change', () => {
		const at = (time: string): unknown => aDeployment('user:1', {annotations: {time}});
		const pairs = pairsOf([at('Monday')], [at('Tuesday 1')], [at('Tuesday 2')]);
		assert.deepEqual(compareManifests(pairs), {changes: [], unchanged: 1, volatileLines: 1});
		assert.ok(pairs[0]?.volatile.length === 1);
	});

	test('does not hide a change beside it', () => {
		const diff = diffOf([aDeployment('user:1', {annotations: {time: 'Monday'}})], [aDeployment('user:2', {annotations: {time: '1'}})], [aDeployment('user:2', {annotations: {time: '2'}})]);
		assert.match(diff, /-.*image: user:1\n\+.*image: user:2/);
		assert.doesNotMatch(diff, /Monday|[-+].*time/);
	});

	test('of a longer text only the lines that differ are covered', () => {
		const file = (time: string, level: string): unknown => anObject('ConfigMap', {data: {'app.properties': `# made ${time}\nlevel=${level}\nport=80\n`}});
		const diff = diffOf([file('Monday', 'info')], [file('1', 'debug')], [file('2', 'debug')]);
		assert.match(diff, /-.*level=info\n\+.*level=debug/);
		assert.match(diff, new RegExp(`^ .*${volatileText.replaceAll(/[()]/g, '\\$&')}`, 'm'));
	});

	test('an object whose name is random is the same object', () => {
		const job = (name: string, image = 'm:1'): unknown => anObject('Job', {spec: {template: {spec: {containers: [{name: 'm', image}]}}}}, name, 'batch/v1');
		assert.deepEqual(changesOf([job('m-abc')], [job('m-def')], [job('m-ghi')]), []);
		assert.deepEqual(changesOf([job('m-abc')], [job('m-def', 'm:2')], [job('m-ghi', 'm:2')]), ['changed Job egov/m-def']);
		assert.deepEqual(changesOf([job('m-abc')], [job('m-def')]), ['removed Job egov/m-abc', 'added Job egov/m-def'], 'a name that is only new is a new object');
	});

	test('the masked manifest is the same text however often the chart is rendered', () => {
		const at = (time: string): unknown => aDeployment('user:1', {annotations: {time}});
		assert.equal(maskedManifest(pairsOf([], [at('1')], [at('2')])), maskedManifest(pairsOf([], [at('3')], [at('4')])));
		assert.notEqual(maskedManifest(pairsOf([], [at('1')], [at('2')])), maskedManifest(pairsOf([], [aDeployment('user:2', {annotations: {time: '3'}})], [aDeployment('user:2', {annotations: {time: '4'}})])));
	});
});

describe('secrets in a difference', () => {
	test('one sees that a secret changed, never its value', () => {
		const diff = diffOf([anObject('Secret', {data: {password: base64('old-password'), same: base64('same-value')}})], [anObject('Secret', {data: {password: base64('new-password'), same: base64('same-value')}})]);
		assert.match(diff, /-.*password: \(secret, before\)\n\+.*password: \(secret, after\)/);
		for (const text of ['old-password', 'new-password', 'same-value', ...['old-password', 'new-password', 'same-value'].map(base64)]) assert.ok(!diff.includes(text), text);
	});

	test('added and removed Secrets are covered too, and stringData', () => {
		const secret = anObject('Secret', {stringData: {token: 'plain-token'}});
		for (const diff of [diffOf([], [secret]), diffOf([secret], []), diffOf([secret], [anObject('Secret', {data: {token: base64('other-token')}})])]) {
			assert.match(diff, /token: \(secret/);
			assert.doesNotMatch(diff, /plain-token|other-token/);
			assert.ok(!diff.includes(base64('plain-token')) && !diff.includes(base64('other-token')));
		}
	});

	test('the copy of a Secret that kubectl keeps in an annotation is left out', () => {
		const secret = (value: string): unknown => anObject('Secret', {metadata: {annotations: {'kubectl.kubernetes.io/last-applied-configuration': `{"data":"${value}"}`}}, data: {a: base64(value)}});
		assert.doesNotMatch(diffOf([secret('first-value')], [secret('second-value')]), /first-value|second-value/);
	});

	test('a literal credential in an environment, a password in a URL and a key in a ConfigMap are covered', () => {
		const pod = (password: string): unknown => aDeployment('user:1', {container: {env: [{name: 'OTHER', value: 'seen'}, {name: 'DB_PASSWORD', value: password}, {name: 'DB_URL', value: `postgresql://user:${password}@db/x`}]}});
		const diff = diffOf([pod('hunter2-a'), anObject('ConfigMap', {data: {'api-key': 'abcdef-1', pem: '-----BEGIN RSA PRIVATE KEY-----\nMII\n'}})], [pod('hunter2-b'), anObject('ConfigMap', {data: {'api-key': 'abcdef-2', pem: '-----BEGIN RSA PRIVATE KEY-----\nMIJ\n'}})]);
		assert.doesNotMatch(diff, /hunter2|abcdef|MII|MIJ/);
		assert.match(diff, /name: DB_PASSWORD\n-.*value: \(secret, before\)\n\+.*value: \(secret, after\)/);
	});

	test('in a file within a ConfigMap, and in an argument, only the values of credentials are covered', () => {
		const config = (password: string, level: string): unknown => anObject('ConfigMap', {data: {'app.properties': `level=${level}\nspring.datasource.password=${password}\nurl=jdbc:postgresql://u:${password}@db/x\nport=80\n`}});
		const diff = diffOf([config('tiger-one', 'info')], [config('tiger-two', 'debug')]);
		assert.doesNotMatch(diff, /tiger/);
		assert.match(diff, /-.*level=info\n-.*spring\.datasource\.password=\(secret, before\)\n-.*u:\(secret, before\)@db\/x\n\+.*level=debug\n\+.*spring\.datasource\.password=\(secret, after\)/);
		assert.doesNotMatch(diffOf([], [aDeployment('user:1', {container: {args: ['--db-password=tiger', '--port=80']}})]), /tiger/);
		assert.match(diffOf([], [aDeployment('user:1', {container: {args: ['--db-password=tiger', '--port=80']}})]), /--port=80/);
	});

	test('the masked manifest has no secret either', () => {
		assert.doesNotMatch(maskedManifest(pairsOf([], [anObject('Secret', {data: {a: base64('some-value')}})])), new RegExp(`some-value|${base64('some-value')}`));
	});
});
