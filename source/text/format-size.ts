/** A size in words for people, in units of 1000 as disks are sold: `0 B`, `812 B`, `1.2 GB`, `340 MB`. */
export const formatSize = (sizeBytes: number): string => {
	if (sizeBytes < 1000) return `${sizeBytes} B`;
	let value = sizeBytes;
	let unit = -1;
	// 999.5, since that would be rounded to 1000 of the smaller unit.
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};

const units = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;
