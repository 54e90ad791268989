import assert from 'node:assert/strict';
import {test} from 'node:test';

import {createLoginThrottle} from './login-throttle.mjs';

test('the first attempts of a minute go through', () => {
	const throttle = createLoginThrottle(5);
	assert.deepEqual([0, 1, 2, 3, 4].map(at => throttle.mayTry('EMP-00001', at)), [true, true, true, true, true]);
});

test('one more within the minute is held back', () => {
	const throttle = createLoginThrottle(2);
	assert.deepEqual([0, 1000, 2000].map(at => throttle.mayTry('EMP-00001', at)), [true, true, false]);
});

test('a minute later it goes through again', () => {
	const throttle = createLoginThrottle(1);
	assert.equal(throttle.mayTry('EMP-00001', 0), true);
	assert.equal(throttle.mayTry('EMP-00001', 59_999), false);
	assert.equal(throttle.mayTry('EMP-00001', 60_000), true);
});

test('what is held back does not count', () => {
	const throttle = createLoginThrottle(1);
	for (const at of [0, 30_000, 59_000]) throttle.mayTry('EMP-00001', at);
	assert.equal(throttle.mayTry('EMP-00001', 60_001), true);
});

test('users do not hold each other back', () => {
	const throttle = createLoginThrottle(1);
	assert.equal(throttle.mayTry('EMP-00001', 0), true);
	assert.equal(throttle.mayTry('EMP-00002', 0), true);
});
