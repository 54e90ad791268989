import {readFileSync} from 'node:fs';

import {Problem} from '../errors.ts';

/**
A request and its signature, in one file or the signature alone. Line ends of a mail are put right: both were made with line feeds. Throws
`Problem` (`file-unreadable`).

	slipway approval v1
	…
	-----BEGIN SSH SIGNATURE-----
	…
	-----END SSH SIGNATURE-----
*/
export const readSignedText = (path: string): {readonly text: string; readonly signature: string | null} => {
	const plain = readText(path).replaceAll('\r\n', '\n');
	const at = plain.indexOf(opening);
	if (at === -1) return {text: plain, signature: null};
	const end = plain.indexOf(closing, at);
	return {text: plain.slice(0, at), signature: end === -1 ? null : `${plain.slice(at, end)}${closing}\n`};
};

const opening = '-----BEGIN SSH SIGNATURE-----';
const closing = '-----END SSH SIGNATURE-----';

const readText = (path: string): string => {
	try {
		return readFileSync(path, 'utf8');
	} catch (cause) {
		throw new Problem({code: 'file-unreadable', what: `${path} can't be read.`, why: cause instanceof Error ? cause.message : String(cause), todo: 'Name another file.', cause});
	}
};
