import {existsSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

import {loadRunbook, type LoadedRunbook} from '../engine/load-runbook.ts';
import {startRun} from '../engine/open-run.ts';
import {readRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import type {JournalLine} from '../journal/event.ts';
import {startSandbox, type Sandbox} from '../rehearsal/start-sandbox.ts';
import {markdownReport} from '../run/report-markdown.ts';
import {reportOf} from '../run/report.ts';
import type {RunState} from '../run/state.ts';
import {leftStanding} from '../run/summary.ts';
import {nearestWord} from '../runbook/nearest-word.ts';
import {listRuns, runFolderPath, stateFolder} from '../stores/run-folder.ts';
import {runOwner} from '../stores/run-lock.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command, Io} from './command.ts';
import {drive} from './drive.ts';
import {besides, thisMachine} from './machine.ts';

/** `slipway rehearse` */
export const rehearse: Command = {
	usage: 'rehearse [--failure KIND]',
	describe: 'Rehearses a whole release in a sandbox that goes when it ends: a real PostgreSQL, a real Helm, a small Kubernetes. Without a terminal it runs to its end by itself.',
	options: {
		failure: {type: 'string', value: 'KIND', describe: 'What goes wrong: crash, slow or smoke; none when absent'},
		plain: {type: 'boolean', describe: 'At a terminal: ask in lines that are only added'},
		pglite: {type: 'boolean', describe: 'Take PGlite although this machine has a PostgreSQL'},
	},
	positionals: {least: 0, most: 0},
	run: async ({values}, io) => {
		const loaded = loadRunbook(shipped('rehearsal.runbook.yaml'), io.cwd);
		const failure = readFailure(loaded, (values['failure'] as string | undefined) ?? 'none');
		io.out(leftWords(io));
		io.out('A rehearsal: a sandbox comes up, and nothing outside it is touched.\n');
		const sandbox = await openSandbox(io, values['pglite'] === true);
		try {
			const machine = thisMachine({...io, env: {...io.env, ...sandbox.environment}});
			const engine = await startRun(machine, {loaded, targetName: 'sandbox', inputs: {failure}, rehearsal: true});
			const status = await drive(engine, {yes: 'answered by the rehearsal, without a terminal', typed: undefined, plain: values['plain'] === true}, io);
			const state = engine.snapshot();
			io.out(closingWords(state, writeReport(state, engine.lines(), io)));
			return status;
		} finally {
			await sandbox.close();
		}
	},
};

/** What became of the rehearsal before this one, where that was left and was the last run; else nothing. */
const leftWords = (io: Io): string => {
	const root = stateFolder(io.env);
	const [id] = listRuns(root);
	if (id === undefined || runOwner(runFolderPath(root, id)) !== null) return '';
	try {
		const {state} = readRun(io.env, id);
		if (!state.rehearsal || state.ending !== null) return '';
		return `The rehearsal of ${formatTimeInUtc(state.createdAt)} was ${makeSafe(leftStanding(state).where)}. Its sandbox went with it, so it can not be gone on with; this is a new one.\n  Record  slipway show ${id}\n`;
	} catch (error) {
		// One that can't be read is not what is asked for here.
		if (error instanceof Problem) return '';
		throw error;
	}
};

const formatTimeInUtc = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

const openSandbox = (io: Io, isPglite: boolean): Promise<Sandbox> =>
	startSandbox({
		argv: [process.execPath, ...besides('sandbox')],
		environment: io.env,
		order: {database: isPglite ? 'pglite' : 'auto', tools: 'auto', cacheFolder: cacheFolder(io.env), chart: shipped('rehearsal/demo-1.4.0'), release: 'demo', namespace: 'demo'},
		onProgress: (text, tookMs) => io.out(tookMs === null ? `  ${text}\n` : `  ${text.padEnd(60)} ${(tookMs / 1000).toFixed(1).padStart(5)} s\n`),
	});

/** Bundled, this file is in `dist/`; in development in `source/cli/`. */
const shipped = (name: string): string => {
	const here = dirname(fileURLToPath(import.meta.url));
	const places = ['..', '../..'].map(up => join(here, up, 'runbooks', name));
	const found = places.find(path => existsSync(path));
	if (found !== undefined) return found;
	throw new Problem({code: 'rehearsal-missing', what: 'The rehearsal is not there.', why: `${places[0]} is missing from this installation.`, todo: 'Install Slipway again.'});
};

/** Before anything is started: a misspelt failure must not cost a sandbox. */
const readFailure = ({runbook}: LoadedRunbook, word: string): string => {
	const known = runbook.inputs['failure']?.options ?? [];
	if (known.includes(word)) return word;
	const near = nearestWord(word, known);
	throw new Problem({code: 'usage', what: `${word} is not a failure that can be rehearsed.`, why: `There are: ${known.join(', ')}.`, todo: near === null ? 'Name one of them.' : `Did you mean ${near}?`});
};

/** XDG Base Directory 0.8: `$XDG_CACHE_HOME/slipway`, a relative one is ignored. */
const cacheFolder = ({XDG_CACHE_HOME: cache, HOME: home}: Io['env']): string => join(cache !== undefined && isAbsolute(cache) ? cache : join(home ?? homedir(), '.cache'), 'slipway');

const writeReport = (state: RunState, lines: readonly JournalLine[], io: Io): string => {
	const path = join(runFolderPath(stateFolder(io.env), state.id), 'report.md');
	writeFileSync(path, markdownReport(reportOf(state, lines)), {mode: 0o600});
	return path;
};

const closingWords = ({id, ending}: RunState, report: string): string =>
	[
		ending === null ? 'The rehearsal was left before its end. Its sandbox goes with it, so it can not be resumed.' : 'The rehearsal has ended, and its sandbox goes.',
		`  Report  ${report}`,
		`  Record  slipway show ${id}`,
		'',
	].join('\n');
