import process from 'node:process';

import {Problem} from '../errors.ts';

/** `engines` in package.json says the same, but npm only warns. */
const oldest = [22, 18] as const;

/** Throws `Problem` (`node-too-old`) where something that a run needs would only break later, such as node:sqlite for the lock. */
export const refuseOldNode = (node: string = process.versions.node): void => {
	const [major = 0, minor = 0] = node.split('.').map(Number);
	if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
	throw new Problem({
		code: 'node-too-old',
		what: `Slipway needs Node ${oldest.join('.')} or later.`,
		why: `This is Node ${node}, ${process.execPath}.`,
		todo: 'Install a newer one: https://nodejs.org. In a checkout of Slipway, `npm start` brings its own.',
	});
};
