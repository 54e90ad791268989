import {isDangerous, type DifferenceChange} from '../../../actions/helm/difference.ts';
import {clipMiddle} from '../../../text/clip.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {blank, join, rowOf, spansWidth, words, type Row, type Span} from '../../components/row.ts';
import {fieldRow} from '../../components/text-field.ts';
import type {Theme, Tone} from '../../theme.ts';
import type {PaneParts} from './diff-pane.ts';
import type {DifferenceModel, Item, TreeLine} from './difference-model.ts';
import {selectedItem, unreadIn, type DifferenceSight, type DifferenceState} from './difference-state.ts';

/** Rows of the object's title, which stay where they are while the rest is scrolled. */
export const titleRows = 3;

/** The tree: only the lines that are seen, around the one that is selected. */
export const treeRows = (model: DifferenceModel, state: DifferenceState, {columns, rows}: {readonly columns: number; readonly rows: number}, parts: PaneParts): readonly Row[] => {
	const selected = selectedItem(state, model);
	const place = model.lines.findIndex(line => line.kind === 'item' && line.item === selected);
	const top = Math.max(0, Math.min(model.lines.length - rows, place - Math.floor(rows / 2)));
	return model.lines.slice(top, top + rows).map(line => treeRow(line, {columns, isSelected: line.kind === 'item' && line.item === selected, state, parts}));
};

const treeRow = (line: TreeLine, {columns, isSelected, state, parts}: {readonly columns: number; readonly isSelected: boolean; readonly state: DifferenceState; readonly parts: PaneParts}): Row => {
	const {clean, theme} = parts;
	switch (line.kind) {
		case 'blank':
			return blank;
		case 'group':
			return {left: [words(safe` ${line.name}`, 'plain', true)], right: [words(safe`${line.count} `, 'quiet')]};
		case 'place':
			return rowOf(words(line.namespace === '' ? safe`   in the whole cluster` : safe`   in ${clean(line.namespace)}`, 'quiet'));
		case 'rest':
			return rowOf(words(safe` ${line.text}`, 'quiet'));
		case 'item':
			return itemRow(line.item, {columns, isSelected, isOpened: state.opened.has(line.item.id), parts: {clean, theme}});
	}
};

const itemRow = ({change, difference}: Item, {columns, isSelected, isOpened, parts: {clean, theme}}: {readonly columns: number; readonly isSelected: boolean; readonly isOpened: boolean; readonly parts: PaneParts}): Row => {
	const pointer = words(isSelected ? safe` ${theme.glyphs.choice} ` : safe`   `, 'accent', true);
	if (change === null) return rowOf(words(isSelected ? safe`${theme.glyphs.choice}` : safe` `, 'accent', true), words(clean(difference.release), isSelected ? 'accent' : 'plain', true));
	const mark = markOf(change, isOpened, theme);
	const read = isDangerous(change) && isOpened ? [words(safe`${theme.glyphs.done} `, 'good')] : [];
	const room = columns - spansWidth([pointer, mark, ...read]) - 2;
	return {
		left: [pointer, mark, words(safe` ${clipMiddle(clean(`${change.kind}/${change.name}`), Math.max(4, room), theme.glyphs.ellipsis)}`, isSelected ? 'accent' : change.isOnlyVersionLabels ? 'quiet' : 'plain', isSelected)],
		right: read,
	};
};

/** `!` has to be read, `+` comes, `-` goes, `~` changes. */
const markOf = (change: DifferenceChange, isOpened: boolean, {glyphs}: Theme): Span => {
	if (isDangerous(change)) return words(glyphs.attention, isOpened ? 'warning' : 'danger', true);
	return change.change === 'added' ? words(safe`+`, 'good', true) : change.change === 'removed' ? words(safe`-`, 'danger', true) : words(safe`~`, change.isOnlyVersionLabels ? 'quiet' : 'warning', true);
};

