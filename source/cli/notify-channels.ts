import {spawn} from 'node:child_process';
import process from 'node:process';

import type {Attention} from '../run/attention.ts';
import type {Preferences} from './preferences.ts';

/** The sequences that make a terminal ring and show the message; empty when none is wanted. */
export const terminalSequences = ({title, text}: Attention, {bell, desktop}: Preferences['notify'], isTmux: boolean): string => {
	const said = `${title}: ${text}`.slice(0, 240);
	// A semicolon would begin the next part of OSC 777.
	const sequences = desktop ? [`\u001B]9;${said}\u0007`, `\u001B]777;notify;${title.replaceAll(';', ',')};${text.slice(0, 240).replaceAll(';', ',')}\u0007`] : [];
	return `${sequences.map(sequence => (isTmux ? throughTmux(sequence) : sequence)).join('')}${bell ? '\u0007' : ''}`;
};

/** tmux passes on what is wrapped, its escapes doubled, where `allow-passthrough` is on. */
const throughTmux = (sequence: string): string => `\u001BPtmux;${sequence.replaceAll('\u001B', '\u001B\u001B')}\u001B\\`;

/** The body that Slack, Mattermost, Rocket.Chat and others take. */
export const webhookBody = ({kind, title, text}: Attention): string => JSON.stringify({text: `${{finished: '', failed: 'FAILED: ', 'in-doubt': 'IN DOUBT: ', 'window-closed': '', ended: ''}[kind]}${title}\n${text}`});

/**
Posts a message from a process of its own, so that neither a slow server nor the end of this program matters to the other. The address is a
credential: it goes by the environment.
*/
export const postDetached = (url: string, body: string): void => {
	try {
		const child = spawn(process.execPath, ['-e', poster], {detached: true, stdio: 'ignore', env: {PATH: process.env['PATH'], SLIPWAY_WEBHOOK: url, SLIPWAY_BODY: body, ...proxies()}});
		child.on('error', () => {});
		child.unref();
	} catch {
		// A message that can't be sent is not worth more than the run that it is about.
	}
};

const poster = `fetch(process.env.SLIPWAY_WEBHOOK, {method: 'POST', headers: {'content-type': 'application/json'}, body: process.env.SLIPWAY_BODY, signal: AbortSignal.timeout(20_000)}).catch(() => {})`;

/** A chat is often behind the proxy that the shell names. */
const proxies = (): Record<string, string> => ({NODE_USE_ENV_PROXY: '1', ...Object.fromEntries(['http_proxy', 'https_proxy', 'no_proxy', 'NODE_EXTRA_CA_CERTS'].flatMap(name => [name, name.toUpperCase()]).flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))});
