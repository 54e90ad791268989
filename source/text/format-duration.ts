/** A length of time in words for people, its two largest units: `850 ms`, `9 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`. Negative ones count as zero. */
export const formatDuration = (durationMs: number): string => {
	if (durationMs < 999.5) return `${Math.max(0, Math.round(durationMs))} ms`;
	const seconds = Math.round(durationMs / 1000);
	const [first, second] = units.map(({name, size, below}) => ({name, count: Math.floor(seconds / size) % below})).slice(units.findIndex(({size}) => seconds >= size));
	const head = `${first?.count} ${first?.name}`;
	return second === undefined || second.count === 0 ? head : `${head} ${second.count} ${second.name}`;
};

const units = [
	{name: 'd', size: 86_400, below: Number.POSITIVE_INFINITY},
	{name: 'h', size: 3600, below: 24},
	{name: 'min', size: 60, below: 60},
	{name: 's', size: 1, below: 60},
] as const;
