import {Problem} from '../errors.ts';
import type {Attention} from '../run/attention.ts';
import {parseDuration} from '../runbook/duration.ts';
import {formatDuration} from '../text/format-duration.ts';
import {redactUrls} from '../text/redact.ts';
import type {Command} from './command.ts';
import {terminalSequences, webhookBody} from './notify-channels.ts';
import {openPreferences, type Preferences} from './preferences.ts';

/** `slipway notify` */
export const notify: Command = {
	usage: 'notify [--bell on|off] [--desktop on|off] [--webhook URL|off] [--after 10s] [--test]',
	describe: 'How you are told when something ended, failed, or needs a person: prints it, changes it, or tries it.',
	options: {
		bell: {type: 'string', value: 'on|off', describe: "Ring the terminal's bell"},
		desktop: {type: 'string', value: 'on|off', describe: 'Ask the terminal to show a notification (OSC 9 and OSC 777)'},
		webhook: {type: 'string', value: 'URL|off', describe: 'Post a message as Slack takes it; better set as SLIPWAY_WEBHOOK with --webhook env, as the address is a credential'},
		after: {type: 'string', value: 'TIME', describe: 'Tell a good end only when it took at least this long'},
		test: {type: 'boolean', describe: 'Send one message now, and say how that went'},
	},
	positionals: {least: 0, most: 0},
	run: async ({values}, io) => {
		const {bell, desktop, webhook, after} = values as Readonly<Record<string, string | undefined>>;
		const file = await openPreferences();
		const part: Partial<Preferences['notify']> = {
			...(bell === undefined ? {} : {bell: isOn(bell, '--bell')}),
			...(desktop === undefined ? {} : {desktop: isOn(desktop, '--desktop')}),
			...(webhook === undefined ? {} : {webhook: webhook === 'off' ? null : address(webhook === 'env' ? (io.env['SLIPWAY_WEBHOOK'] ?? '') : webhook)}),
			...(after === undefined ? {} : {afterMs: parseDuration(after) ?? wrong('--after', after, 'a time with its unit, such as 10s')}),
		};
		if (Object.keys(part).length > 0) file.change(part);
		const now = file.read().notify;
		io.out(`bell     ${now.bell ? 'on' : 'off'}\ndesktop  ${now.desktop ? 'on' : 'off'}\nwebhook  ${now.webhook === null ? 'off' : `${new URL(now.webhook).origin}/…`}\nafter    ${formatDuration(now.afterMs)}\nKept in ${file.path}\n`);
		return values['test'] === true ? sendTest(now, io) : 0;
	},
};

const sendTest = async (wanted: Preferences['notify'], io: Parameters<Command['run']>[1]): Promise<number> => {
	const attention: Attention = {kind: 'finished', title: 'Slipway', text: 'This is a test.', ranMs: 0};
	if (io.isTerminal) io.out(terminalSequences(attention, wanted, io.env['TMUX'] !== undefined));
	if (wanted.webhook === null) return 0;
	try {
		const response = await fetch(wanted.webhook, {method: 'POST', headers: {'content-type': 'application/json'}, body: webhookBody(attention), signal: AbortSignal.timeout(10_000)});
		io.out(`The webhook answered ${response.status}.\n`);
		return response.ok ? 0 : 1;
	} catch (error) {
		const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
		io.err(`slipway: The webhook could not be reached: ${redactUrls(cause instanceof Error ? cause.message : String(cause))}\n`);
		return 1;
	}
};

const isOn = (text: string, option: string): boolean => (text === 'on' || text === 'off' ? text === 'on' : wrong(option, text, 'on or off'));

const address = (text: string): string => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : wrong('--webhook', text === '' ? 'nothing' : 'that', 'an http or https address, or off'));

const wrong = (option: string, given: string, expected: string): never => {
	throw new Problem({code: 'usage', what: `${option} can't be ${given}.`, why: 'Nothing was changed.', todo: `Give ${expected}.`});
};
