import {isMapping} from '../../checklist/values.ts';
import {isCredential, passwordInUrl} from '../../checklist/secret-rules.ts';

/** Both sides of a comparison with nothing secret left in them: one sees that a secret changed, not from what to what. */
export type MaskedPair = {readonly before: unknown; readonly after: unknown};

export const maskedText = '(secret)';
const changed = {before: '(secret, before)', after: '(secret, after)'};

/**
Covers the data of Secrets, and elsewhere every value whose name says that it is a credential or that holds a password in a URL. `null` stands for an
object that is not there.
*/
export const maskPair = (kind: string, before: unknown, after: unknown): MaskedPair =>
	kind === 'Secret' ? maskPairOf(withDecodedData(before), withDecodedData(after), isDataPath) : maskPairOf(before, after, () => false);

type Names = readonly string[];

const maskPairOf = (before: unknown, after: unknown, isSecret: (path: Names) => boolean, path: Names = []): MaskedPair => {
	if (isMapping(before) || isMapping(after)) {
		const keys = [...new Set([...keysOf(before), ...keysOf(after)])];
		const pairs = keys.map(key => [key, maskPairOf(valueAt(before, key), valueAt(after, key), isSecret, [...path, nameFor(before, after, key)])] as const);
		return {
			before: isMapping(before) ? Object.fromEntries(pairs.filter(([key]) => Object.hasOwn(before, key)).map(([key, pair]) => [key, pair.before])) : maskAlone(before, path, isSecret),
			after: isMapping(after) ? Object.fromEntries(pairs.filter(([key]) => Object.hasOwn(after, key)).map(([key, pair]) => [key, pair.after])) : maskAlone(after, path, isSecret),
		};
	}

	if (Array.isArray(before) || Array.isArray(after)) {
		const [left, right] = [before, after].map(side => (Array.isArray(side) ? (side as readonly unknown[]) : []));
		const length = Math.max(left?.length ?? 0, right?.length ?? 0);
		const counterpart = pairEntries(left ?? [], right ?? []);
		const leftMasked = (left ?? []).map((entry, index) => maskPairOf(entry, counterpart.ofLeft(index), isSecret, path).before);
		const rightMasked = (right ?? []).map((entry, index) => maskPairOf(counterpart.ofRight(index), entry, isSecret, path).after);
		return {before: Array.isArray(before) || length === 0 ? leftMasked : before, after: Array.isArray(after) || length === 0 ? rightMasked : after};
	}

	const name = path.at(-1) ?? '';
	if (isSecret(path) || isSecretValue(name, before) || isSecretValue(name, after)) {
		const words = before === after || before === undefined || after === undefined ? {before: maskedText, after: maskedText} : changed;
		return {before: before === undefined ? undefined : words.before, after: after === undefined ? undefined : words.after};
	}

	return {before: maskLines(before, after, changed.before), after: maskLines(after, before, changed.after)};
};

const maskAlone = (value: unknown, path: Names, isSecret: (path: Names) => boolean): unknown => (value !== undefined && (isSecret(path) || isSecretValue(path.at(-1) ?? '', value)) ? maskedText : maskLines(value, undefined, maskedText));

const isSecretValue = (name: string, value: unknown): boolean => (typeof value === 'string' || typeof value === 'number') && !String(value).includes('\n') && isCredential(name, String(value));

/** A properties file, a script, an argument: of each line that sets a credential, the value. `word` stands there where the other side has another one. */
const maskLines = (value: unknown, other: unknown, word: string): unknown => {
	if (typeof value !== 'string' || !(value.includes('PRIVATE KEY') || /[=:]/.test(value))) return value;
	const others = typeof other === 'string' ? valuesByName(other) : null;
	const wordFor = (name: string, text: string): string => (others === null || !others.has(name) || others.get(name) === text ? maskedText : word);
	const withoutKeys = value.replaceAll(privateKey, key => (typeof other === 'string' && !other.includes(key) ? word : maskedText));
	return withoutKeys
		.split('\n')
		.map(line => {
			const [, before = '', name = '', between = '', text = ''] = assignment.exec(line) ?? [];
			if (name !== '' && isCredential(name, unquoted(text))) return `${before}${name}${between}${wordFor(name, text)}`;
			return passwordInUrl.test(line) ? line.replaceAll(urlPassword, (_, start: string, password: string) => `${start}${typeof other === 'string' && !other.includes(password) ? word : maskedText}@`) : line;
		})
		.join('\n');
};

const valuesByName = (text: string): ReadonlyMap<string, string> =>
	new Map(text.split('\n').flatMap((line): [string, string][] => {
		const [, , name = '', , value = ''] = assignment.exec(line) ?? [];
		return name === '' ? [] : [[name, value]];
	}));

/** `spring.datasource.password=x`, `password: x`, `--db-password=x` */
const assignment = /^(\s*(?:- )?(?:--?|export )?["']?)([\w.-]{1,80})(["']?\s*[=:]\s*)(\S.*)$/;
const privateKey = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?/g;
const urlPassword = /(:\/\/[^\s:/@$]{0,256}:)([^\s@$<{]{1,1024})@/g;
const unquoted = (text: string): string => /^(["'])(.*)\1,?$/.exec(text.trim())?.[2] ?? text.trim();

/** `{name: DB_PASSWORD, value: x}`, as environments are written, is a value under the name DB_PASSWORD. */
const nameFor = (before: unknown, after: unknown, key: string): string => {
	if (key !== 'value') return key;
	const name = valueAt(after, 'name') ?? valueAt(before, 'name');
	return typeof name === 'string' ? name : key;
};

/** Entries of lists belong together by name where they have one, else by place. */
const pairEntries = (left: readonly unknown[], right: readonly unknown[]) => {
	const find = (entry: unknown, others: readonly unknown[], index: number): unknown => {
		const name = valueAt(entry, 'name');
		return name === undefined ? others[index] : others.find(other => valueAt(other, 'name') === name);
	};
	return {ofLeft: (index: number): unknown => find(left[index], right, index), ofRight: (index: number): unknown => find(right[index], left, index)};
};

const keysOf = (value: unknown): readonly string[] => (isMapping(value) ? Object.keys(value) : []);
const valueAt = (value: unknown, key: string): unknown => (isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined);

const isDataPath = ([top]: Names): boolean => top === 'data';

/** `stringData` is written into `data` by Kubernetes; so that the two can be compared, and neither is shown. */
const withDecodedData = (secret: unknown): unknown => {
	if (!isMapping(secret)) return secret;
	const {data, stringData, ...rest} = secret;
	const decoded = isMapping(data) ? Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : value] as const) : [];
	const texts = isMapping(stringData) ? Object.entries(stringData).map(([key, value]) => [key, typeof value === 'string' ? Buffer.from(value).toString('latin1') : value] as const) : [];
	const annotations = isMapping(rest['metadata']) && isMapping(rest['metadata']['annotations']) ? rest['metadata']['annotations'] : null;
	const {['kubectl.kubernetes.io/last-applied-configuration']: _, ...harmless} = annotations ?? {};
	const metadata = annotations === null ? {} : {metadata: {...(rest['metadata'] as object), annotations: harmless}};
	return decoded.length + texts.length === 0 ? {...rest, ...metadata} : {...rest, ...metadata, data: Object.fromEntries([...decoded, ...texts])};
};
