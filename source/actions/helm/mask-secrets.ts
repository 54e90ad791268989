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

	const masks = [before, after].map(side => needsMask(side, path, isSecret));
	if (!masks.includes(true)) return {before, after};
	const words = before === after || before === undefined || after === undefined ? {before: maskedText, after: maskedText} : changed;
	return {before: before === undefined ? undefined : words.before, after: after === undefined ? undefined : words.after};
};

const maskAlone = (value: unknown, path: Names, isSecret: (path: Names) => boolean): unknown => (needsMask(value, path, isSecret) ? maskedText : value);

const needsMask = (value: unknown, path: Names, isSecret: (path: Names) => boolean): boolean => {
	if (isSecret(path)) return value !== undefined;
	if (typeof value !== 'string' && typeof value !== 'number') return false;
	const text = String(value);
	return isCredential(path.at(-1) ?? '', text) || passwordInUrl.test(text) || text.includes('-----BEGIN ');
};

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
