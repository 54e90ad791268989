import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {loadavg} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

import {build} from 'esbuild';
import {parse} from 'yaml';

import {helmPreview} from '../source/actions/helm-preview.ts';
import {helmUpgrade} from '../source/actions/helm-upgrade.ts';
import {ARelease} from '../cluster-test/a-release.ts';
import {findTool} from '../test/find-tool.ts';

/**
What a preview of a chart with 300 objects takes beyond Helm's own two renderings, which run at the same time: at most 1 s. Needs a cluster.

	KUBECONFIG=… node --import tsx bench/helm-preview.ts
*/
const kubeconfig = process.env['KUBECONFIG'];
const helm = findTool('helm');
if (kubeconfig === undefined || helm === null) throw new Error('KUBECONFIG and helm are needed.');
const context = String((parse(readFileSync(kubeconfig, 'utf8')) as {'current-context': string})['current-context']);

const object = (index: number): string => `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: config-${index}
  labels: {app.kubernetes.io/name: big, helm.sh/chart: "big-{{ .Chart.Version }}"}
data:
  version: "{{ .Values.tag }}"
  rendered: "{{ randAlphaNum 8 }}"
${Array.from({length: 20}, (_, line) => `  setting-${line}: "value ${line} of ${index}"`).join('\n')}
`;

const release = new ARelease('bench', kubeconfig, context);
try {
	const worker = join(release.folder, 'worker.mjs');
	await build({entryPoints: [join(import.meta.dirname, '../source/workers/work.ts')], outfile: worker, bundle: true, platform: 'node', format: 'esm', banner: {js: "import {createRequire} from 'node:module';const require = createRequire(import.meta.url);"}, logLevel: 'error'});
	release.workerArgv = [process.execPath, worker];
	release.write({
		'chart/Chart.yaml': 'apiVersion: v2\nname: big\nversion: 1.0.0\n',
		'chart/values.yaml': 'tag: "1"\n',
		...Object.fromEntries(Array.from({length: 300}, (_, index) => [`chart/templates/c${index}.yaml`, object(index)])),
		// Stands in for helm, and writes down from when to when each call ran.
		'bin/helm': `#!/bin/sh\ns=$(date +%s%N)\n${helm} "$@"\nrc=$?\necho "$s $(date +%s%N) $*" >> ${join(release.folder, 'calls')}\nexit $rc\n`,
	});
	mkdirSync(join(release.folder, 'bin'), {recursive: true});
	chmodSync(join(release.folder, 'bin/helm'), 0o755);
	process.env['PATH'] = `${join(release.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
	const preview = (tag: string) => release.perform(helmPreview, 'preview', {release: 'big', chart: './chart', set: {tag}});
	await preview('1');
	const upgrade = await release.perform(helmUpgrade, 'upgrade', {preview: 'preview', timeout: '120s'});
	if (upgrade.outcome !== 'succeeded') throw new Error(upgrade.summary);

	for (let round = 1; round <= 5; round += 1) {
		writeFileSync(join(release.folder, 'calls'), '');
		const startedMs = performance.now();
		const {summary} = await preview(`2.${round}`);
		const totalMs = performance.now() - startedMs;
		const calls = readFileSync(join(release.folder, 'calls'), 'utf8').trim().split('\n').map(line => line.split(' '));
		const renders = calls.filter(words => words.includes('--dry-run=server')).map(([start, end]) => [Number(BigInt(start ?? 0) / 1000n) / 1000, Number(BigInt(end ?? 0) / 1000n) / 1000] as const);
		const renderMs = Math.max(...renders.map(([, end]) => end)) - Math.min(...renders.map(([start]) => start));
		process.stdout.write(`${summary}: ${totalMs.toFixed(0)} ms, both renderings ${renderMs.toFixed(0)} ms, beyond them ${(totalMs - renderMs).toFixed(0)} ms (load ${loadavg()[0]?.toFixed(1) ?? ''})\n`);
	}
} finally {
	release.remove();
}
