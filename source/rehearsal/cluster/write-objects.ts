import {randomInt, randomUUID} from 'node:crypto';

import {parse} from 'yaml';

import type {Address} from './address.ts';
import {ApiError, badRequest, forbidden, notFound, unknownPath} from './api-error.ts';
import {applyIntent} from './apply.ts';
import {randomName} from './controllers/owned.ts';
import {withDefaults} from './defaults.ts';
import {apiVersionOf, kindNamed, type Kind} from './kinds.ts';
import {timestamp, type Fields, type KubeObject, type SentObject} from './kube-object.ts';
import {patchKinds} from './patch.ts';
import {scaleOf, withScale} from './scale.ts';
import type {Store} from './store.ts';
import {validate} from './validate.ts';

/** How something is written: by whom, and whether it is only tried out. */
export type WriteOptions = {readonly isDryRun: boolean; readonly manager: string; readonly isApply?: boolean};

export type Writer = {
	readonly create: (address: Address, sent: SentObject, options: WriteOptions) => KubeObject;
	readonly replace: (address: Address, sent: SentObject, options: WriteOptions) => KubeObject;
	readonly patch: (address: Address, body: Buffer, contentType: string, options: WriteOptions) => {readonly object: KubeObject; readonly isNew: boolean};
};

const applyTypes: ReadonlySet<string> = new Set(['application/apply-patch+yaml', 'application/apply-patch+cbor']);

