import {isAhead} from '../attestations.ts';
import type {CheckResult, ItemResult} from '../check-manifests.ts';
import {fixFor, isOpen, openVerdicts, type Finding} from '../finding.ts';
import type {Item, Verdict} from '../item.ts';
import {nameOf} from '../kube-object.ts';
import {placeOf, placeText} from '../place.ts';
import {makeSafe} from '../../text/safe-text.ts';
import {countVerdicts} from '../summary.ts';

export type TableSetting = {
	readonly columns: number;
	/** Everything, not only what needs somebody. */
	readonly isComplete: boolean;
	/** YAML to change below each kind of finding. */
	readonly withFixes: boolean;
	/** Colours a word by its meaning; gives it back as it is where there are no colours. */
	readonly paint: (tone: Verdict | 'title' | 'quiet', text: string) => string;
};

/** The report for a terminal: grouped as the checklist is, one verdict an item, then where and why. Everything that a manifest said is made safe. */
export const tableLines = (result: CheckResult, setting: TableSetting): readonly string[] => {
	const groups = [...Map.groupBy(result.items, ({item}) => item.group as Item['group'])];
	const shown = groups.map(([group, results]) => [group, setting.isComplete ? results : results.filter(needsSomebody)] as const).filter(([, results]) => results.length > 0);
	let part = '';
	return [
		...head(result, setting),
		...shown.flatMap(([group, results]) => {
			const lines = [...(group.part === part ? [] : ['', setting.paint('title', group.part)]), '', setting.paint('title', `  ${group.title}`), ...results.flatMap(one => itemLines(one, setting))];
			part = group.part;
			return lines;
		}),
		...waiverLines(result, setting),
		...problemLines(result, setting),
	];
};

const needsSomebody = ({findings}: ItemResult): boolean => findings.some(({verdict}) => isOpen(verdict));

const words: Readonly<Record<Verdict, string>> = {fail: 'FAIL', warn: 'WARN', unknown: 'UNKNOWN', attest: 'ASK', unconfigured: 'NO LIST', waived: 'WAIVED', pass: 'pass', na: 'n/a'};

const head = (result: CheckResult, {paint}: TableSetting): readonly string[] => {
	const counts = countVerdicts(result);
	const meant: Readonly<Record<Verdict, string>> = {fail: 'fail', warn: 'warn', unknown: 'could not be read', attest: 'to answer', unconfigured: 'without a list', waived: 'waived', pass: 'pass', na: 'do not apply'};
	const order: readonly Verdict[] = [...openVerdicts, 'waived', 'pass', 'na'];
	return [
		`${result.objects} ${result.objects === 1 ? 'object' : 'objects'}${result.context === null ? '' : `, cluster ${makeSafe(result.context)}`}, ${result.items.length} ${result.items.length === 1 ? 'item' : 'items'}: ${order.filter(one => counts[one] > 0).map(one => paint(one, `${counts[one]} ${meant[one]}`)).join(', ')}`,
	];
};

/** Where the words begin, right of the verdicts. */
const margin = 13;

const itemLines = ({item, verdict, findings, counts}: ItemResult, setting: TableSetting): readonly string[] => {
	const {paint} = setting;
	const tally = (['fail', 'warn', 'waived', 'pass'] as const).filter(one => counts[one] > 0).map(one => `${counts[one]} ${one}`).join(', ');
	const known = findings.filter(({verdict: one, isKnown}) => isKnown && isOpen(one)).length;
	const title = `${item.number}. ${item.title}`;
	const quiet = `${item.id}${tally === '' ? '' : ` · ${tally}`}${known === 0 ? '' : ` · ${known} known`}`;
	const isShort = margin + title.length + quiet.length + 2 <= setting.columns;
	const lines = wrap(title, Math.max(30, setting.columns - margin));
	const headLines = lines.map((line, index) => `${index === 0 ? `    ${paint(verdict, words[verdict].padEnd(8))} ` : ' '.repeat(margin)}${line}${isShort && index === 0 ? `  ${paint('quiet', quiet)}` : ''}`);
	const relevant = findings.filter(({verdict: one}) => (setting.isComplete ? one !== 'na' : isOpen(one)));
	const byCode = [...Map.groupBy(relevant.filter(({isKnown}) => setting.isComplete || !isKnown), ({code, verdict: one}) => `${one} ${code}`).values()].toSorted((a, b) => rank(a[0]) - rank(b[0]));
	return [...headLines, ...(isShort ? [] : [`${' '.repeat(margin)}${paint('quiet', quiet)}`]), ...byCode.flatMap(same => codeLines(same, setting))];
};

