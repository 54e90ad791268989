/**
A program that starts attempts one after another and can be killed at any moment; run by the tests in a process of its own.

	node starter.ts KIND SPECS [follow]

SPECS is a JSON file with a list of specs. Without `follow` it stays until it is killed; with it, it follows the last attempt and has nothing else to do.
*/
import {readFileSync} from 'node:fs';

import {createNodeSupervisor, createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import type {AttemptSpec} from '../../source/supervisor/supervisor.ts';

const [kind, specsPath, follow] = process.argv.slice(2);
const supervisor = kind === 'shell' ? createShellSupervisor() : createNodeSupervisor();
const specs = JSON.parse(readFileSync(specsPath!, 'utf8')) as AttemptSpec[];
process.stdout.write('ready\n');
for (const spec of specs) {
	supervisor.start(spec);
}

if (follow === 'follow') {
	supervisor.follow(specs.at(-1)!.folder, () => {});
} else {
	setInterval(() => {}, 60_000);
}
