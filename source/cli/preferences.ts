import * as z from 'zod';

/**
What a person sets once for this machine, in `$XDG_CONFIG_HOME/slipway/config.json` (0600). Never anything that a run depends on.

	{"notify": {"bell": true, "desktop": false, "webhook": "https://hooks.slack.com/services/…", "afterMs": 10000}}
*/
const preferences = z.object({
	notify: z
		.object({
			/** Ring the terminal's bell. */
			bell: z.boolean().catch(true),
			/** Ask the terminal to show a notification, by OSC 9 and OSC 777. */
			desktop: z.boolean().catch(false),
			/** Where to post a message, as Slack takes it; null: nowhere. The address is a credential. */
			webhook: z.url({protocol: /^https?$/}).nullable().catch(null),
			/** What took less than this is told only when it failed. */
			afterMs: z.number().nonnegative().catch(10_000),
		})
		.catch({bell: true, desktop: false, webhook: null, afterMs: 10_000}),
});

export type Preferences = z.infer<typeof preferences>;

/** The file, for reading and for changes. What can't be read in it counts as not set. */
export type PreferencesFile = {readonly path: string; readonly read: () => Preferences; readonly change: (part: Partial<Preferences['notify']>) => void};

/** Loaded when it is asked for: it takes longer than all else of a start. */
export const openPreferences = async (): Promise<PreferencesFile> => {
	const {default: Conf} = await import('conf');
	const file = new Conf({projectName: 'slipway', projectSuffix: '', configFileMode: 0o600, clearInvalidConfig: false});
	const read = (): Preferences => {
		try {
			return preferences.parse({notify: file.get('notify', {})});
		} catch {
			return preferences.parse({notify: {}});
		}
	};
	return {path: file.path, read, change: part => file.set('notify', {...read().notify, ...part})};
};
