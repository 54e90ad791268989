/** `Mon-Thu 10:00-17:00`, `Sat,Sun 08:00-12:00`, `Fri 22:00-02:00` (ends on Saturday), `daily 00:00-24:00`. */
export type WindowRule = {
	readonly text: string;
	/** Days on which it begins: 1 is Monday, 7 is Sunday. */
	readonly days: ReadonlySet<number>;
	/** Minutes after midnight of the day on which it begins; `endMinute` may lie on the next day (above 1440). */
	readonly startMinute: number;
	readonly endMinute: number;
};

/** The rule, or null when the text is not one. Start and end must differ; 24:00 is the end of the day. */
export const parseWindowRule = (text: string): WindowRule | null => {
	const match = /^\s*(\S+)\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
	if (match === null) return null;
	const [, dayText = '', ...numbers] = match;
	const days = parseDays(dayText);
	const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = numbers.map(Number);
	const start = startHour * 60 + startMinute;
	const end = endHour * 60 + endMinute;
	if (days === null || startMinute > 59 || endMinute > 59 || start >= dayMinutes || end > dayMinutes || start === end) return null;
	return {text: text.trim().replaceAll(/\s+/g, ' '), days, startMinute: start, endMinute: end > start ? end : end + dayMinutes};
};

const dayMinutes = 24 * 60;
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const parseDays = (text: string): ReadonlySet<number> | null => {
	if (text.toLowerCase() === 'daily') return new Set([1, 2, 3, 4, 5, 6, 7]);
	const days = new Set<number>();
	for (const part of text.toLowerCase().split(',')) {
		const [from, to = from, ...rest] = part.split('-').map(name => dayNames.indexOf(name) + 1);
		if (from === undefined || to === undefined || from === 0 || to === 0 || rest.length > 0) return null;
		for (let day = from; ; day = (day % 7) + 1) {
			days.add(day);
			if (day === to) break;
		}
	}

	return days;
};
