import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';

import {splitWords} from '../../source/text/split-words.ts';

test('words are taken apart as a shell does it', () => {
	for (const line of ['a.png', ' a.png  b.pdf ', "'/tmp/log in.png' b", '"log in.png"', String.raw`/tmp/log\ in.png`, `x'y z'"u v"w`, String.raw`it\'s.png`, "''"])
		assert.deepEqual(splitWords(line), execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], {encoding: 'utf8'}).replace(/\n$/, '').split('\n'), line);
	assert.deepEqual(splitWords('  '), []);
	assert.deepEqual(splitWords("it's.png"), ["it's.png"]);
	assert.deepEqual(splitWords('日本 語.png'), ['日本', '語.png']);
});
