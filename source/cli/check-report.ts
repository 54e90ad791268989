import {join} from 'node:path';

import type {CheckResult} from '../checklist/check-manifests.ts';
import {jsonReport} from '../checklist/reports/json.ts';
import {junitReport} from '../checklist/reports/junit.ts';
import {markdownReport} from '../checklist/reports/markdown.ts';
import {sarifReport} from '../checklist/reports/sarif.ts';
import {tableLines, type TableSetting} from '../checklist/reports/table.ts';
import type {FailOn} from '../checklist/summary.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Io} from './command.ts';
import {version} from './version.ts';

export type ReportWish = {
	readonly format: 'table' | 'json' | 'sarif' | 'junit' | 'markdown';
	readonly failOn: FailOn;
	/** Folder of the chart that was rendered, or null. */
	readonly chart: string | null;
	readonly isComplete: boolean;
	readonly withFixes: boolean;
};

export const writeReport = (result: CheckResult, wish: ReportWish, io: Io): void => {
	const setting = {version, isComplete: wish.isComplete};
	switch (wish.format) {
		case 'json':
			return io.out(jsonReport(result, setting));
		case 'sarif':
			return io.out(sarifReport(result, setting, template => templateFile(template, wish.chart)));
		case 'junit':
			return io.out(junitReport(result, wish.failOn));
		case 'markdown':
			return io.out(makeSafe(markdownReport(result)));
		case 'table':
			return io.out(`${tableLines(result, {columns: io.columns, isComplete: wish.isComplete, withFixes: wish.withFixes, paint: hasColours(io) ? colour : plain}).join('\n')}\n`);
	}
};

/** Helm names a template by chart name and path: `user/templates/x.yaml`; the file is in the chart's folder. */
const templateFile = (template: string, chart: string | null): string => (chart === null ? template : join(chart, template.slice(template.indexOf('/') + 1)));

const hasColours = ({isTerminal, env}: Io): boolean => (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') || (isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb');

const sgr: Readonly<Record<Parameters<TableSetting['paint']>[0], string>> = {fail: '31', warn: '33', unknown: '35', attest: '36', unconfigured: '35', waived: '34', pass: '32', na: '2', title: '1', quiet: '2'};

const plain: TableSetting['paint'] = (_, text) => text;
const colour: TableSetting['paint'] = (tone, text) => `\u001B[${sgr[tone]}m${text}\u001B[0m`;
