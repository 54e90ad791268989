import {openRunList, type ListedRun, type RunList} from '../engine/list-runs.ts';
import {readFlag, readQuery, type QueryPart} from '../engine/read-query.ts';
import {Problem} from '../errors.ts';
import {runOrders, type RunOrder, type RunQuery} from '../stores/run-index.ts';
import {formatCount} from '../text/format-count.ts';
import {makeSafe} from '../text/safe-text.ts';
import {nearest, type Arguments} from './arguments.ts';
import type {Command, Io} from './command.ts';
import {pruneRuns} from './prune-runs.ts';
import {runsCsv} from './runs-csv.ts';
import {runsFigures} from './runs-figures.ts';
import {runsTable} from './runs-table.ts';

/** How many lines a table has when nothing else is asked for. */
const usualLimit = 50;

/** `slipway runs` */
export const runs: Command = {
	usage: 'runs [WORD…] [--target NAME] [--result RESULT] [--by USER] [--since WHEN] [--until WHEN]',
	describe:
		'Lists the runs of this machine, the newest first. Each word must stand somewhere in a row. What was changed in a journal that is not listed here is only noticed with --verify, or when that run is opened.',
	options: {
		target: {type: 'string', short: 't', value: 'NAME', describe: 'Runs against this target'},
		result: {type: 'string', value: 'RESULT', describe: 'succeeded, rolled-back, abandoned, unfinished, running, failed, in-doubt, left, damaged'},
		by: {type: 'string', value: 'USER', describe: 'Runs that this person began'},
		since: {type: 'string', value: 'WHEN', describe: 'Begun on this day (UTC) or later: 2026-11-24, or an age: 30d'},
		until: {type: 'string', value: 'WHEN', describe: 'Begun on this day (UTC) or before'},
		waived: {type: 'boolean', describe: 'Runs in which something was waived'},
		rehearsals: {type: 'boolean', describe: 'With rehearsals, which are left out otherwise'},
		sort: {type: 'string', value: 'ORDER', describe: `${runOrders.join(', ')}`},
		limit: {type: 'string', short: 'n', value: 'NUMBER', describe: `At most so many; ${usualLimit} otherwise, all with --json and --csv`},
		json: {type: 'boolean', describe: 'One JSON object a line, for other programs'},
		csv: {type: 'boolean', describe: 'For a spreadsheet'},
		stats: {type: 'boolean', describe: 'How often, how long, how many failed, how soon restored; over the last 90 days without --since'},
		verify: {type: 'boolean', describe: 'Read every journal again and check its chain; exit status 1 when one is damaged'},
		prune: {type: 'boolean', describe: 'Remove old runs: lists them first, and asks. Needs --keep and --older-than'},
		keep: {type: 'string', value: 'NUMBER', describe: 'With --prune: so many of the newest stay, however old'},
		'older-than': {type: 'string', value: 'AGE', describe: 'With --prune: only what ended longer ago, such as 365d'},
	},
	positionals: {least: 0, most: 50},
	run: async (args, io) => {
		const now = new Date();
		refuseTogether(args.values, ['json', 'csv', 'stats', 'verify', 'prune']);
		const query = queryFrom(args, now);
		const limit = limitFrom(args);
		const list = openRunList(io.env);
		try {
			if (args.values['verify'] === true) return verifyAll(list, io);
			readAll(list, io);
			if (args.values['prune'] === true) return await pruneRuns(list, {keep: args.values['keep'], olderThan: args.values['older-than']}, now, io);
			if (args.values['stats'] === true) io.out(makeSafe(runsFigures(list, query, now, io.columns)));
			else if (args.values['json'] === true) io.out(list.list(query, 0, limit ?? everything).map(run => `${plainJson(run)}\n`).join(''));
			else if (args.values['csv'] === true) io.out(runsCsv(list.list(query, 0, limit ?? everything)));
			else printTable(list, query, limit ?? usualLimit, io);
			return 0;
		} finally {
			list.close();
		}
	},
};

