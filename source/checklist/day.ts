/** `2027-03-31`, and a day that the calendar has. */
export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

/** A waiver holds until the end of its last day, UTC. */
export const isOver = (until: string, now: Date): boolean => now.getTime() >= Date.parse(until) + 24 * 60 * 60 * 1000;
