import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';

import type {Event} from '../../source/journal/event.ts';
import {createRun, type RunFolder} from '../../source/stores/run-folder.ts';
import type {LockOwner} from '../../source/stores/run-lock.ts';

export const runId = '01KB3V6Q0000000000000000AA';
export const by = 'op-a@ops1';
export const at = new Date('2026-11-24T09:18:00.464Z');
export const plan = '{"runbook":{"name":"Release"},"steps":[]}';

/** A folder that is gone after the test. */
export const temporaryFolder = (context: TestContext): string => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-stores-'));
	context.after(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
};

export const aRunFolder = (root: string, id = runId): RunFolder => createRun({root, runId: id, runbookText: 'name: Release\n', plan});

export const created: Event = {
	type: 'run.created',
	data: {
		run: runId,
		runbook: {name: 'Release', path: '/home/op-a/release.yaml', sha256: 'ab'.repeat(32)},
		plan: createHash('sha256').update(plan).digest('hex'),
		target: {name: 'uat', namespace: 'egov', protected: false},
		inputs: {version: '2.9.2'},
		slipway: '0.1.0',
		rehearsal: false,
	},
};

export const confirmed = (task: string, remark?: string): Event => ({type: 'task.confirmed', data: {task, answer: 'yes', remark}});

export const anOwner = (facts: Partial<LockOwner> = {}): LockOwner => ({runId, by, host: 'ops1', pid: process.pid, tty: 'pts/3', since: '2026-11-24T09:18:00.464Z', ...facts});
