import type {Difference} from '../../../actions/helm/difference.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {factList} from '../../components/gate-list.ts';
import {join, section, type Row} from '../../components/row.ts';
import type {RunContext} from './panel.ts';

/** What is consented to, in a few lines: of one release its chart, objects and new images, of several a line each. The rest is in the difference. */
export const changesRows = (context: Pick<RunContext, 'clean' | 'theme'>, differences: readonly Difference[], columns: number): readonly Row[] => {
	const [only, ...others] = differences;
	if (only === undefined) return [];
	const facts = others.length === 0 ? releaseFacts(context, only) : differences.map(one => ({label: context.clean(one.release), value: objectWords(one)}));
	return section(safe`What changes`, factList(facts, columns, 0));
};

const releaseFacts = ({clean, theme}: Pick<RunContext, 'clean' | 'theme'>, difference: Difference): readonly {readonly label: SafeText; readonly value: SafeText}[] => {
	const {live, coming, images} = difference;
	const charts = [live?.chart, coming?.chart].flatMap(chart => (chart === undefined ? [] : [clean(chart)]));
	const fresh = images.filter(({isLive}) => !isLive);
	const more = fresh.length > mostImages ? fresh.length - mostImages + 1 : 0;
	return [
		{label: safe`Chart`, value: live === null ? safe`${join(charts, safe``)}, first install` : charts[0] === charts[1] ? safe`${charts[0] ?? safe``}, as live` : join(charts, safe` ${theme.glyphs.arrow} `)},
		{label: safe`Objects`, value: objectWords(difference)},
		...fresh.slice(0, fresh.length - more).map(({image}, index) => ({label: index === 0 ? safe`New images` : safe``, value: clean(image)})),
		...(more === 0 ? [] : [{label: safe``, value: safe`and ${more} more`}]),
	];
};

/** With those of a first release, a screen of 24 rows is not left. */
const mostImages = 4;

const objectWords = ({changes, unchanged}: Difference): SafeText => {
	const count = (kind: Difference['changes'][number]['change']): number => changes.filter(({change}) => change === kind).length;
	const parts = [[count('added'), 'new'], [count('changed'), 'changed'], [count('removed'), 'deleted'], [unchanged, 'unchanged']] as const;
	return makeSafe(changes.length === 0 ? 'nothing changes' : parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`).join(', '));
};
