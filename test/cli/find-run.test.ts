import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {findRun} from '../../source/cli/find-run.ts';
import {Problem} from '../../source/errors.ts';
import {aFolder} from '../engine/a-machine.ts';
import {writePastRun, type PastRun} from '../engine/a-past-run.ts';

/** What is meant by no name on a machine with these runs, the oldest first: an id, or the words of the refusal. */
const meantBy = (context: TestContext, past: readonly PastRun[]): {readonly ids: readonly string[]; readonly meant: string} => {
	const folder = aFolder(context);
	const ids = past.map(run => writePastRun(join(folder, 'state/slipway'), run));
	try {
		return {ids, meant: findRun({out: () => {}, err: () => {}, env: {HOME: folder, XDG_STATE_HOME: join(folder, 'state')}, cwd: folder, isTerminal: false, columns: 80}, undefined, 'unfinished')};
	} catch (error) {
		assert.ok(error instanceof Problem);
		return {ids, meant: `${error.what} ${error.why} ${error.todo}`};
	}
};

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 20, hour));

test('the only run that has not ended is meant when none is named, however many came after it', context => {
	const {ids, meant} = meantBy(context, [{at: at(8)}, {at: at(9), ends: 'open'}, ...Array.from({length: 30}, (_, index): PastRun => ({at: new Date(at(10).getTime() + index * 1000)})), {at: at(11), ends: 'open', rehearsal: true}]);
	assert.equal(meant, ids[1]);
});

test('of several none is chosen: they are named, the newest first', context => {
	const {ids, meant} = meantBy(context, [{at: at(8), ends: 'open', target: 'uat'}, {at: at(9)}, {at: at(10), ends: 'running'}]);
	assert.match(meant, new RegExp(`^2 runs are unfinished\\. They are:\\n +${ids[2]} {2}egov-user 2\\.9\\.0 → 2\\.9\\.1, production, .+ running\\n +${ids[0]} {2}egov-user .+, uat, open at .+\\n Name one of them`));
});

test('where all have ended that is said, not that there is none', context => {
	assert.match(meantBy(context, [{}]).meant, /^There is no unfinished run\. .*has ended.* See `slipway runs`\.$/);
	assert.match(meantBy(context, []).meant, /^There is no run yet\./);
});
