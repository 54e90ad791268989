import {createHash} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import type {FileFact} from '../../source/journal/event.ts';

/** A file that an attempt left: `out`, `err`, or the name of a file of evidence. */
export type HeldFile = {readonly name: string; readonly content: string | Uint8Array};

/** Writes them where an attempt (`upgrade.1`) of a run leaves them, and says what the journal says of them. */
export const createHeldFiles = (folder: string, attempt: string, files: readonly HeldFile[]): {readonly output: readonly FileFact[]; readonly evidence: readonly FileFact[]} => {
	const facts = files.map(({name, content}): FileFact => {
		const path = `${isOutput(name) ? 'attempts' : 'evidence'}/${attempt}/${name}`;
		mkdirSync(join(folder, path, '..'), {recursive: true});
		writeFileSync(join(folder, path), content);
		return {path, sizeBytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex')};
	});
	return {output: facts.filter(({path}) => path.startsWith('attempts')), evidence: facts.filter(({path}) => path.startsWith('evidence'))};
};

const isOutput = (name: string): boolean => name === 'out' || name === 'err';
