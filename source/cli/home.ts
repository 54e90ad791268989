import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import {readRuns, type ListedRun} from '../engine/list-runs.ts';
import {loadRunbook} from '../engine/load-runbook.ts';
import {Problem} from '../errors.ts';
import type {Home, HomeChoice} from '../ui/home-app.tsx';
import type {Io} from './command.ts';
import {thisMachine} from './machine.ts';

type HomeRun = Home['past'][number];
type HomeRunbook = Home['runbooks'][number];

/** `slipway` alone, at a terminal: shows what is unfinished, what can be started and what was done, until the operator leaves. */
export const home = async (io: Io): Promise<number> => {
	const {runHome} = await import('../ui/home-app.tsx');
	for (;;) {
		const choice = await runHome(readHome(io));
		if (choice.kind === 'leave') return 0;
		const status = await carryOut(choice, io);
		if (status !== 0) return status;
	}
};

const carryOut = async (choice: Exclude<HomeChoice, {kind: 'leave'}>, io: Io): Promise<number> => {
	switch (choice.kind) {
		case 'resume':
			return (await import('./resume.ts')).resume.run({values: {}, positionals: [choice.run]}, io);
		case 'show':
			return (await import('./watch.ts')).show.run({values: {}, positionals: [choice.run]}, io);
		case 'start':
			return (await import('./run.ts')).run.run({values: {}, positionals: [choice.runbook]}, io);
	}
};

const readHome = (io: Io): Home => {
	const runs = readRuns(io.env).map(run => rowOf(run));
	return {
		who: thisMachine(io).by,
		unfinished: runs.filter(({standing}) => !ended.has(standing)),
		runbooks: runbooksIn(io.cwd),
		past: runs.filter(({standing}) => ended.has(standing)),
	};
};

const ended: ReadonlySet<HomeRun['standing']> = new Set(['succeeded', 'rolled-back', 'abandoned', 'unreadable']);

const rowOf = (run: ListedRun): HomeRun => {
	if ('unreadable' in run) return {id: run.id, name: run.id, from: null, to: null, target: '', standing: 'unreadable', where: '', startedAt: new Date(0), durationMs: 0, by: ''};
	const {id, name, from, to, target, standing, where, by, startedAt, lastAt, damage} = run;
	const end = ended.has(standing) ? Date.parse(lastAt) : Date.now();
	return {id, name, from, to, target, standing: damage === null ? standing : 'unreadable', where, startedAt: new Date(startedAt), durationMs: end - Date.parse(startedAt), by};
};

/** Runbooks where the operator stands, and in `runbooks/` there. */
const runbooksIn = (folder: string): readonly HomeRunbook[] =>
	['.', 'runbooks'].flatMap(name => filesIn(join(folder, name)).filter(file => /\.runbook\.ya?ml$/.test(file)).map(file => runbookRow(join(folder, name, file), file)));

const runbookRow = (path: string, file: string): HomeRunbook => {
	try {
		const {runbook} = loadRunbook(path, '/');
		const tasks = runbook.steps.reduce((count, step) => count + step.tasks.length, 0);
		return {path, file, name: runbook.name, about: `${runbook.steps.length} steps, ${tasks} tasks`, isValid: true};
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
