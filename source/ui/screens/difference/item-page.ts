import type {Difference, DifferenceChange} from '../../../actions/helm/difference.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {blank, marked, rowOf, section, words, type Row} from '../../components/row.ts';
import type {Tone} from '../../theme.ts';
import {sideBySidePane, unifiedPane, type PaneParts} from './diff-pane.ts';
import type {Item} from './difference-model.ts';

/** All rows of one item below its title, made when they are seen: first what it means, then the lines. */
export type ItemPage = {
	readonly count: number;
	/** Rows on which a change begins. */
	readonly changes: readonly number[];
	/** The row on which a line of the diff, from 0, is shown. */
	readonly rowOfLine: (line: number) => number;
	/** `found`: the line of the diff that a search found. */
	readonly row: (index: number, place: {readonly left: number; readonly found: number | null}) => Row;
};

export const itemPage = ({difference, change}: Item, {columns, isSideBySide}: {readonly columns: number; readonly isSideBySide: boolean}, parts: PaneParts): ItemPage => {
	const head = change === null ? releaseRows(difference, columns, parts) : meaningRows(change, columns, parts);
	if (change === null) return {count: head.length, changes: [], rowOfLine: () => 0, row: index => head[index] ?? blank};
	const pane = isSideBySide ? sideBySidePane(change, parts) : unifiedPane(change, parts);
	const above = head.length;
	return {
		count: above + pane.count,
		changes: pane.changes.map(row => row + above),
		rowOfLine: line => above + pane.rowOfLine(line),
		row: (index, {left, found}) => (index < above ? (head[index] ?? blank) : pane.row(index - above, {columns, left, isFound: found !== null && pane.rowOfLine(found) === index - above})),
	};
};

/** Why it is dangerous stands above the lines, so that it is read first and never lies below what fits. */
const meaningRows = ({findings}: DifferenceChange, columns: number, parts: PaneParts): readonly Row[] => {
	const rows = findingRows(findings, columns, parts);
	return rows.length === 0 ? [] : [rowOf(words(safe`What this means`, 'plain', true)), ...rows, blank];
};

const findingRows = (findings: Difference['findings'], columns: number, {clean, theme}: PaneParts): readonly Row[] =>
	findings.flatMap(({level, what, where}) => {
		const {glyph, tone} = looks[level];
		return [
			...marked(words(theme.glyphs[glyph], tone, true), clean(what), columns, {tone: level === 'danger' ? 'danger' : 'plain'}),
			...(where === undefined || where.includes('/templates/') ? [] : marked(words(safe` `), clean(where), columns, {tone: 'quiet'})),
		];
	});

const looks: Readonly<Record<Difference['findings'][number]['level'], {readonly glyph: 'attention' | 'waived' | 'dot'; readonly tone: Tone}>> = {
	danger: {glyph: 'attention', tone: 'danger'},
	warning: {glyph: 'waived', tone: 'warning'},
	note: {glyph: 'dot', tone: 'quiet'},
};

/** What is live beside what comes, the images, and what is said of the release as a whole. */
const releaseRows = ({live, coming, images, findings}: Difference, columns: number, parts: PaneParts): readonly Row[] => {
	const {clean, theme} = parts;
	const dot = safe` ${theme.glyphs.dot} `;
	const app = (version: string): SafeText => (version === '' ? safe`` : safe`${dot}app ${clean(version)}`);
	return [
		...factList(
			[
				{label: safe`Live`, value: live === null ? safe`nothing: this is the first install` : safe`${clean(live.chart)}${app(live.appVersion)}${dot}revision ${live.revision}, ${clean(live.status)}${dot}${sinceWords(live.at)}`},
				{label: safe`Coming`, value: coming === null ? safe`unknown` : safe`${clean(coming.chart)}${app(coming.appVersion)}`},
			],
			columns,
			0,
		),
		...section(
			safe`Images`,
			images.flatMap(({image, isLive, digest}) => marked(words(isLive ? safe`=` : safe`+`, isLive ? 'quiet' : 'good', true), safe`${clean(image)}${isLive ? safe`  live already` : digest === null ? safe`  new, no digest` : safe`  new`}`, columns, {tone: isLive ? 'quiet' : 'plain'})),
		),
		...section(safe`Of the release as a whole`, findingRows(findings, columns, parts)),
	];
};

const sinceWords = (at: string): SafeText => {
	const date = new Date(at);
	return Number.isNaN(date.getTime()) ? makeSafe(at) : safe`since ${makeSafe(new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit'}).format(date))}`;
};
