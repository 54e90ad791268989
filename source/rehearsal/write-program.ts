import {writeFileSync} from 'node:fs';

/** Writes a program that runs an argv with its own arguments after it. */
export const writeProgram = (path: string, argv: readonly string[]): void => writeFileSync(path, `#!/bin/sh\nexec ${argv.map(quote).join(' ')} "$@"\n`, {mode: 0o700});

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
