import {writeFileSync} from 'node:fs';
import process from 'node:process';

import {startCluster} from '../../source/rehearsal/cluster/start-cluster.ts';

/*
A cluster in a process of its own, as tests that wait for their tools need it: writes its kubeconfig into the file that is named, says
`ready`, answers every line on stdin with its images as JSON, and closes the cluster when stdin ends, after which nothing may keep it alive.
*/
const cluster = await startCluster();
writeFileSync(process.argv[2] ?? '', cluster.kubeconfig, {mode: 0o600});
process.stdout.write('ready\n');
process.stdin.on('data', () => void process.stdout.write(`${JSON.stringify(cluster.images())}\n`));
process.stdin.once('end', () => void cluster.close());
