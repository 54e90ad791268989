/** `30s`, `10m`, `2h`, `1d 12h`, `500ms`: whole numbers, each with its unit, from the longest to the shortest. */
export const durationPattern = /^(?=\d)(?:(\d{1,4})d)?(?: ?(\d{1,5})h)?(?: ?(\d{1,6})m(?!s))?(?: ?(\d{1,8})s)?(?: ?(\d{1,9})ms)?$/;

/** Milliseconds, or null when the text is no duration or has no length. */
export const parseDuration = (text: string): number | null => {
	const match = durationPattern.exec(text);
	if (match === null) return null;
	const [days, hours, minutes, seconds, milliseconds] = match.slice(1).map(part => Number(part ?? 0)) as [number, number, number, number, number];
	const total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
	return total > 0 ? total : null;
};
