declare const safe: unique symbol;

/** Text that can't harm a terminal or deceive a reader: no control characters, no escape sequences, hidden characters made visible. */
export type SafeText = string & {readonly [safe]: true};

/**
The one gate for text from outside (output, file names, commit titles, answers of a cluster). Newlines stay; escape sequences go, also those
that were never ended; a carriage return leaves what was written after it; other control characters become U+FFFD; characters that reorder
or hide text are shown by their number (`<U+202E>`). What is safe stays as it is, so the gate may be passed twice.
Sources: ECMA-48 (sequences), Unicode TR36 (bidirectional and invisible characters), CVE-2021-25743 (why).
*/
export const makeSafe = (text: string): SafeText => {
	if (!suspicious.test(text)) return text as SafeText;
	return text
		.toWellFormed()
		.replace(sequences, '')
		.replaceAll('\r\n', '\n')
		.replace(overwritten, '')
		.replaceAll('\r', '')
		.replaceAll('\t', '    ')
		.replace(controls, '\uFFFD')
		.replace(hidden, character => `<U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`) as SafeText;
};

/** Our own words with safe text in them: safe`Upgrade ${name}`. Numbers are safe. */
export const safeText = (words: TemplateStringsArray, ...values: readonly (SafeText | number)[]): SafeText =>
	words.reduce((text, word, index) => `${text}${values[index - 1] ?? ''}${word}`) as SafeText;

/** What any of the rules below would touch. Most text has nothing of it and passes at the speed of one look. */
// eslint-disable-next-line no-control-regex
const suspicious = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}\p{Cs}]/u;

const sequences =
	// eslint-disable-next-line no-control-regex
	/(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g;

const overwritten = /[^\n]*\r(?=[^\r\n])/g;

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;

const hidden = /[\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;
