import process from 'node:process';

import {startSandbox} from '../../source/rehearsal/start-sandbox.ts';
import {anOrder, sandboxArgv} from './a-sandbox.ts';

/** A program to be killed: starts a sandbox, says where it is, and waits. */
const {folder, pid} = await startSandbox({order: anOrder(), argv: sandboxArgv, environment: process.env, onProgress: () => {}});
process.stdout.write(`${JSON.stringify({folder, pid})}\n`);
setInterval(() => {}, 60_000);
