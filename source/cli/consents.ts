import type {Arguments, OptionTable} from './arguments.ts';

/** What is consented to before a run asks, and how it asks. */
export type Consents = {
	/** Without a terminal confirmations are answered yes, with this as the remark that is recorded; null: they are not. */
	readonly yes: string | null;
	/** `--confirm-target NAME`: what would be typed on a protected target. */
	readonly typed: string | undefined;
	/** `--plain`: at a terminal, ask in lines instead of drawing screens. */
	readonly plain: boolean;
};

/** How the commands that walk through a run are told of consents. */
export const consentOptions = {
	yes: {type: 'boolean', short: 'y', describe: 'Without a terminal: answer confirmations yes; recorded as answered by a flag'},
	'confirm-target': {type: 'string', value: 'NAME', describe: 'Without a terminal: what would be typed on a protected target'},
	plain: {type: 'boolean', describe: 'At a terminal: ask in lines that are only added, for screen readers and slow connections'},
} as const satisfies OptionTable;

/** What the options of a command line consent to. */
export const consentsFrom = (values: Arguments['values']): Consents => ({yes: values['yes'] === true ? 'answered by --yes' : null, typed: values['confirm-target'] as string | undefined, plain: values['plain'] === true});
