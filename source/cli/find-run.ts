import {openRunList, type ReadableRun} from '../engine/list-runs.ts';
import {Problem} from '../errors.ts';
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
	const [last] = listRuns(root);
	if (last === undefined) throw new Problem({code: 'run-none', what: 'There is no run yet.', why: `Runs are kept in ${root}.`, todo: 'Start one: `slipway run RUNBOOK`, or `slipway rehearse` in a sandbox.'});
	return fallback === 'last' ? last : onlyUnfinished(io);
};

const onlyUnfinished = (io: Io): string => {
	const [run, ...others] = unfinishedRuns(io);
	if (run === undefined)
		throw new Problem({
			code: 'run-none',
			what: 'There is no unfinished run.',
			why: 'Each run that can be read whole has ended; a rehearsal that was left can not be gone on with.',
			todo: 'See `slipway runs`.',
		});
	if (others.length === 0) return run.id;
	throw new Problem({
		code: 'run-several',
		what: `${others.length + 1}${others.length < manyRuns - 1 ? '' : ' or more'} runs are unfinished.`,
		why: `They are:\n${[run, ...others].slice(0, 5).map(one => `    ${describe(one)}\n`).join('')}${others.length >= 5 ? '    …\n' : ''}`,
		todo: 'Name one of them; the end of its id is enough.',
	});
};

const manyRuns = 100;

/** The newest first. One that can't be read whole can't be gone on with unless it is named; the sandbox of a rehearsal is gone. */
const unfinishedRuns = (io: Io): readonly ReadableRun[] => {
	const list = openRunList(io.env);
	try {
		list.refresh();
		return list.list({isOpen: true, rehearsals: 'without'}, 0, manyRuns).filter(run => run.unreadable === null);
	} finally {
		list.close();
	}
};

/** `01JDK7…  user 2.9.1 → 2.9.2, uat, open at 4 Back up` */
const describe = ({id, name, from, to, target, where}: ReadableRun): string =>
	makeSafe(`${id}  ${[name, ...(to === null ? [] : [from === null ? to : `${from} → ${to}`])].join(' ')}, ${target}, ${where}`);
