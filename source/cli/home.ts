import {readdirSync} from 'node:fs';
import {basename, join} from 'node:path';

import type {loadRunbook} from '../engine/load-runbook.ts';
import {Problem} from '../errors.ts';
import {formatCount} from '../text/format-count.ts';
import type {Home, HomeChoice} from '../ui/home-app.tsx';
import type {HistoryChoice} from '../ui/history-app.tsx';
import type {Arguments} from './arguments.ts';
import type {Io} from './command.ts';
import {thisMachine} from './machine.ts';
import {openRunSource} from './run-source.ts';

type HomeRunbook = ReturnType<Home['runbooks']>[number];

/** `slipway` alone, at a terminal: shows what is unfinished, what can be started and what was done, until the operator leaves. */
export const home = async (io: Io): Promise<number> => {
	const {runHome} = await import('../ui/home-app.tsx');
	const runs = openRunSource(io);
	const {by} = thisMachine(io);
	let notice: Home['notice'];
	try {
		for (;;) {
			const runbooks = openRunbooks(io.cwd);
			const choice = await runHome({
				who: by,
				look: budgetMs => {
					const more = runbooks.readOne();
					const unread = runs.look(budgetMs);
					return {unread, more: more || unread > 0};
				},
				runbooks: runbooks.list,
				runs,
				...(notice === undefined ? {} : {notice}),
			});
			if (choice.kind === 'leave') return 0;
			notice = undefined;
			try {
				const status = choice.kind === 'history' ? await browse(choice.filter, runs, by, io) : await carryOut(choice, io);
				// A run that was driven has said on the terminal how it stands.
				if (status !== 0) return status;
			} catch (error) {
				if (!(error instanceof Problem)) throw error;
				notice = {what: `${error.what} ${error.why}`, todo: error.todo};
			}
		}
	} finally {
		runs.close();
	}
};

/** The history, until it is left; what is chosen there comes back to it. */
const browse = async (filter: string, runs: ReturnType<typeof openRunSource>, who: string, io: Io): Promise<number> => {
	const {runHistory, freshHistory} = await import('../ui/history-app.tsx');
	const {makeSafe} = await import('../text/safe-text.ts');
	const text = makeSafe(filter);
	let from = {...freshHistory, filter: {text, at: text.length}};
	for (;;) {
		const {choice, state} = await runHistory({who, runs}, from);
		if (choice.kind === 'leave') return 0;
		from = state;
		await carryOut(choice, io);
	}
};

const carryOut = async (choice: Exclude<HomeChoice, {kind: 'leave' | 'history'}> | Exclude<HistoryChoice, {kind: 'leave'}>, io: Io): Promise<number> => {
	const args = (positional: string, values: Arguments['values'] = {}): Arguments => ({values, positionals: [positional]});
	switch (choice.kind) {
		case 'resume':
			return (await import('./resume.ts')).resume.run(args(choice.run), io);
		case 'watch':
			return (await import('./watch.ts')).watch.run(args(choice.run), io);
		case 'show':
			return (await import('./watch.ts')).show.run(args(choice.run), io);
		case 'timeline':
			return (await import('./watch.ts')).show.run(args(choice.run, {timeline: true}), io);
		case 'compare':
			return (await import('./watch.ts')).show.run(args(choice.run, {compare: choice.with}), io);
		case 'start':
			// It can only be run in a sandbox.
			if (basename(choice.runbook) === 'rehearsal.runbook.yaml') return (await import('./rehearse.ts')).rehearse.run({values: {}, positionals: []}, io);
			return (await import('./run.ts')).run.run(args(choice.runbook), io);
	}
};

/**
Runbooks where the operator stands, and in `runbooks/` there. Their names are there at once; each is read when the screen has been drawn, as that
takes longer than all the rest.
*/
const openRunbooks = (folder: string): {readonly list: () => readonly HomeRunbook[]; readonly readOne: () => boolean} => {
	const rows = ['.', 'runbooks'].flatMap(name =>
		filesIn(join(folder, name))
			.filter(file => /\.runbook\.ya?ml$/.test(file))
			.map((file): HomeRunbook => ({path: join(folder, name, file), file, name: '', about: '', isValid: true})),
	);
	let load: typeof loadRunbook | null = null;
	let read = 0;
	return {
		list: () => rows,
		readOne: () => {
			const row = rows[read];
			if (row === undefined) return false;
			if (load === null) {
				// With it come the parser, all actions and their shapes: half of what there is.
				void import('../engine/load-runbook.ts').then(module => (load = module.loadRunbook));
				return true;
			}

			rows[read++] = readRow(row, load);
			return read < rows.length;
		},
	};
};

const readRow = ({path, file}: HomeRunbook, load: typeof loadRunbook): HomeRunbook => {
	try {
		const {runbook} = load(path, '/');
		const tasks = runbook.steps.reduce((count, step) => count + step.tasks.length, 0);
		return {path, file, name: runbook.name, about: `${formatCount(runbook.steps.length, 'step')}, ${formatCount(tasks, 'task')}`, isValid: true};
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		return {path, file, name: '', about: error.code === 'runbook-invalid' ? `not valid: slipway validate ${file}` : error.why, isValid: false};
	}
};

const filesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder).toSorted();
	} catch {
		return [];
	}
};
