import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {describe, test} from 'node:test';

import {postgresSnapshot} from '../../source/actions/postgres-snapshot.ts';
import {aFolder, carryOut, planInputOf} from './carry-out.ts';

const now = new Date('2026-11-24T10:00:00Z');
const settings = {id: 'rds:egov-2026-11-24', status: 'available', taken: '2026-11-24T09:18:00Z', person: 'op-b'};

describe('postgres/snapshot', () => {
	test('without a proof it is the word of a person, and says so', async () => {
		const folder = aFolder();
		const {outcome, summary, outputs, findings, evidence} = await carryOut(postgresSnapshot, settings, {folder: folder.path, now});
		assert.deepEqual([outcome, summary], ['succeeded', 'rds:egov-2026-11-24, available, on the word of op-b']);
		assert.deepEqual(outputs, {id: settings.id, status: 'available', taken: '2026-11-24T09:18:00.000Z', person: 'op-b', proof: 'claimed'});
		assert.deepEqual(findings.map(({level}) => level), ['warning']);
		assert.equal((JSON.parse(readFileSync(evidence[0] ?? '', 'utf8')) as {id: string}).id, settings.id);
		folder.remove();
	});

	test('a command that ends with 0 proves it, and gets the id', async () => {
		const folder = aFolder();
		const {outcome, summary, outputs, evidence, plan} = await carryOut(postgresSnapshot, {...settings, 'max-age': '2h', proof: ['sh', '-c', 'test "$1" = rds:egov-2026-11-24 && echo it is there', 'sh', '{}']}, {folder: folder.path, now});
		assert.deepEqual([outcome, summary, outputs['proof'], outputs['maxAgeMs']], ['succeeded', 'rds:egov-2026-11-24, available, proved', 'proved', '7200000']);
		assert.equal(readFileSync(evidence[1] ?? '', 'utf8'), 'it is there\n');
		assert.equal(plan.commands[0]?.effect, 'reads');
		folder.remove();
	});

	test('a command that ends with anything else refutes it', async () => {
		const folder = aFolder();
		const {outcome, summary, outputs} = await carryOut(postgresSnapshot, {...settings, proof: ['sh', '-c', 'echo DBSnapshotNotFound >&2; exit 254']}, {folder: folder.path, now});
		assert.deepEqual([outcome, summary, outputs['proof']], ['failed', 'rds:egov-2026-11-24 is not proved: DBSnapshotNotFound', 'refuted']);
		folder.remove();
	});

	const refused: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
		['a time without a zone', {taken: '2026-11-24 09:18'}, 'snapshot-time'],
		['a time that is none', {taken: 'yesterday evening Z'}, 'snapshot-time'],
		['a time to come', {taken: '2026-11-24T10:30:00Z'}, 'snapshot-time'],
		['a state that is not finished', {status: 'creating'}, 'snapshot-unfinished'],
		['one that is too old', {'max-age': '30m'}, 'snapshot-old'],
		['a proof that is not there', {proof: ['no-such-tool']}, 'tool-missing'],
	];
	for (const [what, change, code] of refused) {
		test(`refuses ${what}`, () => {
			assert.throws(() => postgresSnapshot.plan(planInputOf(postgresSnapshot, {...settings, ...change}, {folder: '/runs/r1', now})), {code});
		});
	}
});
