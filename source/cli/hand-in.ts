import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';

import type {Reply} from '../engine/engine.ts';
import {readRun, type ReadRun} from '../engine/read-run.ts';
import type {HandedIn} from '../engine/take-approvals.ts';
import {approvalWorth} from '../run/approvals.ts';
import {inboxAnswer, putIntoInbox} from '../stores/approvals-folder.ts';
import {runOwner} from '../stores/run-lock.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Io} from './command.ts';

/** The process that drives the run looks every second. */
const patienceMs = 15_000;

/** Gives an approval to whoever drives the run, and tells what came of it. When nobody does, it waits there for the next one. Gives the exit status. */
export const handIn = async ({folder, state}: ReadRun, approval: HandedIn, io: Io): Promise<number> => {
	const name = `${Date.now()}-${process.pid}`;
	putIntoInbox(folder, name, `${JSON.stringify(approval)}\n`);
	const deadline = Date.now() + patienceMs;
	for (;;) {
		const answer = inboxAnswer(folder, name);
		if (answer !== null) return tell(JSON.parse(answer) as Reply, state.id, approval.task, io);
		if (runOwner(folder) === null) {
			io.out(`Handed in. Nobody drives the run now; it is taken when the run goes on: slipway resume ${state.id}\n`);
			return 0;
		}

		if (Date.now() > deadline) {
			io.err('slipway: Handed in, but who drives the run has not taken it yet.\n  It stays there and is taken as soon as that program looks.\n');
			return 1;
		}

		await pause(100);
	}
};

const tell = (reply: Reply, runId: string, task: string, io: Io): number => {
	if (!reply.done) {
		io.err(`slipway: ${reply.refusal.what}\n  ${reply.refusal.todo}\n`);
		return 1;
	}

	const given = readRun(io.env, runId).state.tasks[task]?.approvals.at(-1);
	io.out(makeSafe(`Recorded: approved by ${given?.person ?? 'somebody'}, ${given === undefined ? 'with what proof is not known' : approvalWorth(given)}.\n`));
	return 0;
};
