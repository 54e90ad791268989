import {isOpen, openVerdicts} from '../../../checklist/finding.ts';
import type {Verdict} from '../../../checklist/item.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {blank, join, paragraph, rowOf, words, type Row} from '../../components/row.ts';
import {type ChecklistEntry, type ChecklistGroup, type ChecklistModel} from './checklist-model.ts';
import {selectedEntry, type ChecklistState} from './checklist-state.ts';
import {findingDetails, findingLine, verdictLooks, type ChecklistParts} from './finding-rows.ts';
import type {LaidChecklist} from './item-rows.ts';

/** Rows of the item's title, which stay where they are while the rest is scrolled. */
export const titleRows = 2;

/** The 15 groups with their progress; the one that is looked at is open. Around the item that is selected, where there is no room for all. */
export const checklistTree = (model: ChecklistModel, state: ChecklistState, rows: number, parts: ChecklistParts): readonly Row[] => {
	const selected = selectedEntry(state, model);
	const lines = model.groups.flatMap((group): readonly Row[] => {
		const isHere = selected !== null && group.entries.includes(selected);
		return [groupRow(group, isHere, parts), ...(isHere ? group.entries.map(entry => itemRow(entry, entry === selected, parts)) : [])];
	});
	const place = model.groups.findIndex(({entries}) => selected !== null && entries.includes(selected)) + (selected === null ? 0 : 1 + (model.groups.find(({entries}) => entries.includes(selected))?.entries.indexOf(selected) ?? 0));
	const top = Math.max(0, Math.min(lines.length - rows, place - Math.floor(rows / 2)));
	return lines.slice(top, top + rows);
};

const groupRow = ({title, entries, settled, verdict}: ChecklistGroup, isHere: boolean, {clean, theme}: ChecklistParts): Row => {
	const {glyph, tone} = verdictLooks[verdict];
	return {left: [words(safe` `), words(theme.glyphs[glyph], tone, true), words(safe` ${clean(title)}`, 'plain', isHere)], right: [words(safe`${settled}/${entries.length} `, settled === entries.length ? 'good' : 'quiet')]};
};

const itemRow = ({item, verdict}: ChecklistEntry, isSelected: boolean, {clean, theme}: ChecklistParts): Row => {
	const {glyph, tone} = verdictLooks[verdict];
	return rowOf(words(isSelected ? safe` ${theme.glyphs.choice} ` : safe`   `, 'accent', true), words(theme.glyphs[glyph], tone, true), words(safe` ${item.number} ${clean(item.title)}`, isSelected ? 'accent' : 'plain', isSelected));
};

/** The selected item: its group and verdict, then as much of it as fits. */
export const checklistItem = (sight: LaidChecklist, state: ChecklistState, parts: ChecklistParts): readonly Row[] => {
	const entry = selectedEntry(state, sight.model);
	if (entry === null) return [rowOf(words(safe`Nothing was checked.`, 'quiet'))];
	const page = sight.pageOf(entry, state.finding);
	const top = Math.max(0, Math.min(state.top, page.count - sight.rows));
	const below = page.count - top - sight.rows;
	const shown = Array.from({length: Math.max(0, Math.min(sight.rows, page.count - top))}, (_, index) => page.row(top + index));
	const more = {left: [], right: below > 0 ? [words(safe`${parts.theme.glyphs.more} ${below} more ${below === 1 ? safe`line` : safe`lines`}`, 'accent')] : top > 0 ? [words(safe`end`, 'quiet')] : []};
	return [{left: [words(parts.clean(entry.item.group), 'quiet')], right: [verdictSpan(entry.verdict, parts)]}, more, ...shown];
};

const verdictSpan = (verdict: Verdict, {theme}: ChecklistParts) => {
	const {glyph, word, tone} = verdictLooks[verdict];
	return words(safe`${theme.glyphs[glyph]} ${word}`, tone, true);
};

/** The line above the keys: what was said and does not count yet, or how much is open. */
export const checklistNext = ({items, decisions}: ChecklistModel, columns: number): readonly Row[] => {
	if (decisions.some(({kind}) => kind === 'withdrawal')) return paragraph(safe`What was said and withdrawn counts once it is checked again: r.`, columns - 2, {indent: 1, tone: 'accent', bold: true});
	if (decisions.length > 0) return paragraph(safe`${decisions.length === 1 ? safe`1 answer or waiver counts` : safe`${decisions.length} answers and waivers count`} once it is checked again: r.`, columns - 2, {indent: 1, tone: 'accent', bold: true});
	const open = openCounts(items);
	const fresh = items.flatMap(({sections}) => sections).filter(({name}) => name === 'new').reduce((sum, {findings}) => sum + findings.length, 0);
	if (open.length === 0) return paragraph(safe`Every item passes, is waived, or does not apply.`, columns - 2, {indent: 1, tone: 'good'});
	return paragraph(safe`Items: ${join(open, safe`, `)}.${fresh === 0 ? safe`` : safe` New findings: ${fresh}.`}`, columns - 2, {indent: 1, bold: true});
};

const openCounts = (items: readonly ChecklistEntry[]): readonly SafeText[] =>
	openVerdicts.flatMap(verdict => {
		const count = items.filter(entry => entry.verdict === verdict).length;
		return count === 0 ? [] : [safe`${count} ${verdictLooks[verdict].word}`];
	});

/** How many findings of an item are listed where all of it is printed. */
const mostListed = 5;

/** The whole checklist as lines that are only read: groups with their progress, every item, and of the open ones their findings. */
export const checklistText = (model: ChecklistModel, columns: number, parts: ChecklistParts): readonly Row[] => [
	...model.groups.flatMap(({title, entries, settled}) => [
		rowOf(words(safe`${parts.clean(title)}, ${settled} of ${entries.length} settled`, 'plain', true)),
		...entries.flatMap(entry => [
			...paragraph(safe`${entry.item.number} ${parts.clean(entry.item.title)}: ${verdictLooks[entry.verdict].word}`, columns, {indent: 2, hang: 3}),
			...entry.findings.slice(0, mostListed).flatMap(one => (isOpen(one.verdict) || one.said !== null ? findingText(one, entry, columns, parts) : [])),
			...(entry.open > mostListed ? [rowOf(words(safe`    and ${entry.open - mostListed} more`, 'quiet'))] : []),
		]),
		blank,
	]),
	...checklistNext(model, columns),
];

const findingText = (one: ChecklistEntry['findings'][number], {sections}: ChecklistEntry, columns: number, parts: ChecklistParts): readonly Row[] => {
	const section = sections.find(({findings}) => findings.includes(one))?.name;
	const {left} = findingLine(one, false, parts);
	return [rowOf(words(safe`  `), ...left, words(section === 'new' ? safe`, new` : section === 'known' ? safe`, known` : safe``)), ...findingDetails(one, columns, parts)];
};
