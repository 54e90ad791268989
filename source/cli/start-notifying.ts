import process from 'node:process';

import type {Engine} from '../engine/engine.ts';
import {attentionBetween, type Attention} from '../run/attention.ts';
import type {Io} from './command.ts';
import {postDetached, terminalSequences, webhookBody} from './notify-channels.ts';
import type {Preferences} from './preferences.ts';

/** Tells a person who looked away, as the preferences say. Waits for nothing, and a run never fails by it. Gives how to stop. */
export const startNotifying = (engine: Pick<Engine, 'snapshot' | 'subscribe'>, io: Pick<Io, 'isTerminal' | 'env'>): (() => void) => {
	let before = engine.snapshot();
	// Loaded and read at the first need: it would keep the first frame waiting.
	let wanted: Promise<Preferences['notify'] | null> | null = null;
	return engine.subscribe(() => {
		const after = engine.snapshot();
		const attention = attentionBetween(before, after);
		before = after;
		if (attention === null) return;
		wanted ??= import('./preferences.ts').then(({openPreferences}) => openPreferences()).then(
			file => file.read().notify,
			() => null,
		);
		void wanted.then(notify => notify !== null && tell(attention, notify, io));
	});
};

const tell = (attention: Attention, notify: Preferences['notify'], {isTerminal, env}: Pick<Io, 'isTerminal' | 'env'>): void => {
	if (attention.kind === 'finished' && attention.ranMs < notify.afterMs) return;
	if (isTerminal) process.stdout.write(terminalSequences(attention, notify, env['TMUX'] !== undefined));
	if (notify.webhook !== null) postDetached(notify.webhook, webhookBody(attention));
};
