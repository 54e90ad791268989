import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import {bundle, service, workload} from './checking.ts';

const folder = mkdtempSync(join(tmpdir(), 'checklist-'));
const program = resolve(import.meta.dirname, 'run-check.ts');
const loader = import.meta.resolve('tsx');

type Ended = {readonly status: number | null; readonly out: string; readonly err: string};

const slipway = (args: readonly string[], {input = '', path = process.env['PATH']} = {}): Ended => {
	const {status, stdout, stderr} = spawnSync(process.execPath, ['--import', loader, program, ...args], {cwd: folder, encoding: 'utf8', input, env: {...process.env, PATH: path, NO_COLOR: '1', COLUMNS: '200'}});
	return {status, out: stdout, err: stderr};
};

const file = (name: string, text: string): string => {
	mkdirSync(dirname(join(folder, name)), {recursive: true});
	writeFileSync(join(folder, name), text);
	return name;
};

/** A workload with which nothing is wrong that a manifest can tell. */
const flawless = workload(
	'ports: [{containerPort: 8080}], readinessProbe: {httpGet: {path: /ready, port: 8080}}, livenessProbe: {httpGet: {path: /live, port: 8080}}, resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {memory: 1Gi}}, securityContext: {readOnlyRootFilesystem: true, runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}, envFrom: [{configMapRef: {name: web}}]',
	{replicas: 2, pod: 'automountServiceAccountToken: false, topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname, maxSkew: 1, labelSelector: {matchLabels: {app: web}}}]', labels: 'app: web, app.kubernetes.io/name: web, app.kubernetes.io/instance: web, app.kubernetes.io/version: "1", app.kubernetes.io/component: c, app.kubernetes.io/part-of: p, owner: a, project: b, business-unit: c, confidentiality: x, compliance: y'},
);
const labels = 'labels: {app.kubernetes.io/name: web, app.kubernetes.io/instance: web, app.kubernetes.io/version: "1", app.kubernetes.io/component: c, app.kubernetes.io/part-of: p, app.kubernetes.io/managed-by: Helm, owner: a, project: b, business-unit: c, confidentiality: x, compliance: y}';
const good = bundle(
	flawless.replace('metadata: {name: web,', `metadata: {name: web, ${labels},`),
	`apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, ${labels}}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n`,
	`apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, ${labels}}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n`,
);

before(() => {
	file('good.yaml', good);
	file('bad.yaml', bundle(workload(), service()));
	file('more/deep/a.yml', workload('', {name: 'deep'}));
	file('more/b.json', JSON.stringify({apiVersion: 'v1', kind: 'List', items: [{apiVersion: 'v1', kind: 'Pod', metadata: {name: 'json'}, spec: {containers: [{name: 'c'}]}}]}));
	file('more/values.yaml', 'image: x\n');
});

after(() => rmSync(folder, {recursive: true}));

describe('exit status', () => {
	test('0 when nothing fails, 1 with findings, by --fail-on', () => {
		const ended = slipway(['good.yaml']);
		assert.equal(ended.status, 0, ended.out);
		assert.equal(slipway(['bad.yaml']).status, 1);
		assert.equal(slipway(['bad.yaml', '--fail-on', 'never']).status, 0);
		assert.equal(slipway(['good.yaml', '--fail-on', 'open']).status, 1);
		assert.equal(slipway(['bad.yaml', '--only', 'liveness-probe']).status, 0);
		assert.equal(slipway(['bad.yaml', '--only', 'liveness-probe', '--fail-on', 'warn']).status, 1);
	});

	test('2 when something could not be checked, and the rest is checked', () => {
		file('broken.yaml', `${workload()}---\na: [1,\n`);
		const ended = slipway(['broken.yaml']);
		assert.equal(ended.status, 2);
		assert.match(ended.out, /FAIL {5}34\. /);
		assert.match(ended.out, /broken\.yaml:6: This is not valid YAML/);
		assert.equal(slipway(['more/values.yaml']).status, 2);
		assert.equal(slipway(['gone.yaml']).status, 2);
		assert.match(slipway(['gone.yaml']).err, /gone\.yaml is not there/);
		assert.equal(slipway([]).status, 2);
	});

	test('2 for a misspelt option, item or level, with the nearest one', () => {
		assert.match(slipway(['bad.yaml', '--formatt', 'json']).err, /Did you mean --format/);
		assert.match(slipway(['bad.yaml', '--only', 'readyness-probe']).err, /Did you mean readiness-probe/);
		assert.match(slipway(['bad.yaml', '--fail-on', 'all']).err, /It can be fail, warn, open, never/);
		assert.match(slipway(['bad.yaml', '--live']).err, /--live needs a cluster/);
		assert.match(slipway(['bad.yaml', '--values', 'x']).err, /belong to a chart/);
	});
});

test('standard input, files, folders and JSON are read', () => {
	assert.match(slipway(['-'], {input: workload()}).out, /Deployment web, -:4/);
	const {out} = slipway(['more', '--only', 'readonly-rootfs']);
	assert.match(out, /^2 objects/);
	assert.match(out, /Deployment deep, more\/deep\/a\.yml:4/);
	assert.match(out, /Pod json, more\/b\.json:1/);
});

