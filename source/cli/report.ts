import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

import {readRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import {htmlReport} from '../run/report-html.ts';
import {markdownReport} from '../run/report-markdown.ts';
import type {RunReport} from '../run/report-shape.ts';
import {reportOf} from '../run/report.ts';
import {nearest} from './arguments.ts';
import type {Command} from './command.ts';
import {findRun} from './find-run.ts';

/** What a report can be written as. */
const formats: Readonly<Record<string, (report: RunReport) => string>> = {
	md: markdownReport,
	html: htmlReport,
	json: report => `${JSON.stringify(report, null, '\t')}\n`,
};

/** `slipway report RUN` */
export const report: Command = {
	usage: 'report [RUN] [--format md|html|json] [--output FILE]',
	describe: 'Writes the report of a run: what was waived first, then what was done, by whom, when, on what evidence. The same journal gives the same bytes. Without a name it is the last run.',
	options: {
		format: {type: 'string', short: 'f', value: 'FORMAT', describe: "md, html (one file, to be read anywhere and printed), or json (docs/report.schema.json); otherwise as FILE ends, else md"},
		output: {type: 'string', short: 'o', value: 'FILE', describe: 'Write to a file instead of the screen'},
	},
	positionals: {least: 0, most: 1},
	run: ({values, positionals}, io) => {
		const file = values['output'] as string | undefined;
		const write = formatFor(values['format'] as string | undefined, file);
		const {state, lines, damage} = readRun(io.env, findRun(io, positionals[0], 'last'));
		const text = write(reportOf(state, lines, damage));
		if (file === undefined) io.out(text);
		else writeTo(resolve(io.cwd, file), text);
		if (damage === null) return 0;
		io.err(`slipway: ${damage}\n  The report covers what comes before.\n  See \`slipway verify ${state.id}\`.\n`);
		return 1;
	},
};

const formatFor = (given: string | undefined, file: string | undefined): (report: RunReport) => string => {
	const ending = /\.(\w+)$/.exec(file ?? '')?.[1]?.toLowerCase() ?? '';
	const name = given ?? (Object.hasOwn(formats, ending) ? ending : 'md');
	const write = Object.hasOwn(formats, name) ? formats[name] : undefined;
	if (write !== undefined) return write;
	const near = nearest(name, Object.keys(formats));
	throw new Problem({code: 'usage', what: `A report can't be written as ${name}.`, why: `It can be: ${Object.keys(formats).join(', ')}.`, todo: near === null ? 'Give one of them.' : `Did you mean --format ${near}?`});
};

const writeTo = (path: string, text: string): void => {
	try {
		writeFileSync(path, text);
	} catch (error) {
		throw new Problem({code: 'report-unwritable', what: 'The report can not be written.', why: `${path}: ${error instanceof Error ? error.message : String(error)}.`, todo: 'Name a file in a folder that you may write to.', cause: error});
	}
};
