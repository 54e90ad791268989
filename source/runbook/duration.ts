import * as z from 'zod';

/** Whole numbers, each with its unit, from the longest to the shortest. */
const durationPattern = /^(?=\d)(?:(\d{1,4})d)?(?: ?(\d{1,5})h)?(?: ?(\d{1,6})m(?!s))?(?: ?(\d{1,8})s)?(?: ?(\d{1,9})ms)?$/;

const durationText = 'a duration with its unit, such as 30s, 10m or 1d 12h';

/** `30s`, `10m`, `2h`, `1d 12h`, `500ms` as milliseconds. The unit is required: a bare 30 could be anything. */
export const durationShape = z
	.string({error: durationText})
	.regex(durationPattern, {error: durationText, abort: true})
	.refine(text => parseDuration(text) !== null, {error: 'a duration longer than nothing'})
	.meta({examples: ['30s', '10m', '1d 12h']})
	.transform(text => parseDuration(text) ?? 0);

/** Milliseconds, or null when the text is no duration or has no length. */
export const parseDuration = (text: string): number | null => {
	const match = durationPattern.exec(text);
	if (match === null) return null;
	const [days, hours, minutes, seconds, milliseconds] = match.slice(1).map(part => Number(part ?? 0)) as [number, number, number, number, number];
	const total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
	return total > 0 ? total : null;
};
