import assert from 'node:assert/strict';
import {test} from 'node:test';

import {refuseOldNode} from '../../source/cli/refuse-old-node.ts';
import packageJson from '../../package.json' with {type: 'json'};

test('a node that is too old is refused in words, one that is new enough is not', () => {
	for (const old of ['18.20.0', '20.20.2', '22.17.9']) assert.throws(() => refuseOldNode(old), new RegExp(`needs Node 22\\.18 or later\\. This is Node ${old.replaceAll('.', '\\.')}`));
	for (const good of ['22.18.0', '22.20.1', '24.0.0', '25.1.0']) refuseOldNode(good);
	assert.equal(packageJson.engines.node, '>=22.18');
});
