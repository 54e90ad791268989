import {existsSync} from 'node:fs';

import {isFifoHeld, readExit, readPid, readShim} from './attempt-files.ts';
import type {ProcessTable} from './identity.ts';
import type {TraceFacts} from './trace.ts';

/**
Reads an attempt's files and its processes. The order makes the answer right while the attempt goes on under our eyes: who lives is asked
before what they wrote, so that "dead" means that what is read after it is final.

- The FIFO before `pid`: it is held from before the shim exists, so nobody holding it means that nobody will write `pid` any more.
- `pid` before `sup`: the shim writes `sup` first, so where there is a pid there is a shim to ask for.
- The shim before `exit`: once it is dead nobody will write `exit` any more.
- `pid` again when `exit` is written: both may have come since the first look.
*/
export const readFacts = (folder: string, table: ProcessTable): TraceFacts => {
	const isHeld = isFifoHeld(folder);
	const firstPid = readPid(folder);
	const shim = readShim(folder);
	const isShimAlive = shim !== null && table.isAlive(shim);
	const isActionAlive = firstPid.kind === 'written' && table.isAlive(firstPid.value);
	const exit = readExit(folder);
	const pid = exit.kind === 'written' ? readPid(folder) : firstPid;
	return {
		folder: existsSync(folder) ? 'present' : 'missing',
		pid,
		exit,
		shim: isShimAlive ? 'alive' : 'dead',
		action: isActionAlive ? 'alive' : 'dead',
		isHeld,
		isThisBoot: pid.kind !== 'written' || pid.value.boot === table.boot,
	};
};
