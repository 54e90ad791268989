/**
A program that makes a run on a disk that is about to lose its power; run by the test in a process of its own.

	node power-loss-writer.ts STATE WITNESSES [forgetful]

Prints a line for whatever the operator may rely on from then on: `line SEQ HASH` for a line of the journal, `checkpoint LINES` for a signed
checkpoint. Now and then it starts an action, which leaves a file named after its attempt in WITNESSES, on another disk. `forgetful`: it flushes
nothing, to show that the test notices.
*/
import {mkdirSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

import {createCheckpointer} from '../../source/stores/checkpoints.ts';
import {createFileJournal} from '../../source/stores/file-journal.ts';
import {disk} from '../../source/stores/file-system.ts';
import {createRun} from '../../source/stores/run-folder.ts';
import {machineSigner} from '../../source/stores/signing.ts';
import type {Event} from '../../source/journal/event.ts';
import {createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {at, by, confirmed, created, plan, runId} from './a-run.ts';

const [root = '', witnesses = '', mode] = process.argv.slice(2);
const files = mode === 'forgetful' ? {...disk, fsync: () => {}, fdatasync: () => {}} : disk;

const tell = (text: string): void => void writeSync(1, `${text}\n`);

const folder = createRun({root, runId, runbookText: 'name: Release\n', plan, files});
const store = createFileJournal({folder: folder.path, runId, genesis: folder.genesis, by, files});
const checkpointer = createCheckpointer({folder: folder.path, store, signer: machineSigner(root), files});
const supervisor = createShellSupervisor();

const append = (event: Event): void => {
	const {seq} = store.append(event, at);
	tell(`line ${seq} ${store.head}`);
};

append(created);
for (let number = 1; ; number++) {
	for (let index = 0; index < 6; index++) append(confirmed(`read-${number}-${index}`, 'x'.repeat((number * 37 + index * 211) % 900)));
	checkpointer.request();
	tell(`checkpoint ${store.checkpoint().lines}`);
	const attempt = join(folder.path, 'attempts', `say.${number}`);
	mkdirSync(attempt, {mode: 0o700});
	append({type: 'attempt.started', data: {task: 'say', attempt: number, effect: 'changes', argv: ['sh'], cwd: '/', env: [], commands: ['sh'], consent: 'enter', requires: []}});
	supervisor.start({folder: attempt, runId, taskId: 'say', attempt: number, argv: ['/bin/sh', '-c', 'echo ran >"$0"', join(witnesses, String(number))], cwd: '/', env: {PATH: '/usr/bin:/bin'}});
}
