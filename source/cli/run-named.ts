import {Problem} from '../errors.ts';
import {listRuns, stateFolder} from '../stores/run-folder.ts';
import type {Io} from './command.ts';

/**
The id of the run of that name: its whole id, or the end of it (at least four characters, as no two runs of a day share it). Throws `Problem`
(`run-unknown`); `otherwise` is what else the name could have been.
*/
export const runNamed = (io: Io, name: string, otherwise = ''): string => {
	const root = stateFolder(io.env);
	const wanted = name.toUpperCase();
	const found = listRuns(root).filter(id => id === wanted || (wanted.length >= 4 && id.endsWith(wanted)));
	const [id] = found;
	if (id !== undefined && found.length === 1) return id;
	throw new Problem({
		code: 'run-unknown',
		what: id === undefined ? `There is no run${otherwise} ${name}.` : `${name} may be one of ${found.length} runs.`,
		why: id === undefined ? `Runs are kept in ${root}.` : `They are: ${found.slice(0, 5).join(', ')}${found.length > 5 ? ', …' : ''}.`,
		todo: 'See `slipway runs`.',
	});
};
