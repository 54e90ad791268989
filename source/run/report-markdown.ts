import {formatSize} from '../text/format-size.ts';
import {isPasted} from './outputs-for-readers.ts';
import type {ReportAttempt, ReportTask, RunReport} from './report-shape.ts';
import {attemptFacts, attemptTitle, evidenceSections, evidenceWords, exceptionNames, exceptionsInOrder, recordWords, statementWords, taskLines, taskWords, timeWords, titleWords, whatFacts, whenFacts, whoFacts, type Fact} from './report-words.ts';

/** A report in Markdown (CommonMark with tables). No text from outside can act as markup in it. */
export const markdownReport = (report: RunReport): string =>
	`${[
		`# ${text(titleWords(report))}`,
		...(report.run.rehearsal ? ['**A rehearsal in a sandbox, not a release.**'] : []),
		text(statementWords(report)),
		'## Waived, overridden, in doubt, failed',
		exceptions(report),
		'## What',
		table(whatFacts(report)),
		...(report.hashes.length === 0 ? [] : [table(report.hashes.map(({task, name, value}): Fact => [`${task}: ${name}`, value]))]),
		'## Who',
		table(whoFacts(report)),
		'## When',
		table(whenFacts(report)),
		...evidenceSections(report).flatMap(({title, none, rows}) => [`## ${title}`, rows.length === 0 ? none : rows.map(row => `- **${text(row.name)}**: ${text(evidenceWords(row))}${Object.entries(row.facts).map(([name, value]) => `\n  - ${text(name)}: ${isPasted(name) ? inset(fence(value)) : text(value)}`).join('')}`).join('\n')]),
		...report.steps.flatMap(({number, name, tasks}) => [`## Step ${number}: ${text(name)}`, ...tasks.flatMap(taskParts)]),
		...(report.rollbacks.length === 0 ? [] : ['## Roll-backs', ...report.rollbacks.flatMap(taskParts)]),
		'## Record',
		text(recordWords(report)),
	].join('\n\n')}\n`;

const exceptions = (report: RunReport): string => {
	const all = exceptionsInOrder(report);
	if (all.length === 0) return 'Nothing.';
	return all.map(({kind, task, what, by, at}) => `- **${exceptionNames[kind]}**${task === null ? '' : ` ${text(task)}`}: ${text(what)}${by === null || at === null ? '' : ` (${text(by)}, ${timeWords(at)})`}`).join('\n');
};

const taskParts = (task: ReportTask): readonly string[] => [
	`### ${text(task.name)}: ${text(taskWords(task))}`,
	...(taskLines(task).length === 0 ? [] : [taskLines(task).map(line => `- ${text(line)}`).join('\n')]),
	...task.attempts.flatMap(attemptParts),
];

const attemptParts = (attempt: ReportAttempt): readonly string[] => {
	const files = [...attempt.output, ...attempt.evidence].filter(({sizeBytes}) => sizeBytes > 0);
	return [
		`**${text(attemptTitle(attempt))}**`,
		...(attempt.commands.length === 0 ? [] : [fence(attempt.commands.map(command => `$ ${command}`).join('\n'))]),
		attemptFacts(attempt).map(([name, value]) => `- ${name}: ${text(value)}`).join('\n'),
		...(attempt.findings.length === 0 ? [] : [attempt.findings.map(({level, what, where}) => `- ${level}: ${text(what)}${where === null ? '' : ` (${text(where)})`}`).join('\n')]),
		...(files.length === 0 ? [] : [files.map(({path, sizeBytes, sha256}) => `- ${text(path)}: ${formatSize(sizeBytes)}, SHA-256 ${sha256}`).join('\n')]),
	];
};

const table = (rows: readonly Fact[]): string => ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${text(name)} | ${text(value)} |`)].join('\n');

/** Lines that belong to an item of a list within a list. */
const inset = (lines: string): string => `\n\n${lines}`.replaceAll(/\n(?=.)/g, '\n    ');

/** A block that no run of backticks in it can end. */
const fence = (content: string): string => {
	const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
	const marks = '`'.repeat(longest + 1);
	return `${marks}text\n${content}\n${marks}`;
};

/** In a line: nothing that Markdown or HTML would read as markup, no line of its own. */
const text = (outside: string): string => outside.replaceAll('&', '&amp;').replace(/[\\`*_{}[\]<>|#~]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