/** The selected object: its title, then as much of it as fits. */
export const itemRows = (sight: DifferenceSight, state: DifferenceState, columns: number, parts: PaneParts): readonly Row[] => {
	const item = selectedItem(state, sight.model);
	if (item === null) return [rowOf(words(safe`Nothing changes.`, 'quiet'))];
	const page = sight.pageOf(item);
	const {found} = state.search ?? {found: null};
	const line = found !== null && sight.model.items[found.item] === item && found.line >= 0 ? found.line : null;
	const top = Math.max(0, Math.min(state.top, page.count - sight.rows));
	const shown = Array.from({length: Math.max(0, Math.min(sight.rows, page.count - top))}, (_, index) => page.row(top + index, {left: state.left, found: line}));
	return [...titleOf(item, columns, {top, below: page.count - top - shown.length}, parts), ...shown];
};

/** What the object is and where it comes from, in two rows. */
const titleOf = ({difference, change}: Item, columns: number, {top, below}: {readonly top: number; readonly below: number}, {clean, theme}: PaneParts): readonly Row[] => {
	const dot = safe` ${theme.glyphs.dot} `;
	const more = {left: [], right: below > 0 ? [words(safe`${theme.glyphs.more} ${below} more lines`, 'accent')] : top > 0 ? [words(safe`end`, 'quiet')] : []};
	if (change === null) return [rowOf(words(clean(difference.release), 'plain', true)), rowOf(words(safe`in ${clean(difference.namespace)}`, 'quiet')), more];
	const {word, tone} = changeWords[change.change];
	const label = change.insteadOf === null ? word : safe`instead of the ${clean(change.insteadOf)}`;
	const lines = [...(change.linesAdded > 0 ? [safe`+${change.linesAdded}`] : []), ...(change.linesRemoved > 0 ? [safe`-${change.linesRemoved}`] : [])];
	const facts = [
		...(change.namespace === '' ? [safe`whole cluster`] : change.namespace === difference.namespace ? [] : [safe`in ${clean(change.namespace)}`]),
		...(change.isHook ? [safe`hook`] : []),
		...(change.kind === 'Secret' ? [safe`values masked`] : []),
		...(change.isOnlyVersionLabels ? [safe`only version labels`] : []),
		...(lines.length > 0 ? [join(lines, safe` `)] : []),
		...(change.template === null ? [] : [templateWords(change, clean)]),
	];
	return [
		{left: [words(clipMiddle(clean(`${change.kind}/${change.name}`), columns - spansWidth([words(label)]) - 3, theme.glyphs.ellipsis), 'plain', true)], right: [words(label, tone)]},
		rowOf(words(join(facts, dot), 'quiet')),
		more,
	];
};

const changeWords: Readonly<Record<DifferenceChange['change'], {readonly word: SafeText; readonly tone: Tone}>> = {
	added: {word: safe`new`, tone: 'good'},
	removed: {word: safe`deleted`, tone: 'danger'},
	changed: {word: safe`changed`, tone: 'warning'},
};

/** `user/templates/role.yaml:14` */
const templateWords = ({template, templateLine}: DifferenceChange, clean: PaneParts['clean']): SafeText => safe`${clean(template ?? '')}${templateLine === null ? safe`` : safe`:${templateLine}`}`;

/** The line above the keys: a search, or what still has to be read. */
export const differenceNext = (model: DifferenceModel, state: DifferenceState, {columns, isAsked, clean}: {readonly columns: number; readonly isAsked: boolean; readonly clean: PaneParts['clean']}): Row => {
	const {search} = state;
	if (search?.isTyping === true) return fieldRow([words(safe` / `, 'accent', true)], search.field, columns, safe`search names and lines`);
	if (search !== null) return search.found === null ? rowOf(words(safe` ${clean(search.wanted)} is nowhere in this difference.`, 'warning')) : rowOf(words(safe` Found ${clean(search.wanted)}; n and N look on, esc ends the search.`, 'quiet'));
	const unread = unreadIn(state, model).length;
	const changes = model.changeCount === 1 ? safe`1 change` : safe`${model.changeCount} changes`;
	if (unread > 0) return rowOf(words(safe` ${changes}, ${unread} to be read${isAsked ? safe` before you can confirm` : safe``}.`, 'warning', true));
	return rowOf(words(model.dangers.length === 0 ? safe` ${changes}, none that has to be read one by one.` : model.dangers.length === 1 ? safe` ${changes}, the one that matters most was opened.` : safe` ${changes}, all ${model.dangers.length} that matter most were opened.`, 'quiet'));
};
