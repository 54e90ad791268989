import process from 'node:process';

/** Exit statuses as a shell gives them. */
const statuses = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;
type Signal = keyof typeof statuses;

/** The first signal that asked this program to leave, with its exit status. */
export type Caught = {readonly signal: Signal; readonly status: number};

/** Calls `leave` when a signal asks for it, instead of being ended by it. `stop` gives the signals back. */
export const leaveOnSignal = (leave: () => void): {readonly caught: () => Caught | null; readonly stop: () => void} => {
	let caught: Caught | null = null;
	const handlers = (Object.keys(statuses) as Signal[]).map(signal => {
		const handle = (): void => {
			caught ??= {signal, status: statuses[signal]};
			leave();
		};
		process.on(signal, handle);
		return () => process.off(signal, handle);
	});
	return {caught: () => caught, stop: () => handlers.forEach(stop => stop())};
};