const rank = (finding: Finding | undefined): number => [...openVerdicts, 'waived', 'pass', 'na'].indexOf(finding?.verdict ?? 'na');

/** How many of the same kind are listed unless everything is wanted. */
const mostOfAKind = 5;

const codeLines = (same: readonly Finding[], setting: TableSetting): readonly string[] => {
	const listed = setting.isComplete ? same : same.slice(0, mostOfAKind);
	const [first] = same;
	const fix = setting.withFixes && first !== undefined && isOpen(first.verdict) ? fixFor(first) : null;
	return [
		...listed.flatMap(finding => findingLines(finding, setting)),
		...(same.length > listed.length ? [setting.paint('quiet', `             … and ${same.length - listed.length} more (${first?.code ?? ''})`)] : []),
		...(fix === null ? [] : makeSafe(fix).split('\n').map(line => setting.paint('quiet', `               | ${line}`))),
	];
};

const findingLines = (finding: Finding, {columns, paint}: TableSetting): readonly string[] => {
	const place = placeOf(finding);
	const where = finding.object === null ? '' : `${nameOf(finding.object)}${place === null || finding.object.isLive ? '' : `, ${placeText(place)}`}: `;
	const said = finding.answer === null ? '' : ` [${finding.answer.answer}: ${finding.answer.person}, ${finding.answer.on}]`;
	const waived = finding.waiver === null ? '' : ` [waived: ${finding.waiver.reason}${finding.waiver.by === '' ? '' : `, ${finding.waiver.by}`}${finding.waiver.until === null ? '' : `, until ${finding.waiver.until}`}; ${finding.waiver.from}]`;
	const expired = finding.expired === null ? '' : ` [its waiver ended on ${finding.expired.until ?? ''}: ${finding.expired.reason}]`;
	const mark = finding.verdict === 'fail' || finding.verdict === 'warn' ? paint(finding.verdict, '-') : '-';
	return wrap(makeSafe(`${where}${finding.message}${said}${waived}${expired}`), Math.max(30, columns - 16)).map((line, index) => `${index === 0 ? `             ${mark} ` : '               '}${line}`);
};

const waiverLines = ({waivers, checkedAt}: CheckResult, {columns, paint}: TableSetting): readonly string[] => {
	const name = (item: string, code: string | null): string => (code === null ? item : `${item}/${code}`);
	const lines = [
		...waivers.expired.map(({item, code, until, by, from}) => note('ended', `${name(item, code)}: the waiver of ${by} ended on ${until} (${from})`, columns, word => paint('fail', word))),
		...waivers.unused.map(({item, code, from}) => note('unused', `${name(item, code)}: nothing needs it (${from})`, columns)),
		...waivers.useless.map(one => note('ignored', `${one}: an annotation needs a reason, by: and until:`, columns)),
		...waivers.staleAnswers.map(({item, person, on, validDays}) => (isAhead({on}, checkedAt) ? note('ahead', `${item}: the answer of ${person} is of ${on}, a day that is to come`, columns) : note('ended', `${item}: the answer of ${person} of ${on} counted for ${validDays} days`, columns))),
	].flat();
	return lines.length === 0 ? [] : ['', paint('title', 'Waivers and answers'), ...lines];
};

const problemLines = ({problems}: CheckResult, {columns, paint}: TableSetting): readonly string[] =>
	problems.length === 0
		? []
		: ['', paint('title', 'Not read'), ...problems.flatMap(({source, line, level, message, template}) => note(level, `${source}:${line}${template === null ? '' : ` (${template})`}: ${message}`, columns, word => (level === 'error' ? paint('fail', word) : word)))];

/** A word and what it is about, below each other when it is long. */
const note = (word: string, text: string, columns: number, paint: (text: string) => string = plain => plain): readonly string[] =>
	wrap(makeSafe(text), Math.max(30, columns - 10)).map((line, index) => (index === 0 ? `  ${paint(word.padEnd(7))} ${line}` : `          ${line}`));

/** Breaks at blanks; a word that is longer than a line stays whole. */
const wrap = (text: string, width: number): readonly string[] => {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/)) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}

	return [...lines, line];
};
