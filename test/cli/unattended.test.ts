import assert from 'node:assert/strict';
import {test} from 'node:test';

import {runUnattended} from '../../source/cli/unattended.ts';
import {aFolder, aMachine, aStartedRun} from '../engine/a-machine.ts';

test('without a terminal a failure that the runbook lets be retried is no end: the retry is waited for', async context => {
	const folder = aFolder(context);
	const engine = await aStartedRun(aMachine(folder), ["{id: flaky, run: 'if [ -e mark ]; then exit 0; fi; touch mark; exit 1', retry: 1, effect: reads}"]);
	let said = '';
	const io = {out: (text: string) => void (said += text), err: (text: string) => void (said += text), env: {}, cwd: folder, isTerminal: false, columns: 80};
	try {
		assert.equal(await runUnattended(engine, {yes: 'answered by --yes', typed: undefined, plain: false}, io), 0, said);
	} finally {
		await engine.close('left');
	}

	assert.match(said, /failed: Flaky.*\n.*started: Flaky, attempt 2\n(.*\n)+?.*succeeded: Flaky/);
});
