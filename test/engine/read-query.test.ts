import assert from 'node:assert/strict';
import {test} from 'node:test';

import {readFlag, readQuery} from '../../source/engine/read-query.ts';
import {Problem} from '../../source/errors.ts';

const now = new Date('2026-11-24T12:00:00.000Z');

test('words and parts are told apart', () => {
	assert.deepEqual(readQuery('  OTP  2.9 target:production by:op-a result:rolled-back since:30d until:2026-11-01 waived', now), {
		words: ['otp', '2.9'],
		target: 'production',
		by: 'op-a',
		standings: ['rolled-back'],
		since: Date.parse('2026-10-25T12:00:00.000Z'),
		until: Date.parse('2026-11-02T00:00:00.000Z'),
		isWaived: true,
	});
	assert.deepEqual(readQuery('result:unfinished', now), {isOpen: true});
	assert.deepEqual(readQuery('', now), {});
});

test('a part that is still being typed is a word', () => {
	assert.deepEqual(readQuery('since:3 result:roll target: http://x', now), {words: ['since:3', 'result:roll', 'target:', 'http://x']});
});

test('a flag that can not be read is refused, with what it could be', () => {
	assert.throws(() => readFlag('since', 'yesterday', now), (error: unknown) => error instanceof Problem && error.why.includes('2026-11-24'));
	assert.throws(() => readFlag('result', 'rolledback', now), (error: unknown) => error instanceof Problem && error.why.includes('rolled-back'));
	assert.throws(() => readFlag('since', '2026-13-45', now), Problem);
});
