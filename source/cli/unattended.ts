import type {Engine, Reply} from '../engine/engine.ts';
import {proposedEnd} from '../run/decide.ts';
import {isRepeatable} from '../run/doubt.ts';
import type {TaskState} from '../run/state.ts';
import {nextTask, taskOf} from '../run/walk.ts';
import type {Io} from './command.ts';
import type {Consents} from './consents.ts';
import {lineFor} from './lines.ts';

/**
Walks a run without a terminal, in lines. Does only what the flags consent to; the first thing that needs a person stops it, and it says
which. Exit status 0: succeeded; 1: something failed; 2: a person is needed.
*/
export const runUnattended = async (engine: Engine, consents: Consents, io: Io): Promise<number> => {
	const stop = printLines(engine, io);
	try {
		return await walk(engine, consents, io);
	} finally {
		stop();
	}
};

/** Prints each new line of the journal as it comes. */
export const printLines = (engine: Engine, io: Io): (() => void) => {
	let printed = 0;
	const print = (): void => {
		const lines = engine.lines();
		for (const line of lines.slice(printed)) io.out(lineFor(engine.snapshot().plan, line));
		printed = lines.length;
	};
	print();
	return engine.subscribe(print);
};

const walk = async (engine: Engine, consents: Consents, io: Io): Promise<number> => {
	for (;;) {
		const task = nextTask(engine.snapshot());
		if (task === null) return endRun(engine, io);
		const reply = await takeTask(engine, task.task.id, consents);
		if (reply === null) {
			io.err(`slipway: ${task.task.name}: this needs a person.\n${goOn(engine)}`);
			return 2;
		}

		if (!reply.done) {
			io.err(`slipway: ${task.task.name}: ${reply.refusal.what}\n  ${reply.refusal.todo}\n${goOn(engine)}`);
			return 1;
		}

		const {status} = await settle(engine, task.task.id);
		if (status === 'failed' || status === 'cancelled' || status === 'timed-out' || status === 'in-doubt') {
			if (!task.task.required && status !== 'in-doubt') continue;
			io.err(`slipway: ${task.task.name}: ${status.replace('-', ' ')}. Nothing more is done.\n${goOn(engine)}`);
			return 1;
		}
	}
};

/** A rehearsal can't be gone on with: its sandbox goes with the program. */
const goOn = (engine: Engine): string => {
	const {id, rehearsal} = engine.snapshot();
	return rehearsal ? '' : `  Decide at a terminal: slipway resume ${id}\n`;
};

const takeTask = async (engine: Engine, taskId: string, {yes, typed}: Consents): Promise<Reply | null> => {
	const state = taskOf(engine.snapshot(), taskId);
	const {task, status} = state;
	if (status !== 'to-do') return isOver(state) ? null : {done: true};
	switch (task.kind) {
		case 'confirm':
			return yes !== null && !task.person && !task.reference ? engine.send({kind: 'confirm', task: taskId, answer: 'yes', remark: yes}) : null;
		case 'window':
			return engine.send({kind: 'confirm', task: taskId, answer: 'yes'});
		case 'approval':
			return null;
		default:
			return engine.send({kind: 'start', task: taskId, how: 'unattended', ...(typed === undefined ? {} : {typed})});
	}
};

/** Waits until the task no longer runs, and will not by itself be run again. */
const settle = async (engine: Engine, taskId: string): Promise<TaskState> => {
	for (;;) {
		await untilOver(engine, taskId);
		await engine.settled?.();
		const task = taskOf(engine.snapshot(), taskId);
		if (isOver(task)) return task;
	}
};

/** One in doubt that the runbook lets be repeated is, as soon as nothing of it lives. */
const isOver = (task: TaskState): boolean => task.status !== 'running' && !(task.status === 'in-doubt' && isRepeatable(task));

const untilOver = (engine: Engine, taskId: string): Promise<void> =>
	new Promise((resolve, reject) => {
		const look = (): void => {
			if (engine.readOnly !== null) reject(new Error(engine.readOnly));
			else if (isOver(taskOf(engine.snapshot(), taskId))) resolve();
			else return;
			stop();
		};
		const stop = engine.subscribe(look);
		look();
	});

const endRun = async (engine: Engine, io: Io): Promise<number> => {
	const result = proposedEnd(engine.snapshot());
	if (result === null) return 1;
	const reply = await engine.send({kind: 'end', result, statement: 'Walked through without a terminal; every task is settled.'});
	if (reply.done) return result === 'succeeded' ? 0 : 1;
	io.err(`slipway: ${reply.refusal.what}\n  ${reply.refusal.todo}\n`);
	return 1;
};
