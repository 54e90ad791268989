import {generateKeyPairSync, randomBytes, sign} from 'node:crypto';

/** A key and a certificate that it signed itself, both PEM. */
export type Certificate = {readonly key: string; readonly certificate: string};

const validDays = 30;

/**
A certificate for 127.0.0.1. Clients of Kubernetes send a token over TLS only, and Node writes no certificates of its own, so these
are the few lines of DER that one takes. Sources: RFC 5280 (certificate), X.690 (DER).
*/
export const createCertificate = (now: Date): Certificate => {
	const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
	const name = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from('slipway rehearsal')))));
	const day = 86_400_000;
	const content = sequence(
		der(0xa0, integer(Buffer.from([2]))),
		integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
		ecdsaWithSha256,
		name,
		sequence(time(new Date(now.getTime() - day)), time(new Date(now.getTime() + validDays * day))),
		name,
		publicKey.export({type: 'spki', format: 'der'}),
		der(0xa3, sequence(authority, onlyThisHost)),
	);
	const certificate = sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), sign('sha256', content, privateKey)));
	const lines = certificate.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
	return {key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(), certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`};
};

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
	const content = Buffer.concat(parts);
	const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...length]), content]);
};

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);

const set = (...parts: readonly Buffer[]): Buffer => der(0x31, ...parts);

const integer = (value: Buffer): Buffer => der(0x02, value);

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

/** `261124091800Z` */
const time = (when: Date): Buffer => der(0x17, Buffer.from(`${when.toISOString().replaceAll(/[-T:]|\.\d+Z/g, '').slice(2)}Z`));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

/** Basic constraints: it may sign, which makes it the authority that the kubeconfig names. */
const authority = sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff])))));

/** Subject alternative name: the address 127.0.0.1. */
const onlyThisHost = sequence(oid('551d11'), der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))));
