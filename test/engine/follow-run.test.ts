import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {test, type TestContext} from 'node:test';

import type {Engine} from '../../source/engine/engine.ts';
import {followRun} from '../../source/engine/follow-run.ts';
import {engineAt} from '../../source/engine/replay-run.ts';
import type {Event, FileFact} from '../../source/journal/event.ts';
import {aFolder, aMachine, until} from './a-machine.ts';
import {writePastRun, type PastRun} from './a-past-run.ts';

/** Says that one Deployment is there, as a `kubectl proxy` would pass it on, and leaves a file with what it was started with. */
const kubectl = `#!${process.execPath}
const argv = process.argv.slice(2);
require('node:fs').writeFileSync(__filename + '.argv', argv.join(' '));
const item = {metadata: {name: 'user', namespace: 'egov', uid: 'u', generation: 1, annotations: {'meta.helm.sh/release-name': 'user', 'meta.helm.sh/release-namespace': 'egov'}}, spec: {replicas: 2, template: {spec: {containers: []}}}, status: {}};
require('node:http').createServer(({url}, answer) => {
	if (url.includes('watch=true')) return void answer.writeHead(200).flushHeaders();
	answer.end(JSON.stringify({metadata: {resourceVersion: '1'}, items: url.includes('/deployments') ? [item] : []}));
}).listen(argv[argv.indexOf('--unix-socket') + 1]);
`;

const file = (path: string): FileFact => ({path, sizeBytes: 1, sha256: 'e'.repeat(64)});

/** A preview of a release `user` in `egov`, as Helm's upgrade builds on it. */
const previewed: readonly Event[] = [
	{type: 'attempt.started', data: {task: 'preview', attempt: 2, effect: 'reads', argv: ['helm'], cwd: '/', env: [], commands: ['helm template'], consent: 'enter', requires: []}},
	{type: 'attempt.finished', data: {task: 'preview', attempt: 2, outcome: 'succeeded', summary: 'done', exitCode: 0, signal: null, durationMs: 1, output: [], evidence: [file('chart.tgz'), file('new-manifest.yaml')], outputs: {preview: JSON.stringify({release: 'user', namespace: 'egov', workloadNamespaces: ['egov']})}, findings: []}},
];

const aFollowed = async (context: TestContext, run: PastRun, open: (machine: ReturnType<typeof aMachine>, runId: string) => Engine = followRun): Promise<{readonly engine: Engine; readonly argvPath: string}> => {
	const folder = aFolder(context);
	for (const tool of ['kubectl', 'helm']) writeFileSync(join(folder, tool), kubectl, {mode: 0o755});
	const engine = open(aMachine(folder, {findTool: name => join(folder, name)}), writePastRun(join(folder, 'state/slipway'), {...run, events: previewed}));
	context.after(() => engine.close('left'));
	return {engine, argvPath: join(folder, 'kubectl.argv')};
};

test('who only follows sees the workloads while an upgrade runs, through a proxy that only reads', async context => {
	const {engine, argvPath} = await aFollowed(context, {ends: 'running'});
	const observer = engine.observe?.('upgrade') ?? null;
	assert.ok(observer !== null);
	context.after(() => observer.close());
	await until(() => observer.progress() !== null, () => String(observer.unknown()));
	assert.deepEqual(observer.progress()?.workloads.map(({kind, name, isReady}) => [kind, name, isReady]), [['Deployment', 'user', false]]);
	assert.match(readFileSync(argvPath, 'utf8'), /^proxy --kubeconfig \S+ --context prod .*--reject-methods \^\[\^G\]$/);
});

test('the cluster is not asked about a run that has ended, nor about the past', async context => {
	for (const {engine, argvPath} of [await aFollowed(context, {ends: 'abandoned'}), await aFollowed(context, {ends: 'running'}, (machine, runId) => engineAt(machine, runId, 12))]) {
		assert.equal(engine.observe?.('upgrade') ?? null, null);
		assert.ok(!existsSync(argvPath));
	}
});
