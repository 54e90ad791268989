import assert from 'node:assert/strict';
import {readlinkSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import pty from '@lydell/node-pty';

const source = join(import.meta.dirname, '../../source/cli/machine.ts');
const asks = (isTerminal: boolean): string => `import {thisMachine} from ${JSON.stringify(source)}; console.log('tty ' + thisMachine({env: process.env, cwd: '/', isTerminal: ${isTerminal}}).tty + ' .'); setInterval(() => {}, 1000);`;

/** What a program says of the terminal that it runs in, and the name that the kernel has for it. */
const saidAndReal = async (isTerminal: boolean): Promise<readonly [string | undefined, string]> => {
	const terminal = pty.spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', asks(isTerminal)], {cwd: join(import.meta.dirname, '../..'), env: {...(process.env as Record<string, string>), SSH_TTY: '/dev/pts/of-another-day'}});
	try {
		const said = await new Promise<string>((done, fail) => {
			let text = '';
			terminal.onData(data => {
				text += data;
				if (/tty .* \./.test(text)) done(text);
			});
			terminal.onExit(() => fail(new Error(text)));
		});
		return [/tty (.*) \./.exec(said)?.[1], readlinkSync(`/proc/${terminal.pid}/fd/0`)];
	} finally {
		terminal.kill('SIGKILL');
	}
};

test('a run says at which terminal it is driven, by the name that others can find it by', {skip: process.platform === 'linux' ? false : 'needs /proc to compare', timeout: 20_000}, async () => {
	const [said, real] = await saidAndReal(true);
	assert.equal(`/dev/${said}`, real);
	assert.match(real, /^\/dev\/pts\/\d+$/);
	assert.equal((await saidAndReal(false))[0], 'null');
});
