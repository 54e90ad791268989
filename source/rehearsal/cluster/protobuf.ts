import {ApiError} from './api-error.ts';

/**
Clients of today send the kinds that they know by heart as Protocol Buffers, and read answers in JSON as well. So only what they send
has to be understood. A body is `k8s\0` and an envelope:

	message Unknown {1: TypeMeta {1: apiVersion, 2: kind}, 2: bytes raw}

Throws `UnsupportedMediaType` for a kind that is not in the table. Field numbers: `generated.proto` in k8s.io/api and k8s.io/apimachinery.
*/
export const readProtobuf = (body: Buffer): Readonly<Record<string, unknown>> => {
	if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') throw new ApiError(415, 'UnsupportedMediaType', 'the body is not an object of Kubernetes');
	const {typeMeta, raw} = readMessage(body.subarray(4), messages['Unknown'] ?? {}) as {readonly typeMeta?: {readonly apiVersion: string; readonly kind: string}; readonly raw?: string};
	if (typeMeta === undefined) throw new ApiError(400, 'BadRequest', 'the body does not say of which kind it is');
	const message = messages[typeMeta.kind];
	if (message === undefined) throw new ApiError(415, 'UnsupportedMediaType', `this cluster reads ${typeMeta.kind} in JSON only: apply it from a file`);
	return {...typeMeta, ...readMessage(Buffer.from(raw ?? '', 'base64'), message)};
};

/** A field by its number: `name: type`, with `[]` for a list and `{}` for a mapping from text. Types that are no message stand in `readers`. */
type Message = Readonly<Record<number, string>>;

const messages: Readonly<Record<string, Message>> = {
	Unknown: {1: 'typeMeta: TypeMeta', 2: 'raw: bytes'},
	TypeMeta: {1: 'apiVersion: text', 2: 'kind: text'},
	ObjectMeta: {1: 'name: text', 2: 'generateName: text', 3: 'namespace: text', 5: 'uid: text', 6: 'resourceVersion: text', 11: 'labels: text{}', 12: 'annotations: text{}', 13: 'ownerReferences: OwnerReference[]', 14: 'finalizers: text[]'},
	OwnerReference: {1: 'kind: text', 3: 'name: text', 4: 'uid: text', 5: 'apiVersion: text', 6: 'controller: truth', 7: 'blockOwnerDeletion: truth'},
	DeleteOptions: {1: 'gracePeriodSeconds: number', 2: 'preconditions: Preconditions', 3: 'orphanDependents: truth', 4: 'propagationPolicy: text', 5: 'dryRun: text[]'},
	Preconditions: {1: 'uid: text', 2: 'resourceVersion: text'},
	Namespace: {1: 'metadata: ObjectMeta'},
	Secret: {1: 'metadata: ObjectMeta', 2: 'data: bytes{}', 3: 'type: text', 4: 'stringData: text{}', 5: 'immutable: truth'},
	ConfigMap: {1: 'metadata: ObjectMeta', 2: 'data: text{}', 3: 'binaryData: bytes{}', 4: 'immutable: truth'},
	ServiceAccount: {1: 'metadata: ObjectMeta', 3: 'imagePullSecrets: LocalObjectReference[]', 4: 'automountServiceAccountToken: truth'},
	LocalObjectReference: {1: 'name: text'},
	SelfSubjectAccessReview: {1: 'metadata: ObjectMeta', 2: 'spec: SelfSubjectAccessReviewSpec'},
	SelfSubjectAccessReviewSpec: {1: 'resourceAttributes: ResourceAttributes', 2: 'nonResourceAttributes: NonResourceAttributes'},
	ResourceAttributes: {1: 'namespace: text', 2: 'verb: text', 3: 'group: text', 4: 'version: text', 5: 'resource: text', 6: 'subresource: text', 7: 'name: text'},
	NonResourceAttributes: {1: 'path: text', 2: 'verb: text'},
};

/** Bytes are base64, as in the JSON of Kubernetes. */
const readers: Readonly<Record<string, (value: bigint | Buffer) => unknown>> = {
	text: value => value.toString(),
	bytes: value => (value as Buffer).toString('base64'),
	number: value => Number(BigInt.asIntN(64, value as bigint)),
	truth: value => value !== 0n,
};

const readMessage = (bytes: Buffer, message: Message): Readonly<Record<string, unknown>> => {
	const object: Record<string, unknown> = {};
	for (const {number, value} of fieldsOf(bytes)) {
		const [, name = '', type = '', shape] = /^(\w+): (\w+)(\[\]|\{\})?$/.exec(message[number] ?? '') ?? [];
		if (name === '') continue;
		if (shape === '[]') object[name] = [...((object[name] as unknown[] | undefined) ?? []), readValue(value, type)];
		else if (shape === '{}') object[name] = {...(object[name] as object | undefined), ...entryOf(value as Buffer, type)};
		else object[name] = readValue(value, type);
	}

	// Clients write empty texts for what was not set.
	return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== ''));
};

const readValue = (value: bigint | Buffer, type: string): unknown => readers[type]?.(value) ?? readMessage(value as Buffer, messages[type] ?? {});

const entryOf = (bytes: Buffer, type: string): Readonly<Record<string, unknown>> => {
	const [key, value] = [1, 2].map(number => fieldsOf(bytes).find(field => field.number === number)?.value ?? Buffer.alloc(0));
	return {[String(key)]: readValue(value ?? Buffer.alloc(0), type)};
};

/** The encoding: https://protobuf.dev/programming-guides/encoding/. Kubernetes has numbers (0) and lengths (2), no fixed ones in these kinds. */
const fieldsOf = (bytes: Buffer): readonly {readonly number: number; readonly value: bigint | Buffer}[] => {
	const fields: {number: number; value: bigint | Buffer}[] = [];
	let at = 0;
	const readNumber = (): bigint => {
		let value = 0n;
		for (let shift = 0n; at < bytes.length; shift += 7n) {
			const byte = bytes[at] ?? 0;
			at += 1;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}

		throw new ApiError(400, 'BadRequest', 'the body ends in the middle of a number');
	};

	while (at < bytes.length) {
		const tag = Number(readNumber());
		const kind = tag & 7;
		if (kind !== 0 && kind !== 2) throw new ApiError(400, 'BadRequest', `the body has a field of the unexpected type ${kind}`);
		const value = readNumber();
		if (kind === 2) at += Number(value);
		fields.push({number: tag >> 3, value: kind === 0 ? value : bytes.subarray(at - Number(value), at)});
	}

	return fields;
};
