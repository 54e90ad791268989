import assert from 'node:assert/strict';
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {test, type TestContext} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';

import {hashLine, writeLine} from '../../source/journal/chain.ts';
import {checkpointNamespace, parseCheckpoint} from '../../source/journal/checkpoint.ts';
import type {JournalLine} from '../../source/journal/event.ts';
import {checkSignature} from '../../source/journal/sshsig.ts';
import {readPairs} from '../../source/stores/checkpoints.ts';
import {openFileJournal} from '../../source/stores/file-journal.ts';
import {openRunFolder} from '../../source/stores/run-folder.ts';
import {randomFrom, seed} from '../a-seed.ts';
import {by, runId} from './a-run.ts';

/** Each with the least size that it can have, and how many plugs are pulled. */
const fileSystems = [
	{name: 'ext4', megabytes: 48, make: ['mkfs.ext4', '-q', '-F'], rounds: 6},
	{name: 'xfs', megabytes: 300, make: ['mkfs.xfs', '-q', '-f'], rounds: 3},
	{name: 'btrfs', megabytes: 128, make: ['mkfs.btrfs', '-q', '-f'], rounds: 3},
] as const;

type Kind = (typeof fileSystems)[number];

const random = randomFrom(seed);

/** What was on the disk, and what its operator had been told, when the plug was pulled. */
type Loss = {readonly root: string; readonly told: readonly string[]; readonly witnesses: readonly number[]};

/** A mounted disk in a file, or the reason why there can be none here. */
const mountImage = (image: string, folder: string): string | null => {
	mkdirSync(folder);
	const {status, stderr} = spawnSync('mount', ['-o', 'loop', image, folder], {encoding: 'utf8'});
	return status === 0 ? null : stderr.trim();
};

const whyNot = (context: TestContext, {name, make}: Kind): string | null => {
	if (process.getuid?.() !== 0) return 'mounting a disk needs root';
	if (spawnSync(make[0], ['-V']).error !== undefined) return `${make[0]} is not installed`;
	const probe = mkdtempSync(join(tmpdir(), 'slipway-loop-'));
	context.after(() => rmSync(probe, {recursive: true}));
	const image = aDisk(probe, fileSystems.find(kind => kind.name === name)!);
	const refusal = mountImage(image, join(probe, 'disk'));
	spawnSync('umount', ['-l', join(probe, 'disk')]);
	return refusal === null ? null : `this machine can't mount ${name}: ${refusal}`;
};

const aDisk = (within: string, {name, megabytes, make}: Kind): string => {
	const image = join(within, `${name}.image`);
	writeFileSync(image, '');
	truncateSync(image, megabytes * 1024 * 1024);
	execFileSync(make[0], [...make.slice(1), image], {stdio: ['ignore', 'ignore', 'pipe']});
	return image;
};

/** Runs the writer on a disk, stops it at a random moment, and copies the disk as it is: what was never flushed is in no copy. */
const pullThePlug = async (context: TestContext, kind: Kind, ...mode: readonly string[]): Promise<Loss> => {
	const within = mkdtempSync(join(tmpdir(), 'slipway-power-'));
	const [before, after, witnesses] = ['before', 'after', 'witnesses'].map(name => join(within, name)) as [string, string, string];
	context.after(() => {
		for (const folder of [before, after]) spawnSync('umount', ['-l', folder]);
		rmSync(within, {recursive: true, force: true});
	});
	const image = aDisk(within, kind);
	assert.equal(mountImage(image, before), null);
	mkdirSync(witnesses);
	const writer = spawn(process.execPath, [join(import.meta.dirname, 'power-loss-writer.ts'), join(before, 'state'), witnesses, ...mode], {stdio: ['ignore', 'pipe', 'inherit']});
	let said = '';
	writer.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
	for (const deadline = performance.now() + 30_000; readdirSync(witnesses).length === 0; await wait(2)) assert.ok(performance.now() < deadline, 'the first action runs');
	await wait(random() * 250);
	writer.kill('SIGSTOP');
	while (!/\) [TZ] /.test(readFileSync(`/proc/${writer.pid}/stat`, 'utf8'))) await new Promise(setImmediate);
	const ran = readdirSync(witnesses).map(Number);
	execFileSync('cp', ['--sparse=always', image, `${image}.cut`]);
	writer.kill('SIGKILL');
	await once(writer, 'close');
	await unmount(before);
	assert.equal(mountImage(`${image}.cut`, after), null, 'the disk can be mounted after the power is back');
	return {root: join(after, 'state'), told: said.split('\n').slice(0, -1), witnesses: ran};
};

