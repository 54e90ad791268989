import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';

import {readRecords, writeRecorder} from '../../source/workers/helm-recorder.ts';

test('notes what it is given from any folder, and takes nothing of its path for code', () => {
	const root = mkdtempSync(join(tmpdir(), 'slipway-recorder-'));
	try {
		for (const name of ['plain', 'a b', 'dou"ble', "sing'le", '$HOME', '`touch run`', '$(touch run)', 'two\nlines']) {
			const recorder = join(root, name, 'helm');
			writeRecorder({recorder, helm: '/bin/false', clusterFlags: [], namespace: 'egov'});
			const {status, stderr} = spawnSync(recorder, ['uninstall', name], {encoding: 'utf8', cwd: root});
			assert.equal(status, 0, stderr);
			assert.deepEqual(readRecords(recorder).map(({argv}) => argv), [['uninstall', name]]);
			rmSync(join(root, name, '1'), {recursive: true});
		}

		assert.ok(!existsSync(join(root, 'run')));
	} finally {
		rmSync(root, {recursive: true});
	}
});
