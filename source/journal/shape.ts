/**
What is wrong with a value, with the place where it is: `.answer: it is none of yes, no, partially`; `null` when it has the shape. A few lines,
as every line that is written or read goes through them; a library of schemas takes ten times as long, and 25 MB.
*/
export type Shape = (value: unknown) => string | null;

export const text: Shape = value => (typeof value === 'string' ? null : ': it is no text');
export const flag: Shape = value => (typeof value === 'boolean' ? null : ': it is neither true nor false');
export const number: Shape = value => (typeof value === 'number' && Number.isFinite(value) ? null : ': it is no number');
export const integer: Shape = value => (Number.isSafeInteger(value) ? null : ': it is no whole number');
/** From 0. */
export const count: Shape = value => (Number.isSafeInteger(value) && (value as number) >= 0 ? null : ': it counts nothing');
/** From 1. */
export const ordinal: Shape = value => (Number.isSafeInteger(value) && (value as number) >= 1 ? null : ': it counts nothing');
/** What an input of a runbook can be. */
export const scalar: Shape = value => (text(value) === null || number(value) === null || flag(value) === null ? null : ': it is neither text nor number nor true or false');

export const oneOf = (...words: readonly string[]): Shape => {
	const known = new Set<unknown>(words);
	return value => (known.has(value) ? null : `: it is none of ${words.join(', ')}`);
};

export const optional = (inner: Shape): Shape => value => (value === undefined ? null : inner(value));
export const nullable = (inner: Shape): Shape => value => (value === null ? null : inner(value));

export const listOf = (inner: Shape): Shape => value => {
	if (!Array.isArray(value)) return ': it is no list';
	for (const [index, element] of value.entries()) {
		const wrong = inner(element);
		if (wrong !== null) return `.${index}${wrong}`;
	}

	return null;
};

/** Any names, each with such a value. */
export const recordOf = (inner: Shape): Shape => value => {
	if (!isObject(value)) return ': it is no object';
	for (const name of Object.keys(value)) {
		const wrong = inner(value[name]);
		if (wrong !== null) return `.${name}${wrong}`;
	}

	return null;
};

/** These fields, and whatever else. */
export const objectOf = (fields: Readonly<Record<string, Shape>>): Shape => {
	const entries = Object.entries(fields);
	return value => {
		if (!isObject(value)) return ': it is no object';
		for (const [name, inner] of entries) {
			const wrong = inner(value[name]);
			if (wrong !== null) return `.${name}${wrong}`;
		}

		return null;
	};
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
