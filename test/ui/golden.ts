import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

const folder = join(import.meta.dirname, '../golden');

/** Compares with the kept frame of that name. `UPDATE_GOLDEN=1` keeps the new one; look at the difference before you commit it. */
export const assertGolden = (name: string, text: string): void => {
	const path = join(folder, `${name}.txt`);
	if (process.env['UPDATE_GOLDEN'] === '1') {
		mkdirSync(folder, {recursive: true});
		writeFileSync(path, text);
		return;
	}

	assert.ok(existsSync(path), `There is no ${path}. UPDATE_GOLDEN=1 makes it.`);
	assert.equal(text, readFileSync(path, 'utf8'));
};

/** A frame without its colours, as lines without the spaces at their ends. */
export const linesOf = (frame: string): readonly string[] => withoutColour(frame).split('\n').map(line => line.trimEnd());

// eslint-disable-next-line no-control-regex
export const withoutColour = (frame: string): string => frame.replaceAll(/\u001B\[[\d;]*m/g, '');
