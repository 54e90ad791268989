import assert from 'node:assert/strict';

import type {AnyAction, Ended, Judgement} from '../../source/actions/action.ts';

/** What an action says of an end. Every output in it has to be declared: `slipway validate` and docs/runbook.md know no others. */
export const judgeDeclared = (action: Pick<AnyAction, 'uses' | 'outputs' | 'judge'>, ended: Ended): Judgement => {
	const judgement = action.judge(ended);
	const unknown = Object.keys(judgement.outputs).filter(name => !Object.hasOwn(action.outputs, name));
	assert.deepEqual(unknown, [], `${action.uses} gives ${unknown.join(', ')}, which its \`outputs\` do not name: say there what it is`);
	return judgement;
};
