const longest = 300;

/** A message of several lines as one of at most 300 characters. */
export const oneLine = (text: string): string => {
	const line = text.trim().replaceAll(/\s+/g, ' ');
	return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};
