import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {judgeGit, readGitState} from '../../../source/actions/helm/git-state.ts';
import {settingFlags} from '../../../source/actions/helm/setting-flags.ts';
import {judgeValues, secretLines} from '../../../source/actions/helm/values-secrets.ts';

const status = (...lines: readonly string[]) => readGitState({exitCode: 0, stdout: `# branch.oid 0123456789abcdef\n# branch.head main\n${lines.join('\n')}\n`, stderr: ''});

describe('the git state of chart and values', () => {
	test('dirty files, also renamed and untracked ones, and unpushed commits are warnings', () => {
		const state = status('# branch.upstream origin/main', '# branch.ab +2 -0', '1 .M N... 100644 100644 100644 aaa bbb charts/user/values file.yaml', '2 R. N... 100644 100644 100644 aaa bbb R100 new name.yaml\told.yaml', '? charts/user/x.yaml');
		assert.deepEqual(judgeGit([{name: 'chart', state}]).map(({level, what}) => `${level}: ${what}`), [
			'warning: Not committed: charts/user/values file.yaml, new name.yaml, charts/user/x.yaml. What is deployed is in no commit.',
			'warning: 2 commits of main not pushed: nobody else has what is deployed.',
			'note: Git: 0123456789ab (main).',
		]);
	});

	test('a clean, pushed tree is a note alone', () => {
		assert.deepEqual(judgeGit([{name: 'chart', state: status('# branch.upstream origin/main', '# branch.ab +0 -3')}]).map(({level}) => level), ['note']);
	});

	test('outside of git is one thing, git that can not be asked another', () => {
		assert.deepEqual(readGitState({exitCode: 128, stdout: '', stderr: 'fatal: not a git repository (or any of the parent directories): .git\n'}), {kind: 'outside'});
		assert.equal(readGitState({exitCode: 128, stdout: '', stderr: "fatal: detected dubious ownership in repository at '/x'\n"}).kind, 'unknown');
	});
});

describe('secrets in values files', () => {
	test('passwords, keys and tokens are found by line, never with their value', () => {
		const text = ['db:', '  password: hunter2hunter2', '  passwordFile: /run/secret', 'env:', '  - name: API_TOKEN', '    value: abcdef123', 'url: postgresql://a:hunter2@db/x', 'aws: AKIAIOSFODNN7EXAMPLE', 'key: |', '  -----BEGIN RSA PRIVATE KEY-----', '# password: old', 'existingSecret: user-db', 'tokenTtl: 30'].join('\n');
		assert.deepEqual(secretLines(text).map(({line}) => line), [2, 6, 7, 8, 10]);
		const findings = judgeValues('env.yaml', true, text);
		assert.equal(findings[0]?.where, 'env.yaml:2');
		assert.doesNotMatch(JSON.stringify(findings), /hunter2|abcdef123|AKIA/);
	});

	test('references, templates and files that sops encrypted are none', () => {
		assert.deepEqual(secretLines('password: ${DB_PASSWORD}\ntoken: ""\nsecret: {{ .x }}\nsecretName: user\n'), []);
		assert.deepEqual(secretLines('password: ENC[AES256_GCM,data:abc]\nsops:\n  mac: x\n'), []);
	});

	test('what git does not track is a note', () => {
		assert.deepEqual(judgeValues('a', false, 'password: abcdefgh').map(({level}) => level), ['note']);
		assert.deepEqual(judgeValues('a', null, 'password: abcdefgh').map(({level}) => level), ['warning']);
	});
});

describe('single values', () => {
	test('keep their type: a tag of digits stays text, a number stays a number, a comma does not split', () => {
		assert.deepEqual(settingFlags({'image.tag': '20240101', replicas: 3, debug: false, list: 'a,b', json: '{"a":1}'}, 'preview'), [
			'--set-string', 'image.tag=20240101', '--set-json', 'replicas=3', '--set-json', 'debug=false', '--set-json', 'list="a,b"', '--set-json', 'json="{\\"a\\":1}"',
		]);
	});

	test('a secret is refused, as every process could read it', () => {
		assert.throws(() => settingFlags({password: '${{ inputs.password }}'}, 'preview'), {code: 'secret-in-set'});
	});
});
