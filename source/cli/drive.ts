import process from 'node:process';

import type {Engine} from '../engine/engine.ts';
import {openRunList} from '../engine/list-runs.ts';
import {nothingUsual, type Usual} from '../run/durations.ts';
import {safeRedactor} from '../text/redact.ts';
import {leaveOnSignal} from '../ui/leave-on-signal.ts';
import {leaveRun} from '../ui/leave-run.ts';
import {themeFrom} from '../ui/theme.ts';
import type {Io} from './command.ts';
import type {Consents} from './consents.ts';
import {holdOpen} from './hold-open.ts';
import {startNotifying} from './start-notifying.ts';
import {runUnattended} from './unattended.ts';

/** Walks a run to its end or until it is left: full screen at a terminal or, where that is wanted, asking in lines; unattended without one. Gives the exit status. */
export const drive = async (engine: Engine, consents: Consents, io: Io): Promise<number> => {
	startNotifying(engine, io);
	if (io.isTerminal) {
		const face = {engine, clean: safeRedactor(engine.redact)};
		const readUsual = (): Usual => usualDurations(io, engine);
		if (isPlain(consents, io)) return holdOpen((await import('../ui/plain/plain-app.ts')).runPlain({...face, clock: () => new Date(), usual: readUsual(), input: process.stdin, print: line => io.out(`${line}\n`)}));
		return (await import('../ui/app.tsx')).runApp({...face, readUsual});
	}

	return holdOpen(withoutTerminal(engine, consents, io));
};

/** A signal leaves the run as an operator would: what runs goes on. */
const withoutTerminal = async (engine: Engine, consents: Consents, io: Io): Promise<number> => {
	const {promise: isLeft, resolve: leave} = Promise.withResolvers<null>();
	const signals = leaveOnSignal(() => leave(null));
	const status = await Promise.race([runUnattended(engine, consents, io), isLeft]);
	const left = await leaveRun(engine, {theme: themeFrom(io.env), clean: safeRedactor(engine.redact), caught: signals.caught()});
	signals.stop();
	if (status !== null) return status;
	io.err(`${left.told}\n`);
	return left.status;
};

/** Asked for, or the terminal or its reader can't follow a screen that is drawn again and again. */
export const isPlain = ({plain}: Pick<Consents, 'plain'>, {env}: Pick<Io, 'env'>): boolean => plain || env['INK_SCREEN_READER'] === 'true' || env['TERM'] === 'dumb';

/** From the runs before this one; how long things take is never worth more than a run, so that an error only means that nothing is known. */
const usualDurations = ({env}: Io, engine: Engine): Usual => {
	try {
		const list = openRunList(env);
		try {
			list.refresh(refreshMs);
			return list.usual(engine.snapshot());
		} finally {
			list.close();
		}
	} catch {
		return nothingUsual;
	}
};

/** Reading more of what was never listed would keep the operator waiting. */
const refreshMs = 200;
