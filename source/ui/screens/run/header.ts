import {checkWindow} from '../../../run/window.ts';
import {walkOf} from '../../../run/walk.ts';
import {clipMiddle} from '../../../text/clip.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatTime} from '../../../text/format-time.ts';
import {makeSafe, safe} from '../../../text/safe-text.ts';
import {join, spansWidth, words, type Row, type Span} from '../../components/row.ts';
import type {RunContext} from './panel.ts';
import {releaseRow} from './release-row.ts';

/** What is released, from → to, where, and whether anything has changed yet. Always there. */
export const headerRows = (context: RunContext, columns: number): readonly Row[] => [releaseRow(context), placeRow(context, columns)];

/** Cluster names of clouds are addresses; their ends tell them apart. */
const longestName = 24;

const placeRow = (context: RunContext, columns: number): Row => {
	const {state, clean, theme} = context;
	const {target} = state.plan;
	const dot = safe` ${theme.glyphs.dot} `;
	const places = [
		...(target.context === undefined ? [] : [safe`context ${clipMiddle(clean(target.context), longestName)}`]),
		...(target.namespace === undefined ? [] : [safe`namespace ${clipMiddle(clean(target.namespace), longestName)}`]),
		...(target.database === undefined ? [] : [safe`database ${clipMiddle(clean(databaseName(target.database)), longestName)}`]),
	];
	const firm = [impact(context), ...signerFact(context)];
	const facts = [...firm, ...windowFact(context), ...elapsedFact(context)];
	// The most important first; what does not fit is left out, of the places first.
	const fitting = places.filter((_, index) => index === 0 || spansWidth([words(join(places.slice(0, index + 1), dot))]) + spansWidth(firm) + firm.length * 3 + 1 <= columns);
	const left = [words(safe` ${join(fitting, dot)}`, 'quiet')];
	const room = columns - spansWidth(left) - 3;
	const kept = facts.filter((_, index) => index < firm.length || spansWidth(facts.slice(0, index + 1)) + index * 3 <= room);
	return {left, right: [...kept.flatMap((fact, index): readonly Span[] => (index === 0 ? [fact] : [words(dot, 'quiet'), fact])), words(safe` `)]};
};

/** The line between what can't harm and what can. */
const impact = ({state}: RunContext): Span => {
	const isOpen = state.ending === null;
	const first = state.changedSince ?? state.reachedSince;
	if (first === null) return words(isOpen ? safe`no impact yet` : safe`nothing was changed`, 'good');
	const since = makeSafe(formatTime(new Date(first)));
	if (state.changedSince === null) return isOpen ? words(safe`may reach others since ${since}`, 'warning') : words(safe`may have reached others`, 'quiet');
	return isOpen ? words(safe`changing since ${since}`, 'warning') : words(safe`changed from ${since}`, 'quiet');
};

/** It stays in sight that the operator's own key signs no more. */
const signerFact = ({state}: RunContext): readonly Span[] => (state.signerChanged === null || state.ending !== null ? [] : [words(safe`machine key signs`, 'warning')]);

const windowFact = ({state, now}: RunContext): readonly Span[] => {
	const window = walkOf(state).find(({task, status}) => task.kind === 'window' && status !== 'skipped')?.task;
	if (window?.kind !== 'window' || state.ending !== null) return [];
	const verdict = checkWindow(window.window, now);
	if (!verdict.open) return [words(safe`window closed`, 'warning')];
	if (verdict.closesAt === null) return [];
	const isSoon = verdict.closesAt.getTime() - now.getTime() < soonMs;
	return [words(safe`window closes ${makeSafe(formatTime(verdict.closesAt))}`, isSoon ? 'warning' : 'quiet')];
};

const soonMs = 30 * 60_000;

const elapsedFact = ({state, now}: RunContext): readonly Span[] => {
	const start = Date.parse(state.createdAt);
	if (Number.isNaN(start)) return [];
	const end = state.ending === null ? now.getTime() : Date.parse(state.ending.at);
	// Minutes are enough, and the line is then drawn again once a minute only.
	const minutes = Math.floor((end - start) / 60_000);
	return minutes < 1 ? [] : [words(makeSafe(formatDuration(minutes * 60_000)), 'quiet')];
};

/** `postgresql://release@db.uat/egov_db` → `egov_db` */
const databaseName = (url: string): string => /^[a-z][a-z0-9+.-]*:\/\/[^/]*\/([^?]+)/i.exec(url)?.[1] ?? url;
