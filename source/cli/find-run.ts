import {readRun} from '../engine/read-run.ts';
import {Problem} from '../errors.ts';
import {summaryOf} from '../run/summary.ts';
import {listRuns, stateFolder} from '../stores/run-folder.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Io} from './command.ts';
import {runNamed} from './run-named.ts';

/** What is meant when no run is named. */
export type Fallback = 'last' | 'unfinished';

/**
The id of the run that is meant: the named one or, when none is named, the last one, or the only one that has not ended. Throws `Problem`; it
never chooses among several.
*/
export const findRun = (io: Io, name: string | undefined, fallback: Fallback): string => {
	if (name !== undefined) return runNamed(io, name);
	const root = stateFolder(io.env);
	const all = listRuns(root);
	const [last] = all;
	if (last === undefined) throw new Problem({code: 'run-none', what: 'There is no run yet.', why: `Runs are kept in ${root}.`, todo: 'Start one: `slipway run RUNBOOK`, or `slipway rehearse` in a sandbox.'});
	return fallback === 'last' ? last : onlyUnfinished(io, all);
};

const onlyUnfinished = (io: Io, all: readonly string[]): string => {
	const open = all.filter(id => isOpen(io, id));
	const [id] = open;
	if (id !== undefined && open.length === 1) return id;
	throw new Problem({
		code: id === undefined ? 'run-none' : 'run-several',
		what: id === undefined ? 'There is no unfinished run.' : `${open.length} runs are unfinished.`,
		why: id === undefined ? 'Every release has ended; a rehearsal that was left can not be gone on with.' : `They are:\n${open.slice(0, 5).map(one => `    ${describe(io, one)}\n`).join('')}${open.length > 5 ? '    …\n' : ''}`,
		todo: id === undefined ? 'See `slipway runs`.' : 'Name one of them; the end of its id is enough.',
	});
};

/** `01JDK7…  user 2.9.1 → 2.9.2, uat, open at 4 Back up` */
const describe = (io: Io, id: string): string => {
	const {name, from, to, target, where} = summaryOf(readRun(io.env, id).state);
	return makeSafe(`${id}  ${[name, ...(to === null ? [] : [from === null ? to : `${from} → ${to}`])].join(' ')}, ${target}, ${where}`);
};

/** One that can't be read may be unfinished, but can't be gone on with unless it is named; the sandbox of a rehearsal is gone. */
const isOpen = (io: Io, id: string): boolean => {
	try {
		const {ending, rehearsal} = readRun(io.env, id).state;
		return ending === null && !rehearsal;
	} catch {
		return false;
	}
};
