import {isCredential, passwordInUrl} from '../../checklist/secret-rules.ts';
import type {Finding} from '../../journal/event.ts';

/** Lines of a values file that look like a secret. The value itself is never given. */
export const secretLines = (text: string): readonly {readonly line: number; readonly what: string}[] => {
	const lines = text.split(/\r?\n/);
	// What sops encrypts is no secret any more; its own metadata has keys called so.
	if (/^sops:\s*$/m.test(text) && /ENC\[AES256_GCM/.test(text)) return [];
	return lines.flatMap((line, index) => {
		if (/^\s*#/.test(line)) return [];
		if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) return [{line: index + 1, what: 'a private key'}];
		if (passwordInUrl.test(line)) return [{line: index + 1, what: 'a password in a URL'}];
		const known = knownTokens.find(([pattern]) => pattern.test(line));
		if (known !== undefined) return [{line: index + 1, what: known[1]}];
		const [, name = '', value = ''] = /^\s*(?:-\s+)?["']?([\w.-]{1,80})["']?\s*:\s*(.*)$/.exec(line) ?? [];
		const literal = withoutComment(value);
		if (name.length > 0 && literal !== '' && !/^[|>&*{[]/.test(literal) && isSecret(name, unquote(literal))) return [{line: index + 1, what: name}];
		return environmentEntry(lines, index);
	});
};

/** Values files write names as `secretName` and `existingSecret`: those refer to a Secret. */
const isSecret = (name: string, value: string): boolean => !/^existing/i.test(name) && isCredential(name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2'), value);

/** `- name: DB_PASSWORD` and its `value:` on the next line. */
const environmentEntry = (lines: readonly string[], index: number): readonly {readonly line: number; readonly what: string}[] => {
	const name = /^\s*-?\s*name:\s*["']?([\w.-]+)/.exec(lines[index - 1] ?? '')?.[1];
	const value = /^\s*value:\s*(.+)$/.exec(lines[index] ?? '')?.[1];
	return name === undefined || value === undefined || !isSecret(name, unquote(withoutComment(value))) ? [] : [{line: index + 1, what: name}];
};

const knownTokens: readonly (readonly [RegExp, string])[] = [
	[/\bAKIA[0-9A-Z]{16}\b/, 'an AWS access key'],
	[/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, 'a GitHub token'],
	[/\bglpat-[\w-]{20,}/, 'a GitLab token'],
	[/\bxox[abprs]-[\w-]{10,}/, 'a Slack token'],
	[/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, 'a JSON web token'],
];

const withoutComment = (value: string): string => value.replace(/\s+#.*$/, '').trim();
const unquote = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;

/** Warnings for what git tracks, notes for what it does not. At most ten lines a file are named. */
export const judgeValues = (file: string, isTracked: boolean | null, text: string): readonly Finding[] => {
	const found = secretLines(text);
	const told = found.slice(0, 10).map(
		({line, what}): Finding =>
			isTracked === false
				? {level: 'note', what: `${what} has its value in this file, which git does not track (value masked).`, where: `${file}:${line}`}
				: {level: 'warning', what: `${what} has its value in this file${isTracked === null ? '' : ', which git tracks'} (value masked).`, where: `${file}:${line}`},
	);
	return found.length > told.length ? [...told, {level: 'warning', what: `${found.length - told.length} more lines look like secrets.`, where: file}] : told;
};
