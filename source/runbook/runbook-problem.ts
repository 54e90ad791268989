import {revealHiddenCharacters} from './hidden-characters.ts';

/** Something in a runbook's file that its author must mend, and where. Lines and columns count from 1; columns in UTF-16 units. */
export type RunbookProblem = {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	/** How much of the line is meant, at least 1. */
	readonly length: number;
	/** The whole line as it stands in the file. */
	readonly source: string;
	/** One sentence without its full stop. */
	readonly what: string;
	readonly expected: string | null;
	readonly found: string | null;
	/** The right word nearest to the wrong one. */
	readonly nearest: string | null;
};

/**
Three lines or four:

	release.yaml:12:9: `tiemout` is not a key of this task
	   12 |         tiemout: 10m
	      |         ^^^^^^^
	  Did you mean `timeout`?
*/
export const formatRunbookProblem = (problem: RunbookProblem, columns = 100): string => {
	const number = String(problem.line).padStart(5);
	const before = problem.source.slice(0, problem.column - 1);
	const marked = problem.source.slice(problem.column - 1, problem.column - 1 + problem.length);
	const cut = Math.max(0, before.length + Math.min(marked.length, 20) - (columns - 12));
	const lead = cut === 0 ? revealHiddenCharacters(before) : `…${revealHiddenCharacters(before.slice(cut + 1))}`;
	const whole = `${lead}${revealHiddenCharacters(problem.source.slice(problem.column - 1))}`;
	const line = whole.length > columns - 8 ? `${whole.slice(0, columns - 9)}…` : whole;
	const caret = '^'.repeat(Math.max(1, Math.min(revealHiddenCharacters(marked).length, columns - 8 - lead.length)));
	return [
		`${problem.file}:${problem.line}:${problem.column}: ${sentence(problem)}`,
		`${number} | ${line}`.trimEnd(),
		`      | ${' '.repeat(lead.length)}${caret}`,
		...(problem.nearest === null ? [] : [`  Did you mean \`${problem.nearest}\`?`]),
	].join('\n');
};

const sentence = ({what, expected, found}: RunbookProblem): string => {
	const facts = [expected === null ? null : `expected ${expected}`, found === null ? null : `found ${found}`].filter(fact => fact !== null);
	return revealHiddenCharacters(facts.length === 0 ? what : `${what}: ${facts.join(', ')}`);
};
