import type {Kind} from './kinds.ts';

/** A refusal of the API: clients read `reason` and `code`, people read the message. */
export class ApiError extends Error {
	override readonly name = 'ApiError';
	readonly code: number;
	readonly reason: string;
	readonly details: Readonly<Record<string, unknown>>;

	constructor(code: number, reason: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
		super(message);
		this.code = code;
		this.reason = reason;
		this.details = details;
	}
}

/** `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"x\" not found","reason":"NotFound","code":404}` */
export const statusOf = ({code, reason, message, details}: ApiError): object => ({kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code});

export const notFound = (kind: Kind, name: string): ApiError => refusal(404, 'NotFound', kind, name, 'not found');

export const alreadyExists = (kind: Kind, name: string): ApiError => refusal(409, 'AlreadyExists', kind, name, 'already exists');

export const conflict = (kind: Kind, name: string): ApiError =>
	new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${nameOf(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`, {name, group: kind.group, kind: kind.resource});

export const forbidden = (kind: Kind, name: string, why: string): ApiError => refusal(403, 'Forbidden', kind, name, `is forbidden: ${why}`);

/** `field` is a path: `spec.selector`. */
export const invalid = (kind: Kind, name: string, field: string, why: string): ApiError =>
	new ApiError(422, 'Invalid', `${kind.kind}${kind.group === '' ? '' : `.${kind.group}`} "${name}" is invalid: ${field}: ${why}`, {name, group: kind.group, kind: kind.kind, causes: [{reason: 'FieldValueInvalid', message: why, field}]});

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const unknownPath = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource');

const refusal = (code: number, reason: string, kind: Kind, name: string, words: string): ApiError => new ApiError(code, reason, `${nameOf(kind)} "${name}" ${words}`, {name, group: kind.group, kind: kind.resource});

const nameOf = ({resource, group}: Kind): string => (group === '' ? resource : `${resource}.${group}`);
