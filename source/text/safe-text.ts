declare const brand: unique symbol;

/** Text that can't harm a terminal or deceive a reader: no control characters, no escape sequences, hidden characters made visible. */
export type SafeText = string & {readonly [brand]: true};

/**
The one gate for text from outside (output, file names, commit titles, answers of a cluster). Newlines stay; escape sequences go, also those
that were never ended (they end at the line's end, so that they hide nothing below); a carriage return leaves what was written after it;
other control characters become U+FFFD; characters that reorder or hide text are shown by their number (`<U+202E>`). What is safe stays as
it is, so the gate may be passed twice.
Sources: ECMA-48 (sequences), Unicode TR36 (bidirectional and invisible characters), CVE-2021-25743 (why).
*/
export const makeSafe = (text: string): SafeText => {
	if (!suspicious.test(text)) return text as SafeText;
	return leaveOverwriting(text.toWellFormed().replace(sequences, ''))
		.replaceAll('\t', '    ')
		.replace(controls, '\uFFFD')
		.replace(selectors, '')
		.replace(hidden, character => `<U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`) as SafeText;
};

/** Our own words with safe text in them: safe`Upgrade ${name}`. Numbers are safe. */
export const safe = (words: TemplateStringsArray, ...values: readonly (SafeText | number)[]): SafeText =>
	words.reduce((text, word, index) => `${text}${values[index - 1] ?? ''}${word}`) as SafeText;

/** What any of the rules below would touch. Most text has nothing of it and passes at the speed of one look. */
// eslint-disable-next-line no-control-regex, no-misleading-character-class
const suspicious = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}\p{Cs}]/u;

const sequences =
	// eslint-disable-next-line no-control-regex
	/(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C\n]*(?:\u0007|\u001B\\|\u009C)?|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g;

/** Of each line, what a terminal would show after its last carriage return that has text behind it. */
const leaveOverwriting = (text: string): string => (text.includes('\r') ? text.split('\n').map(afterLastReturn).join('\n') : text);

const afterLastReturn = (line: string): string => {
	// By hand: a pattern for trailing returns takes quadratic time on a line of returns.
	let end = line.length;
	while (end > 0 && line[end - 1] === '\r') end--;
	return end === 0 ? '' : line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
};

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;

/** They choose between two looks of one character (and its width, about which terminals disagree). */
const selectors = /[\uFE00-\uFE0F]/g;

// eslint-disable-next-line no-misleading-character-class
const hidden = /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;
