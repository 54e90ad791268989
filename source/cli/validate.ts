import {dirname, resolve} from 'node:path';

import {actions} from '../actions/table.ts';
import {Problem} from '../errors.ts';
import {parseRunbook, type Parsed} from '../runbook/parse-runbook.ts';
import {formatRunbookProblem, type RunbookProblem} from '../runbook/runbook-problem.ts';
import type {Runbook} from '../runbook/runbook.ts';
import {formatCount} from '../text/format-count.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command, Io} from './command.ts';
import {readRunbookFile} from './read-runbook-file.ts';

/** `slipway validate FILE…`: exit status 0 all can be run, 1 one can't, 2 one could not be read. */
export const validate: Command = {
	usage: 'validate FILE…',
	describe: 'Checks runbooks, and shows all that is wrong with them at its place. Changes nothing.',
	options: {},
	positionals: {least: 1, most: 1000},
	run: async ({positionals}, io) => {
		let status = 0;
		for (const name of positionals) status = Math.max(status, await validateOne(name, io));
		return status;
	},
};

const validateOne = async (name: string, io: Io): Promise<number> => {
	const file = parseFile(name, io);
	const parsed = file instanceof Problem ? file : await withCalendars(file, dirname(resolve(io.cwd, name)));
	if (parsed instanceof Problem) {
		io.err(makeSafe(`slipway: ${parsed.what}\n  ${parsed.why}\n  ${parsed.todo}\n`));
		return 2;
	}

	const [blocks, verdict] =
		parsed.kind === 'runbook'
			? [parsed.warnings.map(warning => describe({...warning, what: `warning: ${warning.what}`}, io)), `✓ ${name}: ${summarize(parsed.runbook)}${parsed.warnings.length === 0 ? '' : `, ${formatCount(parsed.warnings.length, 'warning')}`}`]
			: [parsed.problems.map(problem => describe(problem, io)), `✗ ${name}: ${formatCount(parsed.problems.length, 'problem')}`];
	io.out(makeSafe([...blocks.map(block => `${block}\n`), verdict, ''].join('\n')));
	return parsed.kind === 'runbook' ? 0 : 1;
};

const parseFile = (name: string, io: Io): Parsed | Problem => {
	try {
		return parseRunbook(readRunbookFile(resolve(io.cwd, name), name), {fileName: name, actions: Object.values(actions)});
	} catch (error) {
		if (error instanceof Problem) return error;
		throw error;
	}
};

/** The readers of calendars are large, so they are loaded only for a runbook that names one. */
const withCalendars = async (parsed: Parsed, folder: string): Promise<Parsed> => {
	if (parsed.kind === 'problems' || !parsed.runbook.steps.some(({tasks}) => tasks.some(task => task.kind === 'window' && task.window.calendars !== undefined))) return parsed;
	const [{checkCalendars}, {findCalendar}] = await Promise.all([import('../runbook/check-calendars.ts'), import('../engine/read-calendar.ts')]);
	const problems = checkCalendars(parsed.source, {read: calendar => findCalendar(resolve(folder, calendar)), year: new Date().getFullYear()});
	return problems.length === 0 ? parsed : {kind: 'problems', problems};
};

const describe = (problem: RunbookProblem, {columns}: Io): string => formatRunbookProblem(problem, Math.max(40, columns));

const summarize = ({steps, targets}: Runbook): string =>
	[formatCount(steps.length, 'step'), formatCount(steps.reduce((total, {tasks}) => total + tasks.length, 0), 'task'), formatCount(Object.keys(targets).length, 'target')].join(', ');
