/** The words of a line, as a POSIX shell would take them apart: a blank in quotes or behind a backslash, as terminals write it for a file that is dropped on them, divides nothing. */
export const splitWords = (line: string): readonly string[] =>
	Array.from(line.matchAll(/(?:'[^']*'|"[^"]*"|\\.|\S)+/g), ([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? ''));
