import {closeSync, fstatSync, openSync, readSync} from 'node:fs';

import {Problem} from '../errors.ts';
import {maxRunbookBytes} from '../runbook/yaml-source.ts';

/** The bytes of a runbook, or a little more than a runbook may have: enough to say that it is too large. Throws `Problem`. */
export const readRunbookFile = (path: string, name: string): Uint8Array => {
	try {
		const file = openSync(path, 'r');
		try {
			if (fstatSync(file).isDirectory()) throw Object.assign(new Error('It is a folder'), {code: 'EISDIR'});
			const bytes = Buffer.alloc(maxRunbookBytes + 1);
			let length = 0;
			for (;;) {
				const count = readSync(file, bytes, length, bytes.length - length, null);
				length += count;
				if (count === 0 || length === bytes.length) return bytes.subarray(0, length);
			}
		} finally {
			closeSync(file);
		}
	} catch (cause) {
		const {code = '', message} = cause as NodeJS.ErrnoException;
		throw new Problem({code: 'runbook-unreadable', what: `${name} can't be read.`, why: `${reasons[code] ?? message}.`, todo: 'Name a runbook, a file such as release.runbook.yaml; `slipway init` writes one to begin with.', cause});
	}
};

const reasons: Readonly<Record<string, string>> = {ENOENT: 'There is no such file', ENOTDIR: 'There is no such file', EISDIR: 'It is a folder', EACCES: 'You may not read it'};