/** In ASCII, so that nothing in it acts upon a terminal that shows it. */
const plainJson = (value: unknown): string => JSON.stringify(value).replace(/[\u007F-\uFFFF]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const everything = 10_000_000;

const queryFrom = ({values, positionals}: Arguments, now: Date): RunQuery => {
	const flags = (['target', 'result', 'by', 'since', 'until'] as const satisfies readonly QueryPart[]).map(part => (values[part] === undefined ? {} : readFlag(part, String(values[part]), now)));
	return Object.assign({rehearsals: values['rehearsals'] === true ? 'with' : 'without', sort: orderFrom(values['sort'])} as const, readQuery(positionals.join(' '), now), ...flags, values['waived'] === true ? {isWaived: true} : {}) as RunQuery;
};

const orderFrom = (given: unknown): RunOrder => {
	const name = String(given ?? 'newest');
	const known = runOrders.find(order => order === name);
	if (known !== undefined) return known;
	const near = nearest(name, runOrders);
	throw usage(`--sort can't be ${name}.`, `It is one of: ${runOrders.join(', ')}.`, near === null ? 'Give one of them.' : `Did you mean \`--sort ${near}\`?`);
};

const limitFrom = ({values}: Arguments): number | null => {
	if (values['limit'] === undefined) return null;
	const limit = Number(values['limit']);
	if (Number.isSafeInteger(limit) && limit > 0) return limit;
	throw usage(`--limit can't be ${String(values['limit'])}.`, 'It is how many runs are listed.', 'Give a whole number, such as `--limit 200`.');
};

const refuseTogether = (values: Arguments['values'], names: readonly string[]): void => {
	const given = names.filter(name => values[name] === true);
	if (given.length > 1) throw usage(`${given.map(name => `--${name}`).join(' and ')} can't be given together.`, 'Each asks for something else.', 'Give one of them.');
};

const usage = (what: string, why: string, todo: string): Problem => new Problem({code: 'usage', what, why, todo});

/** Journals that no list has read yet. Says so where it takes long. */
const readAll = (list: RunList, io: Io): void => {
	let left = list.refresh(1000);
	while (left > 0) {
		if (io.isTerminal) io.err(`\r${left} runs are read for the first time… `);
		left = list.refresh(1000);
		if (left === 0 && io.isTerminal) io.err(`\r${' '.repeat(50)}\r`);
	}
};

const printTable = (list: RunList, query: RunQuery, limit: number, io: Io): void => {
	const all = list.count(query);
	const found = list.list(query, 0, limit);
	if (found.length > 0) io.out(runsTable(found, io.isTerminal ? io.columns : null));
	const rehearsals = query.rehearsals === 'without' ? list.count({...query, rehearsals: 'only'}) : 0;
	const notes = [
		...(all > found.length ? [`${all - found.length} more match; narrow them down, or give --limit.`] : []),
		...(found.length === 0 ? [nothingListed(list, query)] : []),
		...(rehearsals > 0 ? [`${rehearsals} ${rehearsals === 1 ? 'rehearsal is' : 'rehearsals are'} left out; --rehearsals lists ${rehearsals === 1 ? 'it' : 'them'}.`] : []),
	];
	if (notes.length > 0) io.err(`${notes.join('\n')}\n`);
};

/** That none matches is said only where there is one that could. */
const nothingListed = (list: RunList, {rehearsals}: RunQuery): string => {
	if (list.count({rehearsals: 'with'}) === 0) return 'No runs yet. `slipway rehearse` shows a whole release in a sandbox; `slipway init` writes a runbook, `slipway run RUNBOOK` runs it.';
	if (rehearsals === 'without' && list.count({rehearsals: 'without'}) === 0) return 'No release yet, only rehearsals. `slipway init` writes a runbook, `slipway run RUNBOOK` runs it.';
	return 'No run matches.';
};

const verifyAll = (list: RunList, io: Io): number => {
	const bad: ListedRun[] = [];
	let count = 0;
	list.checkAll((run, done, all) => {
		count = all;
		if (run.unreadable !== null || run.damage !== null) bad.push(run);
		if (io.isTerminal && (done % 500 === 0 || done === all)) io.err(done === all ? `\r${' '.repeat(40)}\r` : `\r${done} of ${all} journals read… `);
	});
	io.out(makeSafe(bad.map(run => `✗ ${run.id}  ${run.unreadable ?? run.damage ?? ''}\n`).join('')));
	if (count === 0) io.out('No runs yet: there is nothing to verify.\n');
	else io.out(`${formatCount(count, 'journal')} read, ${bad.length === 0 ? 'every chain holds' : `${bad.length} damaged`}. Output, evidence and signatures: \`slipway verify RUN\`.\n`);
	return bad.length === 0 ? 0 : 1;
};
