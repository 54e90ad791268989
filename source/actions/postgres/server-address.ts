import {parseDatabase} from '../../runbook/database-url.ts';

/** A database and its server as an address says it, without a password. `host` and `port` are what libpq takes when the address leaves them out. */
export type ServerAddress = {
	/** `postgresql://release@db.uat:5432/egov_db`; goes into argv. */
	readonly url: string;
	/** A host name, several with commas, or the folder of a socket. */
	readonly host: string;
	readonly port: string;
	readonly user: string | null;
	readonly name: string;
};

/** Source: PostgreSQL, "Connection URIs": host and port may also stand in the query, and a host may be percent-encoded. */
export const readServerAddress = (text: string): ServerAddress | {readonly fault: string} => {
	const parsed = parseDatabase(text);
	if ('fault' in parsed) return {fault: `It has to be ${parsed.fault}.`};
	if (parsed.password !== null) return {fault: 'A password does not belong here, as it would stand on the screen and in the record.'};
	const match = addressPattern.exec(parsed.address);
	const settings = new URLSearchParams(match?.groups?.['query'] ?? '');
	const places = (match?.groups?.['hosts'] ?? '').split(',').map(place => /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d+))?$/.exec(place)?.groups ?? {});
	const joined = (part: 'host' | 'port'): string => places.map(place => decodeURIComponent(place[part] ?? '')).filter(value => value !== '').join(',');
	const user = match?.groups?.['user'] ?? settings.get('user');
	return {
		url: parsed.address,
		host: joined('host') || settings.get('host') || settings.get('hostaddr') || 'local socket',
		port: joined('port') || settings.get('port') || '5432',
		user: user === null || user === '' ? null : decodeURIComponent(user),
		name: parsed.name,
	};
};

/** Another database of the same server. */
export const withDatabase = ({url, ...address}: ServerAddress, name: string): ServerAddress => {
	const groups = addressPattern.exec(url)?.groups ?? {};
	const query = groups['query'] === undefined ? '' : `?${groups['query']}`;
	return {...address, name, url: `${groups['start'] ?? ''}${groups['user'] === undefined ? '' : `${groups['user']}@`}${groups['hosts'] ?? ''}/${encodeURIComponent(name)}${query}`};
};

/** Whether the password for one is that for the other: the same user at the same place. */
export const isSameLogin = (one: ServerAddress, other: ServerAddress): boolean => one.host === other.host && one.port === other.port && one.user === other.user;

/** `db.uat:5432`; what tells one server's backups from another's. */
export const serverOf = ({host, port}: ServerAddress): string => `${host}:${port}`;

const addressPattern = /^(?<start>[a-z]+:\/\/)(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]*)\/[^?]*(?:\?(?<query>.*))?$/;
