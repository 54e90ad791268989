import {z} from 'zod';

/** `500ms`, `30s`, `10m`, `2h`, `1d` as milliseconds; the unit is required. */
export const duration = z
	.string()
	.regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'A duration with its unit is expected: 500ms, 30s, 10m, 2h or 1d.')
	.transform(text => {
		const match = /^([\d.]+)([a-z]+)$/.exec(text);
		return Number(match?.[1]) * (millisecondsOf[match?.[2] ?? ''] ?? Number.NaN);
	});

const millisecondsOf: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};
