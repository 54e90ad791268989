import process from 'node:process';

import {startPostgres} from '../../source/rehearsal/start-postgres.ts';

/** A process to be killed: starts a server in a folder, says so, and waits. */
const [folder = '', binFolder = '', programs = ''] = process.argv.slice(2);
await startPostgres({programs, folder, binFolder, run: {cwd: folder, env: process.env, signal: new AbortController().signal}});
process.stdout.write('ready\n');
setInterval(() => {}, 60_000);
