/** Shorter ones are not searched for: they would blot out half of every text. The runbook refuses them as secrets. */
export const shortestSecret = 4;

const mask = '[redacted]';

/**
Takes declared secrets out of text, also where they stand base64-encoded, URL-encoded, JSON-escaped, shell-quoted, or line by line. Best
effort: a program that prints a secret in a form of its own is not seen through. Passwords in URLs are taken out whatever they are.
*/
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
	const forms = [...new Set(secrets.flatMap(formsOf))].filter(form => form.length >= shortestSecret).toSorted((a, b) => b.length - a.length);
	const pattern = forms.length === 0 ? null : new RegExp(forms.map(escapePattern).join('|'), 'g');
	return text => redactUrls(pattern === null ? text : text.replace(pattern, mask));
};

/** `postgresql://user:password@host` → `postgresql://user:[redacted]@host` */
export const redactUrls = (text: string): string => text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s/@]+@/gi, `$1${mask}@`);

const formsOf = (secret: string): readonly string[] => [
	secret,
	...secret.split(/\r?\n/),
	encodeURIComponent(secret),
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
