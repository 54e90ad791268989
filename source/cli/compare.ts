import {readRun} from '../engine/read-run.ts';
import {compareRuns, type ComparedRow} from '../run/compare-runs.ts';
import {releaseOf} from '../run/release.ts';
import type {RunState} from '../run/state.ts';
import {redactUrls, safeRedactor} from '../text/redact.ts';
import type {Io} from './command.ts';

/** `slipway show A --compare B`: on a screen at a terminal, else what differs in lines. Exit status 1 when a journal is damaged. */
export const compare = async (firstId: string, secondId: string, io: Io): Promise<number> => {
	const [first, second] = [readRun(io.env, firstId), readRun(io.env, secondId)];
	const rows = compareRuns(first.state, second.state);
	if (io.isTerminal) await (await import('../ui/compare-app.tsx')).runCompare({first: nameOf(first.state), second: nameOf(second.state), rows: rows.map(clean)});
	else io.out(linesOf(first.state, second.state, rows));
	const damages = [first, second].flatMap(({damage, state}) => (damage === null ? [] : [`${state.id}: ${damage}`]));
	if (damages.length === 0) return 0;
	io.err(`slipway: ${damages.join('\n  ')}\n  What is compared comes before it.\n`);
	return 1;
};

const safe = safeRedactor(redactUrls);

const clean = (row: ComparedRow): ComparedRow => ({...row, name: safe(row.name), first: row.first === null ? null : safe(row.first), second: row.second === null ? null : safe(row.second)});

const nameOf = (state: RunState): string => {
	const {name, to} = releaseOf(state);
	return `${name}${to === null ? '' : ` ${to}`}, ${state.createdAt.slice(0, 16).replace('T', ' ')} UTC, ${state.id}`;
};

const linesOf = (first: RunState, second: RunState, rows: readonly ComparedRow[]): string => {
	const different = rows.filter(({isSame}) => !isSame);
	return safe(
		[
			`< ${nameOf(first)}`,
			`> ${nameOf(second)}`,
			...different.flatMap(({section, name, first: a, second: b}) => ['', `${section}: ${name}`, `  < ${a ?? 'is not there'}`, `  > ${b ?? 'is not there'}`]),
			'',
			`${different.length} of ${rows.length} differ.`,
			'',
		].join('\n'),
	);
};
