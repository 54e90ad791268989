#!/usr/bin/env node
/**
Where helmfile is not installed: calls Helm as helmfile 1.8.0 was seen to, for a helmfile of names, namespaces, charts, needs and values. It
shows nothing of helmfile itself; the tests of what helmfile refuses are left out with it.
*/
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import process from 'node:process';

import {parse, stringify} from 'yaml';

const args = process.argv.slice(2);
const fail = message => {
	process.stderr.write(`${message}\n`);
	process.exit(1);
};
if (args.includes('--version')) {
	process.stdout.write('helmfile version 1.8.0\n');
	process.exit(0);
}

const valueOf = name => args[args.indexOf(name) + 1] ?? '';
const [file, helm] = [valueOf('--file'), valueOf('--helm-binary')];
const {releases, hooks} = parse(readFileSync(file, 'utf8'));
const callHelm = (...words) => {
	const {status, stdout, stderr} = spawnSync(helm, words, {cwd: dirname(file), encoding: 'utf8'});
	if (status !== 0) fail(stderr);
	return stdout;
};
callHelm('version', '--short');
if (hooks !== undefined && process.env['HELMFILE_DISABLE_HOOKS'] === 'true') fail('HELMFILE_DISABLE_HOOKS is active, hooks are disabled');

const temporary = mkdtempSync(join(tmpdir(), 'helmfile-'));
const done = new Set();
const deploy = ({name, namespace, chart, needs = [], values = []}) => {
	if (done.has(`${namespace}/${name}`)) return;
	for (const release of releases) if (needs.includes(`${release.namespace}/${release.name}`)) deploy(release);
	const files = values.map((value, index) => {
		const path = join(temporary, `${namespace}-${name}-values-${index}`);
		writeFileSync(path, stringify(value));
		return path;
	});
	callHelm('upgrade', '--install', name, chart.replace('./', ''), '--create-namespace', '--namespace', namespace, ...files.flatMap(path => ['--values', path]), '--reset-values', '--history-max', '10');
	callHelm('list', '--filter', `^${name}$`, '--namespace', namespace, '--uninstalling', '--deployed', '--failed', '--pending');
	done.add(`${namespace}/${name}`);
};
for (const release of releases) deploy(release);
rmSync(temporary, {recursive: true});
