import assert from 'node:assert/strict';
import {test} from 'node:test';

import type {JournalLine} from '../../source/journal/event.ts';
import {isEventType, shapeProblem} from '../../source/journal/event-shape.ts';
import {at, by, everyEvent, eventTypes, genesis} from './a-journal.ts';

const lineWith = (type: string, data: unknown): JournalLine => ({v: 1, seq: 0, prev: genesis, epoch: 1, at, by, type, data}) as unknown as JournalLine;

/** Those that `event.ts` marks with a question mark. */
const optional: Readonly<Record<string, readonly string[]>> = {
	'run.created': ['allowedSigners'],
	'session.opened': ['takeOver', 'signer'],
	'task.confirmed': ['person', 'remark', 'reference', 'attachments'],
	'checklist.answered': ['finding', 'reference', 'remark'],
	'checklist.waived': ['finding'],
	'checklist.withdrawn': ['finding', 'remark'],
	'gate.overridden': ['typed'],
	'approval.given': ['remark'],
	'attempt.started': ['timeoutMs'],
	'attempt.probed': ['alive'],
	'attempt.resolved': ['how', 'world', 'output', 'evidence', 'unread'],
};

test('every event has the shape of its type, also when a newer program added something to it', () => {
	for (const type of eventTypes) {
		assert.equal(shapeProblem(lineWith(type, everyEvent[type])), null, type);
		assert.equal(shapeProblem(lineWith(type, {...everyEvent[type], added: true})), null, type);
		assert.ok(isEventType(type));
	}
});

test('an event without a field that it must have, or with one of another kind, is refused, and the field is named', () => {
	for (const type of eventTypes) {
		for (const field of Object.keys(everyEvent[type])) {
			const {[field]: _, ...without} = everyEvent[type] as Record<string, unknown>;
			const isOptional = optional[type]?.includes(field) ?? false;
			const missing = shapeProblem(lineWith(type, without));
			assert.equal(missing === null, isOptional, `${type} without ${field}: ${missing}`);
			const wrong = shapeProblem(lineWith(type, {...everyEvent[type], [field]: [{}]}));
			assert.match(wrong ?? '', new RegExp(`^is no ${type}: data\\.${field}`), type);
		}
	}
});

test('an event that this program does not know is refused in words', () => {
	assert.match(shapeProblem(lineWith('moon.landed', {})) ?? '', /is a "moon\.landed", which this program does not know/);
	for (const name of ['toString', '__proto__', 'constructor', '']) assert.match(shapeProblem(lineWith(name, {})) ?? '', /does not know/, name);
	assert.ok(!isEventType('toString'));
});
