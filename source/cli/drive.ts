import type {Engine} from '../engine/engine.ts';
import {safeRedactor} from '../text/redact.ts';
import type {Io} from './command.ts';
import {holdOpen} from './hold-open.ts';
import {runUnattended, type Consents} from './unattended.ts';

/** Walks a run to its end or until it is left: full screen at a terminal, in lines without one. Gives the exit status. */
export const drive = async (engine: Engine, consents: Consents, io: Io): Promise<number> => {
	if (io.isTerminal) {
		const {runApp} = await import('../ui/app.tsx');
		return runApp({engine, clean: safeRedactor(engine.redact)});
	}

	const status = await holdOpen(runUnattended(engine, consents, io));
	await engine.close(engine.snapshot().ending === null ? 'left' : 'ended');
	return status;
};
