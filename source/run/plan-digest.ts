import {createHash} from 'node:crypto';

import type {ActionPlan, Effect} from '../actions/action.ts';
import {commandText} from '../text/command-text.ts';

/** What stood on the screen before a start, as a SHA-256: the commands, their folder, the names of their environment, and what they do. */
export const planDigest = (effect: Effect, {commands, cwd, env}: Pick<ActionPlan, 'commands' | 'cwd' | 'env'>): string =>
	createHash('sha256').update(JSON.stringify([effect, commands.map(commandText), cwd, Object.keys(env).toSorted()])).digest('hex');
