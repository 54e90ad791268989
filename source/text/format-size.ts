/** A size in words for people, in units of 1000 as disks are sold: `0 B`, `812 B`, `1.2 GB`, `340 MB`. */
export const formatSize = (sizeBytes: number): string => {
	if (sizeBytes < 1000) return `${sizeBytes} B`;
	const power = Math.min(units.length, Math.floor(Math.log10(sizeBytes) / 3));
	const value = sizeBytes / 1000 ** power;
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
};

const units = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;
