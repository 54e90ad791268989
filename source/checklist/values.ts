/** Where a value stands in an object: `['spec', 'template', 'spec', 'containers', 0]`. */
export type Path = readonly (string | number)[];

/** The value at a path, or undefined. Manifests are what people wrote: every level may be missing or of another shape. */
export const at = (value: unknown, ...path: Path): unknown => {
	let found = value;
	for (const step of path) {
		if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
		found = (found as Readonly<Record<string | number, unknown>>)[step];
	}

	return found;
};

/** The list at a path; empty when there is none. */
export const listAt = (value: unknown, ...path: Path): readonly unknown[] => {
	const found = at(value, ...path);
	return Array.isArray(found) ? found : [];
};

/** The keys and values of the mapping at a path; empty when there is none. */
export const entriesAt = (value: unknown, ...path: Path): readonly (readonly [string, unknown])[] => {
	const found = at(value, ...path);
	return isMapping(found) ? Object.entries(found) : [];
};

/** Text at a path. A number or a truth value, which somebody forgot to quote, is read as its text. */
export const textAt = (value: unknown, ...path: Path): string | undefined => textOf(at(value, ...path));

export const textOf = (value: unknown): string | undefined =>
	typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** A whole number at a path, also when it is quoted. */
export const numberAt = (value: unknown, ...path: Path): number | undefined => {
	const found = at(value, ...path);
	if (typeof found === 'number') return found;
	return typeof found === 'string' && /^-?\d+$/.test(found) ? Number(found) : undefined;
};

/** Labels and other mappings of text to text. */
export const textMapAt = (value: unknown, ...path: Path): ReadonlyMap<string, string> => {
	const found = at(value, ...path);
	if (!isMapping(found)) return noTexts;
	const texts = new Map<string, string>();
	for (const key of Object.keys(found)) {
		const text = textOf(found[key]);
		if (text !== undefined) texts.set(key, text);
	}

	return texts;
};

const noTexts: ReadonlyMap<string, string> = new Map();

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kubernetes reads YAML 1.1, where `yes` and `on` are true; our parser gives them as text. */
export const isTrue = (value: unknown): boolean => value === true || (typeof value === 'string' && /^(true|yes|on|y)$/i.test(value));

export const isFalse = (value: unknown): boolean => value === false || (typeof value === 'string' && /^(false|no|off|n)$/i.test(value));
