import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {readRecorded} from '../../../source/actions/helmfile/recorded.ts';

const upgrade = (...flags: readonly string[]): ReturnType<typeof readRecorded> => readRecorded(['upgrade', '--install', 'user', 'charts/user', ...flags]);
const refusalOf = (recorded: ReturnType<typeof readRecorded>): string => ('refusal' in recorded ? recorded.refusal : `not refused: ${JSON.stringify(recorded)}`);

describe('what helmfile gave to Helm', () => {
	test('an upgrade, as helmfile 1.8 writes it', () => {
		assert.deepEqual(upgrade('--wait', '--timeout', '300s', '--create-namespace', '--namespace', 'egov', '--values', '/tmp/a', '--values', '/tmp/b', '--set', 'image.tag=1.2', '--reset-values', '--history-max', '10'), {
			kind: 'upgrade', release: 'user', namespace: 'egov', context: null, setFlags: ['--set', 'image.tag=1.2'],
		});
		assert.deepEqual(upgrade('--version', '1.2.3', '--kube-context', 'prod', '--wait=watcher', '--set-string', 'a=1', '--set-json', 'b=[]'), {kind: 'upgrade', release: 'user', namespace: null, context: 'prod', setFlags: ['--set-string', 'a=1', '--set-json', 'b=[]']});
	});

	test('an uninstall names its release, wherever flags stand', () => {
		for (const argv of [['uninstall', 'old', '--namespace', 'egov'], ['delete', 'old']]) {
			const recorded = readRecorded(argv);
			assert.equal('refusal' in recorded ? '' : `${recorded.kind} ${recorded.release}`, 'uninstall old');
		}
	});

	test('what would deploy otherwise than it is deployed here is refused by name', () => {
		for (const flag of ['--atomic', '--rollback-on-failure', '--force', '--post-renderer', '--reuse-values', '--set-file', '--labels', '--kubeconfig', '--no-hooks']) assert.match(refusalOf(upgrade(flag, 'x')), new RegExp(`release user to be deployed with ${flag},`), flag);
		assert.match(refusalOf(readRecorded(['rollback', 'user', '4'])), /`helm rollback user 4`/);
		assert.match(refusalOf(readRecorded([])), /not known/);
	});

	test('names that would lead out of the folder of the record are refused', () => {
		for (const namespace of ['../../../../elsewhere', '.', '.recorded', 'a/b', '', 'A']) assert.match(refusalOf(upgrade('--namespace', namespace)), /can't be names of such/, namespace);
		for (const release of ['..', 'a/../..', 'a b', 'User']) assert.match(refusalOf(readRecorded(['upgrade', '--install', release, 'charts/user', '--namespace', 'egov'])), /can't be names of such/, release);
	});

	test('a secret in a command line is refused, and not quoted', () => {
		for (const flag of ['--set', '--set-string']) {
			const said = refusalOf(upgrade(flag, 'image.tag=1,db.password=s3cret-0ne'));
			assert.match(said, /db\.password of the release user/);
			assert.doesNotMatch(said, /s3cret/);
		}

		for (const [path, ...flags] of [
			['database.url', '--set', 'database.url=postgres://user:s3cret-0ne@host/db'],
			['env[0].value', '--set', 'env[0].name=DB_PASSWORD', '--set', 'env[0].value=s3cret-0ne'],
			['db', '--set-json', 'db={"user":"a","password":"s3cret-0ne"}'],
			['registry', '--set', 'registry=ghp_s3cret0nes3cret0nes3cret0nes3cret0nes3'],
		] as const) {
			const said = refusalOf(upgrade(...flags));
			assert.ok(said.includes(`puts ${path} of the release user`), said);
			assert.doesNotMatch(said, /s3cret/);
		}

		assert.ok(!('refusal' in upgrade('--set', 'env[0].name=LOG_LEVEL,env[0].value=debug', '--set-json', 'a={"passwordSecretName":"x"}')));
		assert.match(refusalOf(upgrade('--set', 'apiKey=a8f5f167f44f4964e6c998dee827110c')), /apiKey/);
		assert.ok(!('refusal' in upgrade('--set', 'passwordSecretName=user-db')));
	});
});
