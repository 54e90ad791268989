import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {blank, paragraph, rowOf, words, type Row} from '../../components/row.ts';
import type {ChecklistEntry, SectionName} from './checklist-model.ts';
import type {ChecklistPage, ChecklistSight} from './checklist-state.ts';
import {findingDetails, findingLine, type ChecklistParts} from './finding-rows.ts';

/** An item below its title: why it matters, and its findings, of which one may be open. A row is made when it is seen. */
export type ItemPage = ChecklistPage & {readonly row: (index: number) => Row};

/** A checklist with its items laid out. */
export type LaidChecklist = Omit<ChecklistSight, 'pageOf'> & {readonly pageOf: (entry: ChecklistEntry, finding: number | null) => ItemPage};

/** `finding`: the place of the one that is looked at; null: the item as a whole. */
export const itemPage = (entry: ChecklistEntry, finding: number | null, columns: number, parts: ChecklistParts): ItemPage => {
	const {item, sections, findings} = entry;
	const selected = finding === null ? null : Math.min(finding, findings.length - 1);
	// The only finding is what the item is about.
	const opened = selected ?? (findings.length === 1 ? 0 : null);
	const details = opened === null || findings[opened] === undefined ? [] : findingDetails(findings[opened], columns, parts);
	const head = [
		...paragraph(safe`${item.number}. ${parts.clean(item.title)}`, columns, {bold: true}),
		...paragraph(parts.clean(item.why), columns),
		...paragraph(parts.clean(item.source), columns, {tone: 'quiet'}),
		...(findings.length === 0 ? [blank, ...paragraph(emptyWords(entry), columns, {tone: 'quiet'})] : []),
	];

	// Sections stand below each other: a blank row, a heading, a row for each finding; the rows of the open one are put in behind it.
	const starts: {readonly at: number; readonly from: number; readonly count: number; readonly name: SectionName}[] = [];
	let at = head.length;
	let from = 0;
	for (const {name, findings: some} of sections) {
		starts.push({at, from, count: some.length, name});
		at += 2 + some.length;
		from += some.length;
	}

	const lineOf = (place: number): number => {
		const section = starts.findLast(start => start.from <= place);
		return section === undefined ? head.length : section.at + 2 + place - section.from;
	};
	const detailsAt = opened === null ? Number.POSITIVE_INFINITY : lineOf(opened) + 1;
	const lineRow = (line: number): Row => {
		const section = starts.findLast(start => start.at <= line);
		if (section === undefined || line === section.at) return blank;
		if (line === section.at + 1) return {left: [words(headings[section.name], 'plain', true)], right: [words(safe`${section.count}`, 'quiet')]};
		const place = section.from + line - section.at - 2;
		const one = findings[place];
		return one === undefined ? blank : findingLine(one, place === selected, parts);
	};
	return {
		count: at + details.length,
		placeOf: place => [lineOf(place) + (place > (opened ?? Number.POSITIVE_INFINITY) ? details.length : 0), lineOf(place) + 1 + (place === opened ? details.length : 0)],
		row: index => {
			if (index < head.length) return head[index] ?? blank;
			if (index < detailsAt) return lineRow(index);
			return index < detailsAt + details.length ? (details[index - detailsAt] ?? rowOf()) : lineRow(index - details.length);
		},
	};
};

const headings: Readonly<Record<SectionName, SafeText>> = {
	new: safe`New: the live release does not have it`,
	open: safe`Open`,
	known: safe`Known: the live release has it too`,
	waived: safe`Waived`,
	answered: safe`Answered`,
};

const emptyWords = ({item: {counts}}: ChecklistEntry): SafeText => (counts.pass > 0 ? makeSafe(`${counts.pass} ${counts.pass === 1 ? 'place passes' : 'places pass'}.`) : safe`Nothing here is of the kind that it is about.`);
