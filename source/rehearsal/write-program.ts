import {writeFileSync} from 'node:fs';

import {shellWord} from '../text/command-line.ts';

/** Writes a program that runs an argv with its own arguments after it. */
export const writeProgram = (path: string, argv: readonly string[]): void => writeFileSync(path, `#!/bin/sh\nexec ${argv.map(shellWord).join(' ')} "$@"\n`, {mode: 0o700});
