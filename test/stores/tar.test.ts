import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';

import {readTar} from '../../source/stores/read-tar.ts';
import {padding, tarEnd, tarHeader} from '../../source/stores/tar.ts';
import {randomFrom, seed} from '../a-seed.ts';

type File = {readonly path: string; readonly content: string};

const archiveOf = (files: readonly File[], link: string | null = null): Buffer =>
	Buffer.concat([...files.flatMap(({path, content}) => [tarHeader({path, sizeBytes: link === null ? Buffer.byteLength(content) : 0, link, modifiedAt: 1_795_000_000}), Buffer.from(link === null ? content : ''), padding(link === null ? Buffer.byteLength(content) : 0)]), tarEnd]);

const read = (bytes: Buffer): ReturnType<typeof readTar> => readTar((at, length) => bytes.subarray(at, at + length), bytes.length);

const aFolder = (context: TestContext): string => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-tar-'));
	context.after(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
};

const files: readonly File[] = [
	{path: 'run/journal.jsonl', content: '{"v":1}\n'},
	{path: 'run/empty', content: ''},
	{path: `run/${'deep/'.repeat(20)}file`, content: 'split'},
	{path: `run/${'n'.repeat(180)}/${'m'.repeat(150)}`, content: 'x'.repeat(512)},
	{path: 'run/evidence/日本語 – report.xml', content: 'y'.repeat(1025)},
];

test('tar unpacks what was packed, also long names and names in other scripts', context => {
	const folder = aFolder(context);
	writeFileSync(join(folder, 'a.tar'), archiveOf(files));
	execFileSync('tar', ['xf', 'a.tar'], {cwd: folder, env: {...process.env, LC_ALL: 'C.UTF-8'}});
	for (const {path, content} of files) assert.equal(readFileSync(join(folder, path), 'utf8'), content);
});

test('what tar packs is read, in its own formats', context => {
	const folder = aFolder(context);
	for (const {path, content} of files) {
		execFileSync('mkdir', ['-p', join(folder, path, '..')]);
		writeFileSync(join(folder, path), content);
	}

	for (const format of ['ustar', 'pax']) {
		const names = files.filter(({path}) => format === 'pax' || (path.length < 200 && !path.includes('本'))).map(({path}) => path);
		execFileSync('tar', [`--format=${format}`, '-cf', 'b.tar', ...names], {cwd: folder});
		const entries = read(readFileSync(join(folder, 'b.tar')));
		assert.ok(typeof entries !== 'string', String(entries));
		assert.deepEqual(entries.map(({path}) => path), names);
	}

	assert.ok(existsSync(join(folder, 'b.tar')));
});

test('what was packed is read again', () => {
	const bytes = archiveOf(files);
	const entries = read(bytes);
	assert.ok(typeof entries !== 'string', String(entries));
	assert.deepEqual(entries.map(({path, at, sizeBytes}) => ({path, content: bytes.subarray(at, at + sizeBytes).toString('utf8')})), files);
});

test('a link is read as what is never made', () => {
	const entries = read(archiveOf([{path: 'run/evidence/a', content: ''}], '/etc/passwd'));
	assert.deepEqual(typeof entries === 'string' ? entries : entries.map(({kind}) => kind), ['other']);
});

test('an archive that is cut anywhere breaks off', () => {
	const bytes = archiveOf(files);
	for (let length = 0; length < bytes.length - tarEnd.length; length += 97) assert.equal(typeof read(bytes.subarray(0, length)), 'string', `${length} bytes`);
});

test('no damage to a header gives other names without a word', () => {
	const bytes = archiveOf(files);
	const names = new Set(files.map(({path}) => path));
	const random = randomFrom(seed);
	for (let round = 0; round < 500; round++) {
		const damaged = Buffer.from(bytes);
		const at = Math.floor(random() * 512);
		damaged[at] = (damaged[at] ?? 0) ^ (1 + Math.floor(random() * 255));
		const entries = read(damaged);
		if (typeof entries !== 'string') assert.ok(entries.every(({path}) => names.has(path)), `byte ${at}, seed ${seed}`);
	}
});
