/**
Characters that make a file read otherwise than it acts: control characters, tabs, bidirectional controls, zero-width and other
invisible ones. Offsets in UTF-16 units, in order. A joiner after a virama is part of Indic spelling and allowed.
Sources: CVE-2021-42574 (Trojan Source), Unicode TR #36, RFC 5892 appendix A.1 (joiners).
*/
export const findHiddenCharacters = (text: string, allowTabs = false): readonly HiddenCharacter[] =>
	[...text.matchAll(hidden)].flatMap(match => {
		const [character] = match;
		if (character === '\t' && allowTabs) return [];
		if (isJoiner(character) && virama.test(text[match.index - 1] ?? '')) return [];
		if (character === '\uFEFF' && match.index === 0) return [];
		return [{offset: match.index, length: character.length, name: nameOf(character)}];
	});

export type HiddenCharacter = {readonly offset: number; readonly length: number; readonly name: string};

/** The text with each of them written as `‹U+202E›`. */
export const revealHiddenCharacters = (text: string): string => text.replaceAll(hidden, character => `‹${codeOf(character)}›`);

const hidden =
	// oxlint-disable-next-line no-control-regex, no-misleading-character-class -- finding them is the purpose
	/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|[\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/gu;

const virama = /[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA]/;

const isJoiner = (character: string): boolean => character === '\u200C' || character === '\u200D';

const codeOf = (character: string): string => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const nameOf = (character: string): string => {
	if (character === '\t') return 'a tab';
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return `the control character ${codeOf(character)}`;
	if (code === 0x061C || code === 0x200E || code === 0x200F || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069)) return `the text direction control ${codeOf(character)}`;
	return `the invisible character ${codeOf(character)}`;
};
