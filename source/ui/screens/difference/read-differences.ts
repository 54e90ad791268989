import {createHash} from 'node:crypto';

import {differenceFile, type Difference} from '../../../actions/helm/difference.ts';
import type {LeftDifference} from './differences-for.ts';
import {modelOf, type DifferenceModel} from './difference-model.ts';

/** What there is to read; `unreadable` in a sentence: what is not shown can't be confirmed either. */
export type ReadDifferences = {readonly kind: 'read'; readonly model: DifferenceModel} | {readonly kind: 'unreadable'; readonly why: string};

/** Reads the evidence, and believes it only when it is what the journal names. `readFile` gives null for what can't be read. */
export const readDifferences = (left: readonly LeftDifference[], readFile: (left: LeftDifference) => Uint8Array | null): ReadDifferences => {
	const read: {sha256: string; difference: Difference}[] = [];
	for (const one of left) {
		const bytes = readFile(one);
		const {path, sha256} = one.file;
		if (bytes === null) return {kind: 'unreadable', why: `${path} can't be read.`};
		if (createHash('sha256').update(bytes).digest('hex') !== sha256) return {kind: 'unreadable', why: `${path} is not what the preview left: it was changed since.`};
		const parsed = differenceFile.safeParse(parseJson(new TextDecoder().decode(bytes)));
		if (!parsed.success) return {kind: 'unreadable', why: `${path} is of another version of Slipway.`};
		read.push({sha256, difference: parsed.data});
	}

	return {kind: 'read', model: modelOf(read)};
};

const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
};
