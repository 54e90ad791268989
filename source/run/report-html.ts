import {createHash} from 'node:crypto';

import {formatSize} from '../text/format-size.ts';
import {isPasted} from './outputs-for-readers.ts';
import type {ReportAttempt, ReportTask, RunReport} from './report-shape.ts';
import {reportStyle} from './report-style.ts';
import {attemptFacts, attemptTitle, evidenceSections, evidenceWords, exceptionNames, exceptionsInOrder, recordWords, resultNames, statementWords, taskLines, taskWords, timeWords, titleWords, whatFacts, whenFacts, whoFacts, type Fact} from './report-words.ts';

/**
A report as one HTML file that needs nothing else and loads nothing: no script, no font, no picture. Its policy forbids all of them, so that
text which slipped through as markup could still do nothing.
*/
export const htmlReport = (report: RunReport): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${text(titleWords(report))}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${text(titleWords(report))}</h1>
<p><span class="badge ${report.run.result}">${resultNames[report.run.result]}</span> <span class="quiet">${text(report.runbook.name)}, ${text(timeWords(report.times.startedAt))}, ${text(report.people.operator)}</span></p>
${report.run.rehearsal ? '<p class="rehearsal">A rehearsal in a sandbox, not a release.</p>\n' : ''}<p>${text(statementWords(report))}</p>
</header>
<main>
${[
	section('Waived, overridden, in doubt, failed', exceptions(report)),
	section('What', `${table(whatFacts(report))}${report.hashes.length === 0 ? '' : table(report.hashes.map(({task, name, value}): Fact => [`${task}: ${name}`, value]))}`),
	section('Who', table(whoFacts(report))),
	section('When', table(whenFacts(report))),
	...evidenceSections(report).map(({title, none, rows}) => section(title, rows.length === 0 ? `<p class="quiet">${none}</p>` : rows.map(row => `<h3>${text(row.name)}</h3><p class="${row.status}">${text(evidenceWords(row))}</p>${table(Object.entries(row.facts))}`).join('\n'))),
	...report.steps.map(({number, name, tasks}) => section(`Step ${number}: ${name}`, tasks.map(taskPart).join('\n'))),
	...(report.rollbacks.length === 0 ? [] : [section('Roll-backs', report.rollbacks.map(taskPart).join('\n'))]),
	section('Record', `<p>${text(recordWords(report)).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`),
].join('\n')}
</main>
</body>
</html>
`;

const section = (title: string, content: string): string => `<section>\n<h2>${text(title)}</h2>\n${content}\n</section>`;

const exceptions = (report: RunReport): string => {
	const all = exceptionsInOrder(report);
	if (all.length === 0) return '<div class="exceptions none"><p>Nothing.</p></div>';
	return `<div class="exceptions"><ul>\n${all.map(({kind, task, what, by, at}) => `<li><b class="${kind}">${exceptionNames[kind]}</b>${task === null ? '' : ` ${text(task)}`}: ${text(what)}${by === null || at === null ? '' : ` <span class="quiet">(${text(by)}, ${timeWords(at)})</span>`}</li>`).join('\n')}\n</ul></div>`;
};

const taskPart = (task: ReportTask): string => `<h3>${text(task.name)}: <span class="${task.status}">${text(taskWords(task))}</span></h3>
${list(taskLines(task))}${task.attempts.map(attemptPart).join('\n')}`;

const attemptPart = (attempt: ReportAttempt): string => {
	const files = [...attempt.output, ...attempt.evidence].filter(({sizeBytes}) => sizeBytes > 0);
	return `<div class="attempt">
<p><b class="${attempt.outcome}">${text(attemptTitle(attempt))}</b></p>
${attempt.commands.length === 0 ? '' : `<pre>${attempt.commands.map(command => text(`$ ${command}`)).join('\n')}</pre>\n`}${table(attemptFacts(attempt))}${list(attempt.findings.map(({level, what, where}) => `${level}: ${what}${where === null ? '' : ` (${where})`}`))}${table(files.map(({path, sizeBytes, sha256}): Fact => [path, `${formatSize(sizeBytes)}, SHA-256 ${sha256}`]))}</div>`;
};

const table = (rows: readonly Fact[]): string => (rows.length === 0 ? '' : `<table>\n${rows.map(([name, value]) => `<tr><th scope="row">${text(name)}</th><td>${isPasted(name) ? `<pre>${text(value)}</pre>` : text(value)}</td></tr>`).join('\n')}\n</table>\n`);

const list = (lines: readonly string[]): string => (lines.length === 0 ? '' : `<ul>\n${lines.map(line => `<li>${text(line)}</li>`).join('\n')}\n</ul>\n`);

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

const text = (outside: string): string => outside.replace(/[&<>"']/g, character => entities[character] ?? '');
