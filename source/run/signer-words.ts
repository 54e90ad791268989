import type {SignerMark} from '../journal/event.ts';
import type {SignerChange} from './state.ts';

/** `the key SHA256:…abc of the ssh-agent` */
export const signerName = ({kind, fingerprint}: SignerMark): string => (kind === 'agent' ? `the key ${fingerprint} of the operator's ssh-agent` : `the key ${fingerprint} of this machine`);

/** That another key signs the checkpoints, and why, as a sentence. */
export const signerWords = ({from, to, because}: Pick<SignerChange, 'from' | 'to' | 'because'>): string =>
	`The record is signed by ${signerName(to)} from here on, no more by ${signerName(from)}${because === null ? '; the run was opened again' : `: ${because}`}.`;

/** The same for who drives the run. */
export const signerNotice = ({because}: Pick<SignerChange, 'because'>): {readonly what: string; readonly todo: string} => ({
	what: `Your key no longer signs the record${because === null ? '' : ` (${because})`}: the key of this machine does, and the record says so.`,
	todo: 'With the ssh-agent back, leave and open the run again: then yours signs.',
});
