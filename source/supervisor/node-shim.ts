/**
The shim for systems without /proc or setsid(1): the same files, kept by a detached Node (about 45 MB, where sh needs less than 1).

	node FOLDER/shim.mjs BOOT ARGV…     in the action's folder, SLIPWAY_ATTEMPT_FOLDER set, the FIFO `alive` open as 9

Node can't prove a start from within the action, so a gate does: a sh in a session of its own waits for one line on 8 and then becomes the
action. The line is written only when `pid` is flushed; if this program dies before,
or the gate is gone before it could be identified, the gate reads the end of the file and leaves.
*/
export const nodeShimText = `// Holds one attempt of a Slipway action: proves its start, waits for it, writes down how it ended.
import {spawn, spawnSync} from 'node:child_process';
import {fsyncSync, openSync, writeFileSync, writeSync} from 'node:fs';
import {constants} from 'node:os';

const [boot, ...argv] = process.argv.slice(2);
const folder = process.env.SLIPWAY_ATTEMPT_FOLDER;
for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']) process.on(signal, () => {});

const slot = text => text.slice(0, 63).padEnd(63) + '\\n';
const overwrite = (name, text) => {
	const file = openSync(folder + '/' + name, 'r+');
	writeSync(file, slot(text), 0);
	fsyncSync(file);
};
const identity = pid => {
	const started = spawnSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {encoding: 'utf8', env: {TZ: 'UTC', LC_ALL: 'C'}}).stdout;
	return pid + ' ' + Date.parse(started.trim() + ' UTC') / 1000 + ' ' + boot;
};

const env = {...process.env};
delete env.NODE_OPTIONS;
if (env.SLIPWAY_NODE_OPTIONS !== undefined) env.NODE_OPTIONS = env.SLIPWAY_NODE_OPTIONS;
delete env.SLIPWAY_NODE_OPTIONS;

writeFileSync(folder + '/sup', slot(identity(process.pid)), {mode: 0o600});
const output = ['out', 'err'].map(name => openSync(folder + '/' + name, 'a'));
const gate = 'read -r SLIPWAY_GO <&8 || exit 125; exec 8<&-; exec "$@"';
const child = spawn('/bin/sh', ['-c', gate, 'sh', ...argv], {
	detached: true, env, stdio: ['ignore', ...output, 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe', 9],
});
child.on('error', () => process.exit(125));
child.on('exit', (code, signal) => {
	overwrite('exit', signal === null ? 'exit ' + code : 'exit ' + (128 + constants.signals[signal]) + ' ' + signal);
	process.exit(0);
});
child.stdio[8].on('error', () => {});
const proof = identity(child.pid);
if (proof.includes(' NaN ')) {
	child.stdio[8].destroy();
} else {
	overwrite('pid', proof);
	child.stdio[8].end('go\\n');
}
`;
