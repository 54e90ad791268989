/**
A PostgreSQL address, its password apart. `address` is what may be shown. libpq's own reading is followed: user and password end at the
first `@`, so a second one means that a part of the password would be taken for the host; that is refused.
Source: PostgreSQL 15, "Connection URIs".
*/
export const parseDatabase = (text: string): {readonly address: string; readonly password: string | null; readonly name: string} | {readonly fault: string} => {
	const match = /^(postgres(?:ql)?:\/\/)(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^@/?#\s]*)(?:\/([^@?#/\s]*))?(?:\?([^#@]*))?$/.exec(text);
	if (match === null) return {fault: 'postgresql://user@host:port/name, with special characters of a password as %40'};
	const [, scheme = '', user, urlPassword, host = '', name, query] = match;
	const settings = (query ?? '').split('&').filter(setting => setting !== '');
	if (settings.some(setting => /%/.test(setting.split('=', 1)[0] ?? ''))) return {fault: 'the names of its settings without percent signs'};
	const secret = settings.filter(setting => /^(?:ssl)?password=/i.test(setting));
	if (secret.some(setting => /^sslpassword=/i.test(setting))) return {fault: 'no sslpassword in the address'};
	if (name === undefined || name === '') return {fault: 'the name of a database at the end: postgresql://user@host:port/name'};
	try {
		const [queryPassword] = secret.map(setting => decodeURIComponent(setting.slice(setting.indexOf('=') + 1)));
		const password = queryPassword ?? (urlPassword === undefined || urlPassword === '' ? null : decodeURIComponent(urlPassword));
		const rest = settings.filter(setting => !secret.includes(setting)).join('&');
		return {address: `${scheme}${user === undefined ? '' : `${user}@`}${host}/${name}${rest === '' ? '' : `?${rest}`}`, password, name: decodeURIComponent(name)};
	} catch {
		return {fault: 'percent signs only as parts of %40 and the like'};
	}
};
