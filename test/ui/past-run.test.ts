import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';

import {engineAt} from '../../source/engine/replay-run.ts';
import {nothingUsual} from '../../source/run/durations.ts';
import {makeSafe} from '../../source/text/safe-text.ts';
import {PaperOutput} from '../../source/ui/gallery/paper-output.ts';
import {openRunSession} from '../../source/ui/screens/run/run-session.ts';
import {themeFrom} from '../../source/ui/theme.ts';
import {aFolder, aMachine} from '../engine/a-machine.ts';
import {writePastRun} from '../engine/a-past-run.ts';

test('a run as it was at a line tells the times of then, not those since', async context => {
	const folder = aFolder(context);
	const runId = writePastRun(join(folder, 'state/slipway'), {ends: 'rolled-back'});
	const engine = engineAt(aMachine(folder), runId, 9);
	const session = openRunSession({engine, theme: themeFrom({LANG: 'C.UTF-8'}), clean: makeSafe, clock: () => new Date(), openOutput: () => new PaperOutput([]), readFile: () => null, usual: nothingUsual, onLeave: () => {}, settleMs: 0});
	context.after(() => session.close());
	const text = session
		.draw({columns: 120, rows: 30}, 0)
		.rows.map(({left, right = []}) => [...left, ...right].map(span => span.text).join(''))
		.join('\n');
	assert.match(text, /changing since \S+ · 3 min *\n/, text);
	assert.match(text, /0 s/);
	assert.equal(session.isLively(), false);
	await engine.close('left');
});

test('what could be started at a line is judged by what was known then', async context => {
	const folder = aFolder(context);
	const runId = writePastRun(join(folder, 'state/slipway'), {ends: 'rolled-back'});
	const engine = engineAt(aMachine(folder), runId, 1);
	assert.deepEqual(engine.preview('read').gates.map(({id, state}) => [id, state]), [['order', 'closed']]);
	await engine.close('left');
});
