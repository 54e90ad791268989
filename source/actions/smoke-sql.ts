import * as z from 'zod';

import {Problem} from '../errors.ts';
import {durationShape} from '../runbook/duration.ts';
import {formatDuration} from '../text/format-duration.ts';
import type {Action, Judgement} from './action.ts';
import {faultOfStatement} from './smoke/single-statement.ts';
import {withoutReport} from './without-report.ts';

const scalar = z.lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null()]));
const rule = z.lazy(() => z.union([scalar, z.strictObject({matches: z.string().refine(isRegularExpression, 'This is no regular expression.')}), z.strictObject({least: z.number()}), z.strictObject({most: z.number()})]));

/**
	uses: smoke/sql
	with:
	  query: select max(installed_rank) from flyway_schema_history where success
	  expect: {least: 42}        # or a value, or {most: …}, or {matches: …}

One statement, in a transaction that is read-only and is rolled back. The password of the target's database reaches psql by its environment.
*/
const settings = z.lazy(() => z.strictObject({
	query: z
		.string()
		.min(1)
		.superRefine((text, context) => {
			const fault = faultOfStatement(text);
			if (fault !== null) context.addIssue(fault);
		})
		.describe('One SQL statement that asks something'),
	expect: rule.describe('The value that must come: itself, {matches: regular expression}, {least: number} or {most: number}'),
	retries: z.int().min(0).max(1000).default(0).describe('How many more attempts may follow a failed one'),
	interval: durationShape.optional().describe('Pause between two attempts; 2s when absent'),
	timeout: durationShape.optional().describe('How long the query may take; 10s when absent'),
}));

export type SqlSettings = z.infer<typeof settings>;
export type SqlRule = z.infer<typeof rule>;

/** What the worker is given. */
export type SqlWork = {readonly argv: readonly string[]; readonly expect: SqlRule; readonly retries: number; readonly intervalMs: number; readonly timeoutMs: number};

/** `report.json` of the worker. All attempts are kept. */
export const sqlReport = z.lazy(() => z.object({attempts: z.array(z.object({at: z.string(), durationMs: z.number(), value: z.string().nullable(), fault: z.string().nullable()}))}));
export type SqlReport = z.infer<typeof sqlReport>;

/** What psql prints for a value that is null. */
const nullText = '(null)';

/** A query against the live database, and what must come of it. */
export const smokeSql: Action<SqlSettings> = {
	uses: 'smoke/sql',
	describe: 'Asks the database a question, read-only, and compares the answer with what is expected.',
	schema: settings as unknown as z.ZodType<SqlSettings>,
	effect: 'reads',
	outputs: {value: 'The answer in one line, at most 200 characters; when it is what is expected'},
	plan: ({with: {query, expect, retries, interval: intervalMs = 2000, timeout: timeoutMs = 10_000}, target, findTool, taskId, runbookFolder, databasePassword}) => {
		const psql = findTool('psql');
		if (psql === null) throw new Problem({code: 'tool-missing', what: 'psql is not there.', why: `The task ${taskId} runs it, and no folder of PATH has it.`, todo: 'Install the PostgreSQL client: https://www.postgresql.org/download'});
		if (target.database === undefined) throw new Problem({code: 'target-incomplete', what: `It is not clear which database the task ${taskId} asks.`, why: `The target ${target.name} names no database.`, todo: 'Add `database: postgresql://user@host/name` to the target in the runbook.'});
		const statements = ['BEGIN READ ONLY', `SET LOCAL statement_timeout = ${timeoutMs}`, query, 'ROLLBACK'];
		const argv = [psql, '--no-psqlrc', '--no-password', '--quiet', '--tuples-only', '--no-align', '--set', 'ON_ERROR_STOP=1', '--pset', `null=${nullText}`, '--dbname', target.database, ...statements.flatMap(statement => ['--command', statement])];
		return {
			commands: [{effect: 'reads', argv}],
			cwd: runbookFolder,
			env: {PGAPPNAME: 'slipway', PGCONNECT_TIMEOUT: String(Math.max(2, Math.ceil(timeoutMs / 1000))), ...(databasePassword === null ? {} : {PGPASSWORD: databasePassword})},
			requires: [],
			work: {argv, expect, retries, intervalMs, timeoutMs} satisfies SqlWork,
			notes: [`Expected: ${describeRule(expect)}.`],
		};
	},
	judge: ended => {
		const {report, exitCode, signal} = ended;
		const parsed = sqlReport.safeParse(report);
		if (!parsed.success) return withoutReport('the query', ended);
		const {attempts} = parsed.data;
		const last = attempts.at(-1);
		if (last === undefined) return failed('nothing was asked');
		if (last.fault !== null) return failed(last.fault);
		if (exitCode !== 0 || signal !== null) return failed('the answer was right, but the process did not end well');
		const late = attempts.length === 1 ? '' : `, passed on attempt ${attempts.length}`;
		return {
			outcome: 'succeeded',
			summary: `${shorten(last.value ?? '')} in ${formatDuration(last.durationMs)}${late}`,
			outputs: {value: shorten(last.value ?? '')},
			findings: attempts.length === 1 ? [] : [{level: 'warning', what: `It passed on attempt ${attempts.length}; before: ${attempts.at(-2)?.fault ?? ''}`}],
		};
	},
};

/** Why the answer of psql is not what is expected, in one line; null when it is. */
export const judgeValue = (expected: SqlRule, value: string): string | null => (agrees(expected, value) ? null : `the answer is ${value === '' ? 'no row' : `"${shorten(value)}"`}, expected ${describeRule(expected)}`);

const agrees = (expected: SqlRule, value: string): boolean => {
	const number = value.trim() === '' ? Number.NaN : Number(value);
	if (expected === null) return value === nullText;
	switch (typeof expected) {
		case 'string':
			return value === expected;
		case 'number':
			return number === expected;
		case 'boolean':
			return value === (expected ? 't' : 'f');
		default:
			return 'matches' in expected ? new RegExp(expected.matches).test(value) : 'least' in expected ? number >= expected.least : number <= expected.most;
	}
};

const describeRule = (expected: SqlRule): string => {
	if (expected === null || typeof expected !== 'object') return JSON.stringify(expected);
	return 'matches' in expected ? `/${expected.matches}/` : 'least' in expected ? `at least ${expected.least}` : `at most ${expected.most}`;
};

const shorten = (text: string): string => {
	const line = text.replaceAll(/\s*\n\s*/g, ' ⏎ ');
	return line.length > 200 ? `${line.slice(0, 199)}…` : line;
};

const failed = (summary: string): Judgement => ({outcome: 'failed', summary, outputs: {}, findings: []});

function isRegularExpression(text: string): boolean {
	try {
		new RegExp(text);
		return true;
	} catch {
		return false;
	}
}
