import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline/promises';
import process from 'node:process';

import {Problem} from '../errors.ts';
import {requestField} from '../journal/request-field.ts';
import {approvalNamespace} from '../run/approval-request.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Io} from './command.ts';
import {readSignedText} from './signed-text.ts';

/**
For the second person: shows the request, asks for the name of its target, and signs it into `<file>.signed`. Needs nothing of the run, so it works
for another user and on another machine.
*/
export const signRequest = async ({key, file, typed}: {readonly key: string; readonly file: string; readonly typed: string | undefined}, io: Io): Promise<number> => {
	const {text} = readSignedText(file);
	const [target, expires] = [requestField(text, 'target'), requestField(text, 'expires')];
	if (target === null || expires === null) throw new Problem({code: 'request-unreadable', what: `${file} is no request for an approval.`, why: 'Its first line is not the one that such a request has.', todo: 'Ask for it: `slipway approve RUN --request` prints it.'});
	if (!(Date.now() < Date.parse(expires))) throw new Problem({code: 'request-expired', what: 'This request has expired.', why: `It counted until ${expires}.`, todo: 'Ask for a new one.'});
	io.out(`${text.split('\n').map(makeSafe).join('\n')}\n`);
	const answer = typed ?? (io.isTerminal ? await ask(`Type ${makeSafe(target)} to approve this: `) : null);
	if (answer === null) throw new Problem({code: 'no-terminal', what: 'There is no terminal to ask at.', why: 'What is signed is read first.', todo: 'Sign at a terminal, or give --confirm-target NAME.'});
	if (answer !== target) {
		io.err('slipway: Nothing was signed.\n');
		return 1;
	}

	const {status, stdout, stderr, error} = spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', approvalNamespace], {input: text, encoding: 'utf8'});
	if (status !== 0) throw new Problem({code: 'sign-failed', what: 'The request could not be signed.', why: error === undefined ? stderr.trim() || `ssh-keygen ended with exit status ${status ?? 'unknown'}.` : `ssh-keygen could not be run (${error.message}).`, todo: 'Give a private key, or a public one that ssh-agent holds, as --sign KEY.'});
	const signed = `${file}.signed`;
	writeFileSync(signed, `${text}${stdout}`);
	io.out(`Signed into ${signed}; give it back.\n`);
	return 0;
};

const ask = async (question: string): Promise<string | null> => {
	const reader = createInterface({input: process.stdin, output: process.stdout});
	const closed = new Promise<null>(resolve => reader.once('close', () => resolve(null)));
	try {
		return await Promise.race([reader.question(question), closed]);
	} finally {
		reader.close();
	}
};
