import {createHash, createPublicKey, sign, verify, type KeyObject} from 'node:crypto';

/**
Signatures of OpenSSH (PROTOCOL.sshsig in its sources), as `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` takes them: a machine that
has `ssh-keygen` needs nothing of us to check one. `namespace` says what the signature is for.
*/
export const signText = (text: string, namespace: string, privateKey: KeyObject): string => {
	const signature = sign(null, signedBytes(text, namespace, 'sha512'), privateKey);
	const blob = Buffer.concat([magic, Buffer.of(0, 0, 0, 1), field(publicKeyBlob(privateKey)), field(namespace), field(''), field('sha512'), field(Buffer.concat([field(keyType), field(signature)]))]);
	const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
	return [opening, ...lines, closing, ''].join('\n');
};

/** A public key as it stands in `authorized_keys`, without a comment: `ssh-ed25519 AAAA…`. Takes the private or the public one. */
export const publicKeyLine = (key: KeyObject): string => `${keyType} ${publicKeyBlob(key).toString('base64')}`;

/** `SHA256:…`, as `ssh-keygen -l` prints it. Takes the base64 of a public key, or its bytes. */
export const fingerprintOf = (publicKey: string | Uint8Array): string =>
	`SHA256:${createHash('sha256').update(typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64') : publicKey).digest('base64').replace(/=+$/, '')}`;

/** `foreign`: made with a kind of key that only `ssh-keygen` can check here. */
export type SignatureCheck = {readonly kind: 'good' | 'foreign'; readonly fingerprint: string} | {readonly kind: 'bad'; readonly why: string};

/** Whether a signature is that of the key it names over these bytes. Whose key it is, is another question. */
export const checkSignature = (text: string, armored: string, namespace: string): SignatureCheck => {
	const parsed = parseSignature(armored);
	if (parsed === null) return {kind: 'bad', why: 'it is not a signature of OpenSSH'};
	if (parsed.namespace !== namespace) return {kind: 'bad', why: `it was made for ${JSON.stringify(parsed.namespace)}, not for ${namespace}`};
	if (!['sha256', 'sha512'].includes(parsed.hash)) return {kind: 'bad', why: 'it uses a hash that OpenSSH does not allow'};
	const fingerprint = fingerprintOf(parsed.publicKey);
	const [type, raw] = fieldsOf(parsed.publicKey, 2) ?? [];
	if (type?.toString() !== keyType) return {kind: 'foreign', fingerprint};
	const [algorithm, signature] = fieldsOf(parsed.signature, 2) ?? [];
	if (algorithm?.toString() !== keyType || signature?.length !== 64 || raw?.length !== 32) return {kind: 'bad', why: 'it is not whole'};
	const key = createPublicKey({key: Buffer.concat([spkiOpening, raw]), format: 'der', type: 'spki'});
	return verify(null, signedBytes(text, namespace, parsed.hash), key, signature) ? {kind: 'good', fingerprint} : {kind: 'bad', why: 'it was not made over these bytes'};
};

const keyType = 'ssh-ed25519';
const magic = Buffer.from('SSHSIG');
const opening = '-----BEGIN SSH SIGNATURE-----';
const closing = '-----END SSH SIGNATURE-----';

/** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const spkiOpening = Buffer.from('302a300506032b6570032100', 'hex');

const publicKeyBlob = (key: KeyObject): Buffer => {
	const {x} = (key.type === 'private' ? createPublicKey(key) : key).export({format: 'jwk'});
	return Buffer.concat([field(keyType), field(Buffer.from(x ?? '', 'base64url'))]);
};

const signedBytes = (text: string, namespace: string, hash: string): Buffer => Buffer.concat([magic, field(namespace), field(''), field(hash), field(createHash(hash).update(text).digest())]);

/** A string of RFC 4251: its length in four bytes, then its bytes. */
const field = (value: string | Uint8Array): Buffer => {
	const bytes = Buffer.from(value);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(bytes.length);
	return Buffer.concat([length, bytes]);
};

/** Exactly `count` strings and nothing after them, else `null`. */
const fieldsOf = (blob: Buffer, count: number): readonly Buffer[] | null => {
	const fields: Buffer[] = [];
	let from = 0;
	while (from < blob.length) {
		if (from + 4 > blob.length) return null;
		const to = from + 4 + blob.readUInt32BE(from);
		if (to > blob.length) return null;
		fields.push(blob.subarray(from + 4, to));
		from = to;
	}

	return fields.length === count ? fields : null;
};

type ParsedSignature = {readonly publicKey: Buffer; readonly namespace: string; readonly hash: string; readonly signature: Buffer};

const parseSignature = (armored: string): ParsedSignature | null => {
	const match = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(armored.replaceAll('\r\n', '\n'));
	if (match?.[1] === undefined) return null;
	const base64 = match[1].replaceAll('\n', '');
	const blob = Buffer.from(base64, 'base64');
	// Bits that say nothing must be as OpenSSH writes them, so that no second text is the same signature.
	if (blob.toString('base64') !== base64 || !blob.subarray(0, 6).equals(magic) || blob.readUInt32BE(6) !== 1) return null;
	const fields = fieldsOf(blob.subarray(10), 5);
	if (fields === null) return null;
	const [publicKey, namespace, reserved, hash, signature] = fields as [Buffer, Buffer, Buffer, Buffer, Buffer];
	return reserved.length === 0 ? {publicKey, namespace: namespace.toString(), hash: hash.toString(), signature} : null;
};