test('a chart in a folder is named instead of being read as YAML', () => {
	file('all/chart/Chart.yaml', 'name: chart\nversion: 1.0.0\n');
	file('all/chart/templates/a.yaml', '{{ if .Values.x }}\n');
	file('all/web.yaml', workload());
	assert.match(slipway(['all', '--only', 'readonly-rootfs']).out, /warning all\/chart:1: This is a Helm chart; check it with `slipway check --chart all\/chart`/);
	assert.equal(slipway(['all/chart']).status, 2);
});

test('waivers, answers, settings and baseline are files; a mistake in one stops the check', () => {
	file('waivers.yaml', 'waivers:\n  - {item: readonly-rootfs, reason: r, by: b, until: 2999-01-31}\n');
	assert.equal(slipway(['bad.yaml', '--only', 'readonly-rootfs', '--waivers', 'waivers.yaml']).status, 0);
	file('wrong.yaml', 'waivers:\n  - {item: readonly-rootfs, by: b, until: 2999-01-31}\n');
	const wrong = slipway(['bad.yaml', '--waivers', 'wrong.yaml']);
	assert.equal(wrong.status, 2);
	assert.match(wrong.err, /waiver 1 lacks reason/);
	assert.equal(wrong.out, '');
	file('config.yaml', 'minimumReplicas: 1\nregistries: [docker.io]\nlevels: {liveness-probe/missing: fail}\n');
	assert.equal(slipway(['bad.yaml', '--only', 'multiple-replicas', '--config', 'config.yaml']).status, 0);
	assert.equal(slipway(['bad.yaml', '--only', 'liveness-probe', '--config', 'config.yaml']).status, 1);
	assert.match(slipway(['bad.yaml', '--only', 'known-registries', '--config', 'config.yaml']).out, /ghcr\.io\/acme\/web is none of the known registries/);
	assert.equal(slipway(['bad.yaml', '--only', 'known-registries', '--registry', 'ghcr.io/acme']).status, 0);
	assert.match(slipway(['bad.yaml', '--config', 'waivers.yaml']).err, /waivers is no setting/);
	file('baseline.json', slipway(['bad.yaml', '--format', 'json']).out);
	assert.equal(slipway(['bad.yaml', '--baseline', 'baseline.json']).status, 0);
	assert.equal(slipway(['bad.yaml', 'more', '--baseline', 'baseline.json']).status, 1);
	file('attest.yaml', `answers: [{item: close-keepalive, answer: no, person: asha, on: ${new Date().toISOString().slice(0, 10)}}]\n`);
	assert.equal(slipway(['bad.yaml', '--only', 'close-keepalive', '--attest', 'attest.yaml']).status, 1);
});

test('--explain prints an item and checks nothing', () => {
	const {status, out} = slipway(['--explain', '16']);
	assert.equal(status, 0);
	assert.match(out, /^16\. Disable CPU limits/);
	assert.match(out, /fail +cpu-limit/);
});

describe('a chart', () => {
	/** A stand-in that shows what it was asked; the real helm renders in the cluster tests. */
	const withHelm = (script: string): string => {
		const bin = join(folder, 'bin');
		file('bin/helm', `#!/bin/sh\n${script}\n`);
		chmodSync(join(bin, 'helm'), 0o755);
		return `${bin}:${process.env['PATH'] ?? ''}`;
	};

	test('is rendered with the values, and its templates are named', () => {
		const path = withHelm(`printf '%s\\n' "$@" > asked; printf -- '---\\n# Source: web/templates/d.yaml\\n'; cat <<'END'\n${workload()}END`);
		const ended = slipway(['--chart', 'charts/web', '-f', 'a.yaml', '--set', 'a=1,b=2', '-n', 'shop', '--only', 'readonly-rootfs'], {path});
		assert.equal(ended.status, 1, ended.err);
		assert.match(ended.out, /Deployment shop\/web, web\/templates\/d\.yaml: web can write/);
		assert.deepEqual(spawnSync('cat', [join(folder, 'asked')], {encoding: 'utf8'}).stdout.split('\n').slice(0, -1), ['template', 'web', 'charts/web', '--namespace', 'shop', '--include-crds', '--values', 'a.yaml', '--set', 'a=1,b=2']);
	});

	test('that does not render stops with all that helm said', () => {
		const ended = slipway(['--chart', 'charts/web'], {path: withHelm('echo "Error: line one" >&2; echo "line two" >&2; exit 1')});
		assert.equal(ended.status, 2);
		assert.match(ended.err, /Error: line one\nline two/);
	});

	test('needs helm', () => assert.match(slipway(['--chart', 'x'], {path: '/nowhere'}).err, /helm is not on PATH/));
});

test('what comes slowly on standard input is waited for', () => {
	const name = file('slow.yaml', workload());
	const cli = resolve(import.meta.dirname, '../../source/cli.ts');
	// The whole program looks whether standard input is a terminal, which makes a pipe one that does not block.
	const {status, stdout, stderr} = spawnSync('sh', ['-c', `(sleep 0.7; head -c 40 ${name}; sleep 0.3; tail -c +41 ${name}) | '${process.execPath}' --import '${loader}' '${cli}' check - --only no-privileged --format json`], {cwd: folder, encoding: 'utf8'});
	assert.equal(stderr, '');
	assert.equal((JSON.parse(stdout) as {objects: number}).objects, 1);
	assert.equal(status, 0);
});