/** Takes what clients send into the store: checked, completed, and with what they may not change kept as it was. */
export const createWriter = (store: Store, now: () => Date): Writer => {
	/** What each field manager applied last, by the object's id. */
	const intents = new Map<string, Map<string, Fields>>();
	store.subscribe(({type, object}) => void (type === 'DELETED' && intents.delete(object.metadata.uid)));

	const writer: Writer = {
		create: ({kind, namespace, name}, sent, options) => {
			checkKind(kind, sent);
			const {generateName, ...metadata} = sent.metadata ?? {};
			const chosen = metadata.name ?? name ?? (generateName === undefined ? undefined : `${generateName}${randomName(5)}`);
			if (chosen === undefined) throw badRequest('name or generateName is required');
			if (kind.isNamespaced) checkNamespace(store, kind, namespace, metadata.namespace ?? namespace, chosen);
			const {status, ...rest} = sent;
			const kept = kind.subresources.includes('status') ? rest : sent;
			const {namespace: dropped, ...plain} = metadata;
			const born: SentObject = {...kept, metadata: {...plain, ...(generateName === undefined ? {} : {generateName}), name: chosen, ...(kind.isNamespaced ? {namespace} : {}), uid: randomUUID()}};
			const object = signed(withAddress(withDefaults(born)), options);
			validate(kind, object, null);
			return store.create(kind, object, options);
		},
		replace: (address, sent, options) => {
			const previous = store.get(address.kind, address.namespace, address.name ?? '');
			if (address.subresource === 'scale') return writer.replace({...address, subresource: null}, withScale(previous, sent), options);
			checkKind(address.kind, sent);
			return change(address, previous, sent, options);
		},
		patch: (address, body, contentType, options) => {
			if (applyTypes.has(contentType)) return apply(address, readIntent(body), options);
			const patch = patchKinds[contentType];
			if (patch === undefined) throw new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${Object.keys(patchKinds).join(', ')}`);
			const previous = store.get(address.kind, address.namespace, address.name ?? '');
			if (address.subresource === 'scale') return {object: writer.replace(address, patch(scaleOf(previous), JSON.parse(body.toString())) as SentObject, options), isNew: false};
			return {object: change(address, previous, patch(previous, JSON.parse(body.toString())) as SentObject, options), isNew: false};
		},
	};

	const change = ({kind, subresource}: Address, previous: KubeObject, sent: SentObject, options: WriteOptions): KubeObject => {
		if (subresource === 'status') return store.update(kind, {...previous, status: sent.status ?? {}, metadata: {...previous.metadata, resourceVersion: sent.metadata?.resourceVersion ?? previous.metadata.resourceVersion}}, options);
		if (subresource !== null && subresource !== 'finalize') throw unknownPath();
		const {status, ...rest} = sent;
		const kept = kind.subresources.includes('status') ? {...rest, ...(previous.status === undefined ? {} : {status: previous.status})} : sent;
		const {name, namespace, uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds} = previous.metadata;
		const fixed = {name, ...(namespace === undefined ? {} : {namespace}), uid, creationTimestamp, ...(deletionTimestamp === undefined ? {} : {deletionTimestamp, deletionGracePeriodSeconds})};
		const completed = withDefaults({...kept, apiVersion: previous.apiVersion, kind: previous.kind, metadata: {...sent.metadata, ...fixed}});
		const object = signed(withAddress(completed, previous), options);
		validate(kind, object, previous);
		return store.update(kind, object, options);
	};

	const apply = (address: Address, sent: SentObject, options: WriteOptions): {readonly object: KubeObject; readonly isNew: boolean} => {
		checkKind(address.kind, sent);
		const name = address.name ?? '';
		const previous = store.find(address.kind, address.namespace, name);
		// Neither is anybody's wish: who writes them copied them from an answer.
		const {managedFields, resourceVersion, ...metadata} = sent.metadata ?? {};
		const intent = asIntent({...sent, metadata: {...metadata, name, ...(address.kind.isNamespaced ? {namespace: address.namespace} : {})}});
		const object = previous === null ? writer.create(address, intent, {...options, isApply: true}) : change(address, previous, applyIntent(previous, intents.get(previous.metadata.uid)?.get(options.manager), intent) as SentObject, {...options, isApply: true});
		if (!options.isDryRun) remember(object, intent, options);
		return {object, isNew: previous === null};
	};

	const remember = ({metadata: {uid}}: KubeObject, intent: SentObject, {manager}: WriteOptions): void => {
		const known = intents.get(uid) ?? new Map<string, Fields>();
		known.set(manager, intent);
		intents.set(uid, known);
	};

	/** The managers by name and time; which field is whose stays with us. */
	const signed = (object: SentObject, {manager, isApply = false}: WriteOptions): KubeObject => {
		const operation = isApply ? 'Apply' : 'Update';
		const others = (object.metadata?.managedFields ?? []).filter(entry => entry['manager'] !== manager || entry['operation'] !== operation);
		const before = (object.metadata?.managedFields ?? []).find(entry => !others.includes(entry));
		const entry = {manager, operation, apiVersion: object.apiVersion, time: before?.['time'] ?? timestamp(now()), fieldsType: 'FieldsV1', fieldsV1: {}};
		return {...object, metadata: {...object.metadata, managedFields: [...others, entry]}} as KubeObject;
	};

	return writer;
};

const readIntent = (body: Buffer): SentObject => {
	const text = body.toString();
	try {
		return JSON.parse(text) as SentObject;
	} catch {
		return parse(text) as SentObject;
	}
};

/** Texts of a Secret are wished for as the data that they become. */
const asIntent = (sent: SentObject): SentObject => (sent.kind === 'Secret' && sent['stringData'] !== undefined ? withDefaults(sent) : sent);

const checkKind = (kind: Kind, {apiVersion, kind: name}: SentObject): void => {
	if (name !== kind.kind || apiVersion !== apiVersionOf(kind)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): it is ${name} of ${apiVersion}`);
};

const checkNamespace = (store: Store, kind: Kind, namespace: string, named: string, name: string): void => {
	if (named !== namespace) throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
	const home = store.find(kindNamed('Namespace'), '', namespace);
	if (home === null) throw notFound(kindNamed('Namespace'), namespace);
	if (home.metadata.deletionTimestamp !== undefined) throw forbidden(kind, name, `unable to create new content in namespace ${namespace} because it is being terminated`);
};

/** A Service gets an address of the cluster's, and keeps it. */
const withAddress = (object: SentObject, previous?: KubeObject): SentObject => {
	if (object.kind !== 'Service' || object.spec?.['type'] === 'ExternalName' || object.spec?.['clusterIP'] !== undefined) return object;
	const clusterIP = previous?.spec?.['clusterIP'] ?? `10.96.${randomInt(256)}.${randomInt(1, 255)}`;
	return {...object, spec: {...object.spec, clusterIP, clusterIPs: [clusterIP]}};
};
