import {Problem} from '../../errors.ts';

/**
Flags for `set:` that keep each value's type. Plain `--set` would make a number of the tag 20240101, and several values of one with a comma.
Throws `Problem` for a secret: an argv can be read by every process of the machine, and Helm keeps it with the release.
*/
export const settingFlags = (set: Readonly<Record<string, string | number | boolean>>, taskId: string): readonly string[] =>
	Object.entries(set).flatMap(([path, value]) => {
		if (typeof value === 'string' && value.includes('${{'))
			throw new Problem({
				code: 'secret-in-set',
				what: `The task ${taskId} would put a secret into the command line, as ${path}.`,
				why: 'Every process of this machine can read it there, and Helm keeps it with the release.',
				todo: 'Keep it in a Kubernetes Secret that the chart names, or in a values file that is not in git.',
			});
		return typeof value === 'string' && /^[\w.:/@+-]*$/.test(value) ? ['--set-string', `${path}=${value}`] : ['--set-json', `${path}=${JSON.stringify(value)}`];
	});
