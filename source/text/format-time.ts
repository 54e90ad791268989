/** The time of day in the machine's time zone: `14:02`. */
export const formatTime = (at: Date): string => `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;

/** With seconds: `14:02:11`. */
export const formatSeconds = (at: Date): string => `${formatTime(at)}:${twoDigits(at.getSeconds())}`;

/** The time of day somewhere: `14:02 in Asia/Kolkata`, with the day where that is another one than `now`'s: `Thu 10:00 in Asia/Kolkata`. */
export const formatTimeIn = (at: Date, timeZone: string, now = at): string => {
	const part = (moment: Date, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', {timeZone, ...options}).format(moment).replaceAll(',', '');
	const dayOf = (moment: Date): string => part(moment, {day: 'numeric', month: 'short', year: 'numeric'});
	const day = dayOf(at) === dayOf(now) ? '' : `${part(at, {weekday: 'short', ...(at.getTime() - now.getTime() < 6 * 86_400_000 ? {} : {day: 'numeric', month: 'short'})})} `;
	return `${day}${part(at, {hour: '2-digit', minute: '2-digit'})} in ${timeZone}`;
};

/** A moment as a person would name it now: `today 09:14`, `yesterday`, `20 Nov`, `20 Nov 2025`. */
export const formatDay = (at: Date, now: Date): string => {
	const daysAgo = Math.round((dayOf(now) - dayOf(at)) / 86_400_000);
	if (daysAgo === 0) return `today ${formatTime(at)}`;
	if (daysAgo === 1) return 'yesterday';
	const day = `${at.getDate()} ${months[at.getMonth()]}`;
	return at.getFullYear() === now.getFullYear() ? day : `${day} ${at.getFullYear()}`;
};

/** A moment that tools or the record wrote, the same everywhere: `2026-11-24 13:48 UTC`. What is no moment stays as it is. */
export const formatMoment = (text: string): string => {
	const at = new Date(text);
	return Number.isNaN(at.getTime()) ? text : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
};

/** The calendar day as a number, whatever the clock was set to on it. */
const dayOf = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());

const twoDigits = (count: number): string => String(count).padStart(2, '0');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
