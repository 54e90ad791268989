import type {ServerResponse} from 'node:http';

import {textAt} from '../../checklist/values.ts';
import {readAddress, type Address} from './address.ts';
import {ApiError, badRequest, unknownPath} from './api-error.ts';
import {deleteObject, type Propagation} from './controllers/cleanup.ts';
import {kindsOf} from './custom-kinds.ts';
import {aggregatedDiscovery, aggregatedType, openApiIndex, openApiOf, plainDiscovery, versionInfo} from './discovery.ts';
import type {KubeObject, SentObject} from './kube-object.ts';
import {logOf} from './log.ts';
import {readProtobuf} from './protobuf.ts';
import {listObjects, pageOf, showList, showObject, viewOf, type View} from './read-objects.ts';
import {scaleOf} from './scale.ts';
import type {Store} from './store.ts';
import {watchObjects} from './watch.ts';
import type {Writer, WriteOptions} from './write-objects.ts';

export type ApiRequest = {readonly method: string; readonly path: string; readonly query: URLSearchParams; readonly accept: string; readonly contentType: string; readonly userAgent: string; readonly body: Buffer};

/** An answer is whole, or goes on (a watch). */
export type Answer = {readonly kind: 'whole'; readonly code: number; readonly type: string; readonly body: string} | {readonly kind: 'open'; readonly start: (response: ServerResponse) => void};

export type Api = {readonly store: Store; readonly writer: Writer; readonly now: () => Date};

const json = (body: object, code = 200, type = 'application/json'): Answer => ({kind: 'whole', code, type, body: JSON.stringify(body)});

const text = (body: string): Answer => ({kind: 'whole', code: 200, type: 'text/plain', body});

/** Answers one request. Throws `ApiError`. */
export const answer = (api: Api, request: ApiRequest): Answer => {
	const kinds = kindsOf(api.store);
	const address = readAddress(request.path, kinds);
	if (address !== null) return answerObjects(api, address, request);
	const {method, path, accept} = request;
	if (method === 'POST' && path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return json({...readBody(request), status: {allowed: true, reason: 'the rehearsal allows everything'}}, 201);
	if (method !== 'GET') throw unknownPath();
	if (path === '/version') return json(versionInfo);
	if (['/healthz', '/livez', '/readyz'].includes(path)) return text('ok');
	if ((path === '/api' || path === '/apis') && accept.includes('as=APIGroupDiscoveryList')) return json(aggregatedDiscovery(kinds, path === '/api' ? 'api' : 'apis'), 200, aggregatedType);
	const found = path === '/openapi/v3' ? openApiIndex(kinds) : (plainDiscovery(kinds, path) ?? openApiOf(kinds, path));
	if (found === null) throw unknownPath();
	return json(found);
};

const answerObjects = (api: Api, address: Address, request: ApiRequest): Answer => {
	const handler = handlers[`${request.method} ${address.name === null ? 'all' : 'one'}`];
	if (handler === undefined || (address.subresource !== null && ![...address.kind.subresources, 'finalize'].includes(address.subresource as 'status'))) throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
	return handler(api, {...address, name: address.name ?? ''}, request);
};

type Handler = (api: Api, address: Address & {readonly name: string}, request: ApiRequest) => Answer;

const handlers: Readonly<Record<string, Handler>> = {
	'GET all': ({store, now}, address, {query, accept}) => {
		const all: Address = {...address, name: null};
		const view = viewOf(accept, query);
		if (isWatch(query)) return watch(store, all, query, view, now);
		return json(showList(address.kind, pageOf(listObjects(store, all, query), query), view, {now: now(), version: store.version()}));
	},
	'GET one': ({store, now}, address, {query, accept}) => {
		const view = viewOf(accept, query);
		if (isWatch(query)) return watch(store, address, query, view, now);
		const object = store.get(address.kind, address.namespace, address.name);
		if (address.subresource === 'log') return text(logOf(object));
		if (address.subresource === 'scale') return json(scaleOf(object));
		return json(showObject(address.kind, object, view, now()));
	},
	'POST all': ({writer, now}, address, request) => json(showObject(address.kind, writer.create({...address, name: null}, readBody(request) as SentObject, optionsOf(request)), viewOf(request.accept, request.query), now()), 201),
	'PUT one': ({writer, now}, address, request) => json(written(address, writer.replace(address, readBody(request) as SentObject, optionsOf(request)), request, now())),
	'PATCH one': ({writer, now}, address, request) => {
		const {object, isNew} = writer.patch(address, request.body, request.contentType, optionsOf(request));
		return json(written(address, object, request, now()), isNew ? 201 : 200);
	},
	'DELETE one': (api, address, request) => json(removeOne(api, address, api.store.get(address.kind, address.namespace, address.name), request)),
	'DELETE all': (api, address, request) => {
		const objects = listObjects(api.store, address, request.query);
		for (const object of objects) removeOne(api, address, object, request);
		return json(showList(address.kind, {items: objects, metadata: {}}, {kind: 'objects'}, {now: api.now(), version: api.store.version()}));
	},
};

const written = ({kind, subresource}: Address, object: KubeObject, {accept, query}: ApiRequest, now: Date): object => (subresource === 'scale' ? scaleOf(object) : showObject(kind, object, viewOf(accept, query), now));

const isWatch = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('watch') ?? '');

const watch = (store: Store, address: Address, query: URLSearchParams, view: View, now: () => Date): Answer => ({kind: 'open', start: response => watchObjects(store, address, query, {response, view, now})});

const readBody = ({body, contentType}: ApiRequest): Readonly<Record<string, unknown>> => {
	if (contentType === 'application/vnd.kubernetes.protobuf') return readProtobuf(body);
	try {
		return JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
	} catch (error) {
		throw badRequest(`the body of the request is no JSON: ${(error as Error).message}`);
	}
};

/** Who does not name itself is known by its program: `helm` of `helm/v4.1.4`. */
const optionsOf = ({query, userAgent}: ApiRequest): WriteOptions => ({isDryRun: query.get('dryRun') === 'All', manager: query.get('fieldManager') ?? (/^[\w.-]+/.exec(userAgent)?.[0] ?? 'unknown')});

const removeOne = ({store, now}: Api, {kind}: Address, object: KubeObject, request: ApiRequest): object => {
	const options = request.body.length === 0 ? {} : readBody(request);
	const {query} = request;
	const isDryRun = query.get('dryRun') === 'All' || (options['dryRun'] as readonly string[] | undefined)?.includes('All') === true;
	const wanted = textAt(options, 'preconditions', 'uid');
	if (wanted !== undefined && wanted !== object.metadata.uid) throw new ApiError(409, 'Conflict', `the UID in the precondition (${wanted}) does not match the UID in record (${object.metadata.uid})`);
	const propagation = (query.get('propagationPolicy') ?? textAt(options, 'propagationPolicy') ?? (options['orphanDependents'] === true ? 'Orphan' : 'Background')) as Propagation;
	const grace = query.get('gracePeriodSeconds') ?? options['gracePeriodSeconds'];
	const left = isDryRun ? null : deleteObject({store, now}, kind, object, {propagation, ...(typeof grace === 'number' || typeof grace === 'string' ? {graceSeconds: Number(grace)} : {})});
	return left ?? {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: {name: object.metadata.name, group: kind.group, kind: kind.resource, uid: object.metadata.uid}};
};
