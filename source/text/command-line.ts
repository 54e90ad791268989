import {makeSafe, type SafeText} from './safe-text.ts';
import {widthOf} from './width.ts';
import {wrap} from './wrap.ts';

/** An argv as one line that a POSIX shell would read back as the same argv. For display and for copying; never executed by us. */
export const commandLine = (argv: readonly string[]): string => argv.map(quote).join(' ');

/**
A line that `commandLine` made, for a screen of `columns` columns: a flag stays with its value, lines after the first are indented, a script
keeps its own lines.

	helm upgrade user evidence/user-0.1.0.tgz
	    --kubeconfig ~/.kube/prod --kube-context prod
*/
export const commandLines = (text: string, columns: number): readonly SafeText[] => wrapWords(text.match(/(?:'[^']*'|\\.|\S)+/g) ?? [], columns);

const wrapWords = (quoted: readonly string[], columns: number): readonly SafeText[] => {
	const lines: string[] = [];
	let current = '';
	for (const piece of piecesOf(quoted, columns - indentation.length)) {
		const joined = current === '' ? piece : `${current} ${piece}`;
		if (current === '' || (widthOf(joined.split('\n', 1)[0] ?? '') <= columns && !current.includes('\n'))) {
			current = joined;
		} else {
			lines.push(current);
			current = `${indentation}${piece}`;
		}
	}

	return [...lines, current].flatMap(line => wrapPiece(line, columns));
};

/** How far the second and later lines of a command are set in. */
const indentation = '    ';

const wrapPiece = (line: string, columns: number): readonly SafeText[] => {
	const inset = line.startsWith(indentation) ? indentation : '';
	const [first, ...rest] = wrap(makeSafe(line.slice(inset.length)), columns - indentation.length);
	const fits = widthOf(line) <= columns && !line.includes('\n');
	return fits ? [makeSafe(line)] : [makeSafe(`${inset}${first}`), ...rest.map(part => makeSafe(`${indentation}${part}`))];
};

/** Words, each flag together with the value after it, and a redirection with its file, where both fit into one line or the value can be wrapped. */
const piecesOf = (quoted: readonly string[], columns: number): readonly string[] => {
	const pieces: string[] = [];
	let takesValue = false;
	for (const word of quoted) {
		const joined = `${pieces.at(-1) ?? ''} ${word}`;
		if (takesValue && !word.startsWith('-') && (/\s/.test(word) || widthOf(joined) <= columns)) pieces[pieces.length - 1] = joined;
		else pieces.push(word);
		takesValue = /^(?:--?[a-zA-Z][\w-]*|[<>])$/.test(word);
	}

	return pieces;
};

const quote = (word: string): string => (/^[\w@%+=:,./…-]+$/.test(word) ? word : shellWord(word));

/** A word of a POSIX shell that stands for exactly this text, for scripts that we write. */
export const shellWord = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
