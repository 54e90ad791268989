import {formatDuration} from '../../../text/format-duration.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import type {Cell} from '../../components/table.ts';
import type {Theme, Tone} from '../../theme.ts';
import type {ListedRun} from './run-source.ts';

export type RunCellsProps = {readonly run: ListedRun; readonly theme: Theme; readonly clean: (text: string) => SafeText};

/** Less space between columns where there is little. */
export const gapFor = (columns: number): number => (columns < 90 ? 1 : 2);

/** What every list says of a run. */
export const runCells = ({run, theme, clean}: RunCellsProps) => {
	const {glyph, tone, word} = looks[run.standing];
	return {
		name: {text: clean(run.name)},
		versions: {text: versionsOf(run, clean, theme)},
		target: {text: clean(run.target)},
		result: {text: safe`${theme.glyphs[glyph]} ${run.where === '' || run.standing === 'unreadable' ? word : clean(run.where)}${run.rehearsal ? safe`, rehearsal` : safe``}`, tone},
		took: {text: run.standing === 'unreadable' ? safe`` : makeSafe(formatDuration(run.durationMs < 60_000 ? run.durationMs : Math.floor(run.durationMs / 60_000) * 60_000)), tone: 'quiet'},
		by: {text: clean(run.by.split('@', 1)[0] ?? ''), tone: 'quiet'},
		waived: {text: run.waivers === 0 ? safe`` : safe`${theme.glyphs.waived} ${run.waivers}`, tone: 'warning'},
	} as const satisfies Readonly<Record<string, Cell>>;
};

const versionsOf = ({from, to}: ListedRun, clean: RunCellsProps['clean'], theme: Theme): SafeText => {
	if (to === null) return from === null ? safe`` : clean(from);
	return from === null ? clean(to) : safe`${clean(from)} ${theme.glyphs.arrow} ${clean(to)}`;
};

const looks: Readonly<Record<ListedRun['standing'], {readonly glyph: 'running' | 'inDoubt' | 'failed' | 'here' | 'done' | 'rolledBack' | 'cancelled' | 'attention'; readonly tone: Tone; readonly word: SafeText}>> = {
	running: {glyph: 'running', tone: 'accent', word: safe`running`},
	'in-doubt': {glyph: 'inDoubt', tone: 'warning', word: safe`in doubt`},
	failed: {glyph: 'failed', tone: 'danger', word: safe`failed`},
	open: {glyph: 'here', tone: 'plain', word: safe`open`},
	left: {glyph: 'cancelled', tone: 'quiet', word: safe`left`},
	succeeded: {glyph: 'done', tone: 'good', word: safe`succeeded`},
	'rolled-back': {glyph: 'rolledBack', tone: 'warning', word: safe`rolled back`},
	abandoned: {glyph: 'cancelled', tone: 'warning', word: safe`abandoned`},
	unreadable: {glyph: 'attention', tone: 'danger', word: safe`journal is damaged`},
};
