import {basename, isAbsolute, join} from 'node:path';

import type {FileFact} from '../journal/event.ts';
import type {Gate} from '../run/request.ts';
import {factOf} from '../stores/file-facts.ts';

/** Reads the files that a start requires: one gate for those that have the bytes that were consented to, and one for each that has not. */
export const checkFiles = async (requires: readonly FileFact[], runFolder: string): Promise<readonly Gate[]> => {
	const gates = await gatesOf(requires, runFolder);
	const whole = gates.filter(({state}) => state === 'open');
	if (whole.length === 0) return gates;
	const [first] = whole;
	const together: Gate = whole.length === 1 && first !== undefined ? first : {id: 'files', name: whole.length === gates.length ? 'what was consented to is unchanged' : 'the rest of what was consented to is unchanged', state: 'open', evidence: `${whole.length} files`};
	return [together, ...gates.filter(({state}) => state !== 'open')];
};

const gatesOf = (requires: readonly FileFact[], runFolder: string): Promise<readonly Gate[]> =>
	Promise.all(
		requires.map(async (wanted): Promise<Gate> => {
			const path = isAbsolute(wanted.path) ? wanted.path : join(runFolder, wanted.path);
			const id = `file:${wanted.path}`;
			const name = basename(wanted.path);
			const todo = 'Put it back as it was, or run the task again that recorded it.';
			try {
				const found = await factOf(path);
				return found.sha256 === wanted.sha256
					? {id, name, state: 'open', evidence: `${wanted.sha256.slice(0, 8)}… unchanged`}
					: {id, name: `${name} has changed`, state: 'closed', evidence: `${wanted.sha256.slice(0, 8)}… is on record, ${found.sha256.slice(0, 8)}… is there`, todo};
			} catch (error) {
				return {id, name: `${name} can't be read`, state: 'closed', evidence: error instanceof Error ? error.message : String(error), todo};
			}
		}),
	);
