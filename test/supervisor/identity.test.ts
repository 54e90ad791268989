import assert from 'node:assert/strict';
import {test} from 'node:test';

import {parseIdentity} from '../../source/supervisor/identity.ts';

test('an identity is read back only when it is exact', () => {
	assert.deepEqual(parseIdentity('4711 8812345 0b1c-2d'), {pid: 4711, start: 8_812_345, boot: '0b1c-2d'});
	for (const wrong of ['', 'pending', '4711', '4711 88', '-4711 88 b', '4711 88 b c', '4711 88 b\0', '4.7 88 b']) {
		assert.equal(parseIdentity(wrong), null, JSON.stringify(wrong));
	}
});

test('a number that would make a signal reach every process, or this program, is no identity', () => {
	for (const pid of ['0', '1', '00', '01']) {
		assert.equal(parseIdentity(`${pid} 88 b`), null, pid);
	}
});
