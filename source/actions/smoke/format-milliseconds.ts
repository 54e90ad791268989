/** `87 ms`, `2.4 s` */
export const formatMilliseconds = (milliseconds: number): string =>
	milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1).replace('.0', '')} s`;
