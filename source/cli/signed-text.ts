/**
A request and its signature, in one file or the signature alone. Line ends of a mail are put right: both were made with line feeds.

	slipway approval v1
	…
	-----BEGIN SSH SIGNATURE-----
	…
	-----END SSH SIGNATURE-----
*/
export const splitSigned = (content: string): {readonly text: string; readonly signature: string | null} => {
	const plain = content.replaceAll('\r\n', '\n');
	const at = plain.indexOf(opening);
	if (at === -1) return {text: plain, signature: null};
	const end = plain.indexOf(closing, at);
	return {text: plain.slice(0, at), signature: end === -1 ? null : `${plain.slice(at, end)}${closing}\n`};
};

const opening = '-----BEGIN SSH SIGNATURE-----';
const closing = '-----END SSH SIGNATURE-----';
