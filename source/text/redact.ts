import {makeSafe, type SafeText} from './safe-text.ts';

/** Shorter ones, in bytes, are not searched for: they would blot out half of every text. The runbook refuses them as secrets. */
export const shortestSecret = 4;

/** What stands in the place of a secret. */
export const mask = '[redacted]';

/**
Takes declared secrets out of text, also where they stand base64-encoded, URL-encoded, JSON-escaped, shell-quoted, or line by line. Best
effort: a program that prints a secret in a form of its own is not seen through. Passwords in URLs are taken out whatever they are.
*/
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
	const forms = secretForms(secrets);
	const pattern = forms.length === 0 ? null : new RegExp(forms.map(escapePattern).join('|'), 'g');
	return text => redactUrls(pattern === null ? text : text.replace(pattern, mask));
};

/** Makes text fit for the screen: secrets out, made safe, and secrets out again, as an escape sequence within a secret hides it. */
export const safeRedactor = (redact: (text: string) => string): ((text: string) => SafeText) => text => makeSafe(redact(makeSafe(redact(text))));

/** `postgresql://user:password@host` → `postgresql://user:[redacted]@host` */
export const redactUrls = (text: string): string => (text.includes('://') ? text.replace(urlPassword, `$1${mask}@`) : text);

// The scheme's length is bounded and nothing repeats over what follows it, so that no text makes this slow.
const urlPassword = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{0,256}:)[^\s/@]{1,1024}@/gi;

/** Every form in which the secrets are looked for, the longest first. */
export const secretForms = (secrets: readonly string[]): readonly string[] =>
	[...new Set(secrets.flatMap(formsOf))].filter(form => Buffer.byteLength(form) >= shortestSecret).toSorted((a, b) => b.length - a.length);

const formsOf = (secret: string): readonly string[] =>
	Buffer.byteLength(secret) < shortestSecret
		? []
		: [
				secret,
				...secret.split(/\r?\n/),
				encodeURIComponent(secret.toWellFormed()),
				JSON.stringify(secret).slice(1, -1),
				secret.replaceAll("'", `'\\''`),
				...base64Forms(secret),
			];

/** Base64 of the secret at each of the three alignments it can have in a longer text; only the characters that depend on it alone. */
const base64Forms = (secret: string): readonly string[] =>
	[0, 1, 2].flatMap(before => {
		const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
		const encoded = bytes.toString('base64').replace(/=+$/, '');
		const from = Math.ceil((before * 8) / 6);
		const to = Math.floor((bytes.length * 8) / 6);
		const form = encoded.slice(from, to);
		return form.length >= 6 ? [form] : [];
	});

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
