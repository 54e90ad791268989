import {shortestSecret} from '../text/redact.ts';
import {hasExpression} from './expressions.ts';
import type {InputSpec, Scalar} from './runbook.ts';
import {listOf} from './shape-problems.ts';

/** What an input must be, in words, when the value is not it; else null. */
export const inputFault = (input: InputSpec, value: Scalar): string | null => {
	switch (input.type) {
		case 'number':
			return typeof value === 'number' && Number.isFinite(value) ? null : 'a number';
		case 'boolean':
			return typeof value === 'boolean' ? null : 'true or false';
		case 'choice':
			return input.options?.includes(String(value)) === true ? null : listOf(input.options ?? []);
		default: {
			if (typeof value !== 'string') return 'text (in quotes)';
			if (hasExpression(value)) return 'text without ${{';
			if (value.includes('\0')) return 'text without NUL characters';
			if (input.type === 'secret' && Buffer.byteLength(value) < shortestSecret) return `text of at least ${shortestSecret} bytes, as shorter ones can't be kept out of what is shown`;
			return input.pattern === undefined || new RegExp(`^(?:${input.pattern})$`, 'u').test(value) ? null : `text that matches ${input.pattern}`;
		}
	}
};

/** A value as it was typed or given by a flag, in its input's type; what can't be read stays text, which `inputFault` then refuses. */
export const readInput = (input: InputSpec, text: Scalar): Scalar => {
	if (typeof text !== 'string') return input.type === 'number' || input.type === 'boolean' ? text : String(text);
	if (input.type === 'number') return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : text;
	if (input.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
	return text;
};