/** Before its copy is mounted: two disks of one identity at once are refused, or taken for one. */
const unmount = async (folder: string): Promise<void> => {
	for (const deadline = performance.now() + 20_000; spawnSync('umount', [folder]).status !== 0; await wait(5)) assert.ok(performance.now() < deadline, `${folder} is still in use`);
	// Btrfs remembers where it has seen an identity, and how new it was.
	spawnSync('btrfs', ['device', 'scan', '--forget']);
};

const linesAfter = ({root}: Loss): readonly JournalLine[] => {
	const folder = openRunFolder(root, runId);
	const {store, unrecorded} = openFileJournal({folder: folder.path, runId, genesis: folder.genesis, by});
	assert.ok(unrecorded.length <= 1);
	const lines = [...store.lines];
	store.close();
	return lines;
};

const lostLines = (loss: Loss, lines: readonly JournalLine[]): readonly string[] => {
	const there = new Set(lines.map(line => `line ${line.seq} ${hashLine(Buffer.from(writeLine(line)))}`));
	return loss.told.filter(said => said.startsWith('line ') && !there.has(said));
};

for (const kind of fileSystems) {
	test(`${kind.name}: what was said to be on the disk is there after a power cut, and what ran is known to have run`, {timeout: 60_000}, async context => {
		const reason = whyNot(context, kind);
		if (reason !== null) return context.skip(reason);
		let lines = 0;
		let ran = 0;
		for (let round = 0; round < kind.rounds; round++) {
			const story = `seed ${seed}, round ${round}`;
			const loss = await pullThePlug(context, kind);
			const kept = linesAfter(loss);
			assert.deepEqual(lostLines(loss, kept), [], `${story}: lines that were acknowledged`);
			assert.ok(kept.length <= loss.told.filter(said => said.startsWith('line ')).length + 1, `${story}: at most one line that was being written`);

			const covered = Number(loss.told.findLast(said => said.startsWith('checkpoint '))?.split(' ')[1] ?? 0);
			const folder = join(loss.root, 'runs', runId);
			const good = readPairs(folder).filter(({text, signature}) => signature !== null && checkSignature(text, signature, checkpointNamespace).kind === 'good');
			assert.ok(covered === 0 || good.some(({text}) => (parseCheckpoint(text)?.lines ?? 0) >= covered), `${story}: the signed checkpoint of ${covered} lines`);

			for (const number of loss.witnesses) {
				assert.ok(kept.some(line => line.type === 'attempt.started' && line.data.attempt === number), `${story}: attempt ${number} ran and the journal does not know it`);
				assert.match(readFileSync(join(folder, 'attempts', `say.${number}`, 'pid'), 'latin1'), /^\d+ \d+ /, `${story}: attempt ${number} ran and would be called never started`);
			}

			lines += kept.length;
			ran += loss.witnesses.length;
		}

		context.diagnostic(`seed ${seed}: ${lines} lines, ${ran} actions in ${kind.rounds} power cuts`);
		assert.ok(lines > kind.rounds * 3 && ran > 0, `${lines} lines, ${ran} actions`);
	});
}

test('a program that does not flush loses what it said: these tests notice', {timeout: 60_000}, async context => {
	const [kind] = fileSystems;
	const reason = whyNot(context, kind);
	if (reason !== null) return context.skip(reason);
	const loss = await pullThePlug(context, kind, 'forgetful');
	let lost: readonly string[];
	try {
		lost = lostLines(loss, linesAfter(loss));
	} catch {
		lost = loss.told;
	}

	assert.ok(lost.length > 0, `${loss.told.length} lines were said to be on the disk and all are`);
});
