import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {test, type TestContext} from 'node:test';

import {Problem} from '../../source/errors.ts';
import {genesisOf, writeLine} from '../../source/journal/chain.ts';
import type {JournalStore} from '../../source/stores/journal-store.ts';
import {at, by, confirmed, created, runId} from './a-run.ts';

export const genesis = genesisOf(runId, 'ab'.repeat(32));

/** What every journal keeps, whatever it is made of. */
export const testJournal = (kind: string, create: (context: TestContext) => JournalStore): void => {
	test(`${kind}: a line is chained to the one before, the first to the run and its runbook`, context => {
		const store = create(context);
		const first = store.append(created, at);
		const head = store.head;
		const second = store.append(confirmed('read'), at);
		assert.equal(first.prev, genesis);
		assert.equal(second.prev, head);
		assert.equal(head, createHash('sha256').update(writeLine(first)).digest('hex'));
		assert.deepEqual(store.lines.map(({seq, type}) => [seq, type]), [[0, 'run.created'], [1, 'task.confirmed']]);
		assert.deepEqual([second.at, second.by, second.epoch], ['2026-11-24T09:18:00.464Z', by, 1]);
		store.close();
	});

	test(`${kind}: the line that comes back is the one that a reader will read`, context => {
		const store = create(context);
		const line = store.append(confirmed('read', undefined), at);
		assert.ok(!('remark' in line.data));
		store.close();
	});

	test(`${kind}: a line that is too long is refused, and the journal goes on`, context => {
		const store = create(context);
		store.append(created, at);
		assert.throws(() => store.append(confirmed('read', 'x'.repeat(64 * 1024)), at), (error: unknown) => error instanceof Problem && error.code === 'event-too-large');
		store.append(confirmed('read'), at);
		assert.equal(store.lines.length, 2);
		store.close();
	});

	test(`${kind}: a checkpoint says how far the journal has come`, context => {
		const store = create(context);
		assert.deepEqual(store.checkpoint(), {run: runId, lines: 0, bytes: 0, head: genesis, prefix: createHash('sha256').digest('hex')});
		const texts = [store.append(created, at), store.append(confirmed('read', 'é\u202E'), at)].map(writeLine);
		const whole = Buffer.from(texts.join(''));
		assert.deepEqual(store.checkpoint(), {run: runId, lines: 2, bytes: whole.length, head: store.head, prefix: createHash('sha256').update(whole).digest('hex')});
		store.close();
	});

	test(`${kind}: a closed journal takes no more lines`, context => {
		const store = create(context);
		store.append(created, at);
		store.close();
		assert.throws(() => store.append(confirmed('read'), at), Problem);
		assert.equal(store.lines.length, 1);
	});
};
