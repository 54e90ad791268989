import assert from 'node:assert/strict';
import {test} from 'node:test';

import {redactor, redactUrls, safeRedactor} from '../../source/text/redact.ts';
import {byteRedactor} from '../../source/text/redact-stream.ts';
import {randomFrom} from './hostile-text.ts';

const secret = `hun"ter's 2\n-----BEGIN KEY-----`;

const forms: readonly (readonly [string, string])[] = [
	['as it is', secret],
	['one of its lines', '-----BEGIN KEY-----'],
	['URL-encoded', encodeURIComponent(secret)],
	['JSON-escaped', JSON.stringify({secret})],
	['shell-quoted', `'${secret.replaceAll("'", `'\\''`)}'`],
	['in base64', Buffer.from(secret).toString('base64')],
	['in base64, one byte later', Buffer.from(`x${secret}`).toString('base64')],
	['in base64, two bytes later', Buffer.from(`xy${secret}yx`).toString('base64')],
	['as a value of --set', `helm upgrade user . --set password=${secret}`],
];

for (const [name, text] of forms) {
	test(`a secret is taken out ${name}`, () => {
		const redacted = redactor([secret])(text);
		assert.match(redacted, /\[redacted\]/);
		assert.doesNotMatch(redacted, /hun|BEGIN|aHVu|h1bi|odW4/);
	});
}

test('the longer of two secrets goes first, so that no rest of it stays', () => {
	assert.equal(redactor(['password', 'password-of-production'])('x password-of-production y'), 'x [redacted] y');
});

test('what is shorter than four bytes is no secret', () => {
	assert.equal(redactor(['abc', ''])('abc abc'), 'abc abc');
	assert.equal(redactor(['äö'])('äö'), '[redacted]');
});

test('the password of a URL is taken out even when nobody declared it', () => {
	assert.equal(redactUrls('postgresql://op:hunter2@db:5432/x and redis://:hunter2@r'), 'postgresql://op:[redacted]@db:5432/x and redis://:[redacted]@r');
	assert.equal(redactUrls('https://host/path:a@b'), 'https://host/path:a@b');
});

test('an escape sequence inside a secret does not hide it', () => {
	assert.equal(safeRedactor(redactor(['hunter2']))('is hun\u001B[0mter2!'), 'is [redacted]!');
});

test('a stream gives the same as the whole text, wherever it is cut', () => {
	const random = randomFrom(7);
	const secrets = ['aaab', 'abcabc', 'cabca-long-secret', 'päss'];
	const alphabet = ['a', 'b', 'c', '-', 'long', 'aaab', 'abcabc', 'cabca-long-secret', 'päss', 'ä', '\n'];
	for (let round = 0; round < 5000; round++) {
		const bytes = Buffer.from(Array.from({length: random(20)}, () => alphabet[random(alphabet.length)]).join(''));
		const whole = byteRedactor(secrets);
		const expected = Buffer.concat([whole.push(bytes), whole.flush()]).toString();
		const stream = byteRedactor(secrets);
		const parts: Uint8Array[] = [];
		for (let from = 0; from < bytes.length;) {
			const to = from + 1 + random(6);
			parts.push(stream.push(bytes.subarray(from, to)));
			from = to;
		}

		const redacted = Buffer.concat([...parts, stream.flush()]).toString();
		assert.equal(redacted, expected);
		for (const form of secrets) assert.ok(!redacted.includes(form), `${form} in ${redacted}`);
	}
});

test('a stream without secrets passes every byte', () => {
	const stream = byteRedactor([]);
	assert.deepEqual(stream.push(Buffer.from([0, 255, 128])), Buffer.from([0, 255, 128]));
});
