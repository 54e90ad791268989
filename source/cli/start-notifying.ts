import process from 'node:process';

import type {Engine} from '../engine/engine.ts';
import {attentionBetween, nextClosing, type Attention} from '../run/attention.ts';
import type {Io} from './command.ts';
import {postDetached, terminalSequences, webhookBody} from './notify-channels.ts';
import type {Preferences} from './preferences.ts';

/** Tells a person who looked away, as the preferences say. Waits for nothing, and a run never fails by it. Gives how to stop. */
export const startNotifying = (engine: Pick<Engine, 'snapshot' | 'subscribe'>, io: Pick<Io, 'isTerminal' | 'env'>): (() => void) => {
	let before = engine.snapshot();
	// Loaded and read at the first need: it would keep the first frame waiting.
	let wanted: Promise<Preferences['notify'] | null> | null = null;
	let closing: NodeJS.Timeout | undefined;

	const notify = (attention: Attention): void => {
		wanted ??= import('./preferences.ts').then(({openPreferences}) => openPreferences()).then(
			file => file.read().notify,
			() => null,
		);
		void wanted.then(preferences => preferences !== null && tell(attention, preferences, io));
	};

	const follow = (): void => {
		const after = engine.snapshot();
		const attention = attentionBetween(before, after);
		before = after;
		if (attention !== null) notify(attention);
		clearTimeout(closing);
		const next = nextClosing(after, new Date());
		if (next !== null) closing = setTimeout(() => notify(next.attention), Math.min(next.closesAt.getTime() - Date.now(), longestTimerMs)).unref();
	};

	const stop = engine.subscribe(follow);
	follow();
	return () => {
		clearTimeout(closing);
		stop();
	};
};

/** Node's own limit; nothing runs for as long. */
const longestTimerMs = 2 ** 31 - 1;

const tell = (attention: Attention, notify: Preferences['notify'], {isTerminal, env}: Pick<Io, 'isTerminal' | 'env'>): void => {
	if (attention.kind === 'finished' && attention.ranMs < notify.afterMs) return;
	if (isTerminal) process.stdout.write(terminalSequences(attention, notify, env['TMUX'] !== undefined));
	if (notify.webhook !== null) postDetached(notify.webhook, webhookBody(attention));
};
