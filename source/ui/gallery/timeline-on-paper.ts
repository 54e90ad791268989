import {compareRuns} from '../../run/compare-runs.ts';
import {emptyRun, reduce} from '../../run/reducer.ts';
import {makeSafe} from '../../text/safe-text.ts';
import type {Comparison} from '../screens/compare/lay-compare.ts';
import {textLines} from '../screens/timeline/text-lines.ts';
import type {Timeline} from '../screens/timeline/timeline.ts';
import type {PaperRun} from './release-on-paper.ts';

/** A run on paper to step through. Its files hold what they are told to. */
export const paperTimeline = (run: PaperRun, content: readonly string[] = [], changes: Partial<Timeline> = {}): Timeline => {
	const lines = run.lines();
	const {id, plan} = run.snapshot();
	return {
		lines,
		stateAt: index => lines.slice(0, index + 1).reduce((state, line) => reduce(state, line, ((line.seq + 1) * 0x9E_37_79_B1).toString(16).padEnd(64, '51d0e7fa')), emptyRun(id, plan)),
		damage: null,
		openOutput: () => textLines(content.map(line => makeSafe(line))),
		openFile: async () => ({text: textLines(content.map(line => makeSafe(line))), standing: `As it was recorded: SHA-256 ${'d'.repeat(64)}`, isAsRecorded: true}),
		...changes,
	};
};

export const paperComparison = (first: PaperRun, second: PaperRun): Comparison => ({first: 'egov-user 2.9.2, 2026-11-24 13:50 UTC, 01JDK7', second: 'egov-user 2.9.2, 2026-11-23 10:02 UTC, 01JDG8', rows: compareRuns(first.snapshot(), second.snapshot())});
