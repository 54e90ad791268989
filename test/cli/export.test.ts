import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {exportCommand} from '../../source/cli/export.ts';
import {importCommand} from '../../source/cli/import.ts';
import {show} from '../../source/cli/watch.ts';
import {verify} from '../../source/cli/verify.ts';
import {Problem} from '../../source/errors.ts';
import {padding, tarEnd, tarHeader} from '../../source/stores/tar.ts';
import {aFolder} from '../engine/a-machine.ts';
import {writePastRun, type PastRun} from '../engine/a-past-run.ts';
import {runCommand, type Said} from './a-terminal-less-io.ts';

const output = [
	{name: 'out', content: 'upgraded\n'},
	{name: 'err', content: ''},
	{name: 'manifest.yaml', content: 'kind: Deployment\n'},
];

/** A run on one machine, and another machine that has none. */
const twoMachines = (context: Parameters<typeof aFolder>[0], run: PastRun = {}) => {
	const folder = aFolder(context);
	const runId = writePastRun(join(folder, 'here/slipway'), {output, ...run});
	const on = (machine: string) => ({cwd: folder, env: {HOME: folder, XDG_STATE_HOME: join(folder, machine)}});
	return {
		folder,
		runId,
		runFolder: join(folder, 'here/slipway/runs', runId),
		there: join(folder, 'there/slipway/runs'),
		exported: async (): Promise<string> => {
			await runCommand(exportCommand, [runId, '--output', 'a.tar'], on('here'));
			return join(folder, 'a.tar');
		},
		imports: (archive: string): Promise<Said> => runCommand(importCommand, [archive], on('there')),
		on,
	};
};

const hasCode = (code: string, why: RegExp) => (error: unknown) => error instanceof Problem && error.code === code && (assert.match(error.why, why), true);

const anArchive = (path: string, files: Readonly<Record<string, string>>): string => {
	writeFileSync(path, Buffer.concat([...Object.entries(files).flatMap(([name, content]) => [tarHeader({path: name, sizeBytes: Buffer.byteLength(content), link: null, modifiedAt: 0}), Buffer.from(content), padding(Buffer.byteLength(content))]), tarEnd]));
	return path;
};

test('an export verifies in another folder, with slipway and with the shell alone', async context => {
	const {folder, runId, exported, on} = twoMachines(context);
	const archive = await exported();
	mkdirSync(join(folder, 'elsewhere'));
	execFileSync('tar', ['xf', archive], {cwd: join(folder, 'elsewhere')});
	const {status, out} = await runCommand(verify, [join(folder, 'elsewhere', runId)], on('nowhere'));
	assert.equal(status, 0);
	assert.match(out, /is whole: 15 lines/);
	assert.match(out, /3 files of output and evidence are as recorded/);
	const script = `
		prev=$(printf 'slipway-journal/v1 %s %s\\n' "$1" "$(sha256sum < runbook.yaml | cut -d' ' -f1)" | sha256sum | cut -d' ' -f1)
		while IFS= read -r line; do
			case $line in *"\\"prev\\":\\"$prev\\""*) ;; *) echo "broken: $line"; exit 1 ;; esac
			prev=$(printf '%s\\n' "$line" | sha256sum | cut -d' ' -f1)
		done < journal.jsonl
		echo "$prev"`;
	const head = execFileSync('sh', ['-c', script, 'sh', runId], {cwd: join(folder, 'elsewhere', runId), encoding: 'utf8'}).trim();
	assert.match(out, new RegExp(`15:${head.slice(0, 8)}`));
});

test('the same run gives the same bytes, on another machine too, and only its owner may read them', async context => {
	const {folder, runId, exported, imports, on} = twoMachines(context);
	const archive = await exported();
	assert.equal(statSync(archive).mode & 0o777, 0o600);
	await imports(archive);
	await runCommand(exportCommand, [runId, '--output', 'b.tar'], on('there'));
	assert.deepEqual(readFileSync(join(folder, 'b.tar')), readFileSync(archive));
	assert.equal((await runCommand(show, [runId], on('there'))).status, 0);
});

test('what serves only this machine stays here', async context => {
	const {runFolder, exported} = twoMachines(context);
	for (const name of ['lock.db', 'lock.json', 'ballast', 'kubeconfig', 'report.md']) writeFileSync(join(runFolder, name), 'secret');
	mkdirSync(join(runFolder, 'approvals/inbox'), {recursive: true});
	writeFileSync(join(runFolder, 'approvals/inbox/x.json'), '{}');
	writeFileSync(join(runFolder, 'attempts/upgrade.1/spec.json'), '{}');
	const names = execFileSync('tar', ['tf', await exported()], {encoding: 'utf8'}).trim().split('\n').map(name => name.slice(27));
	assert.deepEqual(names, ['journal.jsonl', 'plan.json', 'runbook.yaml', 'attempts/upgrade.1/err', 'attempts/upgrade.1/out', 'evidence/upgrade.1/manifest.yaml']);
});

test('an archive that exists is not overwritten', async context => {
	const {folder, exported} = twoMachines(context);
	writeFileSync(join(folder, 'a.tar'), 'mine');
	await assert.rejects(exported(), hasCode('export-unwritable', /exists already/));
	assert.equal(readFileSync(join(folder, 'a.tar'), 'utf8'), 'mine');
});

test('a run that is here already is never replaced', async context => {
	const {exported, imports, runId} = twoMachines(context);
	const archive = await exported();
	assert.match((await imports(archive)).out, new RegExp(`The run ${runId} is here`));
	await assert.rejects(imports(archive), hasCode('run-exists', /never replaces/));
});

test('a run that has not ended is exported, but not imported', async context => {
	const {exported, imports, there} = twoMachines(context, {ends: 'open'});
	await assert.rejects(imports(await exported()), hasCode('import-refused', /has not ended: two machines/));
	assert.deepEqual(readdirSync(there), []);
});

test('every byte that is changed in an archive is noticed, and nothing of it is kept', async context => {
	const {folder, exported, imports, there} = twoMachines(context);
	const bytes = readFileSync(await exported());
	const refusedOf: string[] = [];
	// Content only: the padding and the times of a header are no part of the record.
	const places = [...bytes.keys()].filter(at => at % 311 === 0 && bytes[at] !== 0);
	for (const at of places) {
		const damaged = Buffer.from(bytes);
		damaged[at] = (damaged[at] ?? 0) ^ 1;
		const path = join(folder, 'damaged.tar');
		writeFileSync(path, damaged);
		await assert.rejects(imports(path), (error: unknown) => error instanceof Problem && (refusedOf.push(error.code), error.code.startsWith('import-')), `byte ${at}`);
	}

	assert.ok(refusedOf.length > 20);
	assert.deepEqual(existsSync(there) ? readdirSync(there) : [], []);
});

test('no name in an archive leads out of the run', async context => {
	const {folder, imports, runId} = twoMachines(context);
	const good = {[`${runId}/journal.jsonl`]: '', [`${runId}/runbook.yaml`]: '', [`${runId}/plan.json`]: ''};
	const other = `${runId.slice(0, -1)}${runId.endsWith('Z') ? 'Y' : 'Z'}`;
	for (const name of [`${runId}/../../../escaped`, `/${runId}/x`, `${runId}//etc/passwd`, '../escaped', `${runId}/evidence/../../escaped`, `${runId}/evidence/./x`, `${runId}/evidence/a\\b`, `${runId}/evidence/a\nb`, `${runId}/lock.db`, `${runId}/kubeconfig`, `${runId}/attempts/a.1/shim.sh`, `${runId}`, `${other}/journal.jsonl`, 'journal.jsonl', '']) {
		const path = anArchive(join(folder, 'bad.tar'), {...good, [name]: 'x'});
		await assert.rejects(imports(path), hasCode('import-refused', /in it is no name|does not belong|more than one run/), JSON.stringify(name));
	}

	assert.ok(!existsSync(join(folder, 'there/slipway/runs')) || readdirSync(join(folder, 'there/slipway/runs')).length === 0);
	assert.ok(!existsSync(join(folder, 'escaped')));
});

test('links, twice the same name, and archives without a run are refused', async context => {
	const {folder, runId, runFolder, exported, imports} = twoMachines(context);
	symlinkSync('/etc/passwd', join(runFolder, 'evidence/upgrade.1/link'));
	await assert.rejects(imports(await exported()), hasCode('import-refused', /is a link or a device/));
	const twice = Buffer.concat([readFileSync(anArchive(join(folder, 'one.tar'), {[`${runId}/plan.json`]: 'a'})).subarray(0, 1024), readFileSync(anArchive(join(folder, 'two.tar'), {[`${runId}/plan.json`]: 'b'}))]);
	writeFileSync(join(folder, 'twice.tar'), twice);
	await assert.rejects(imports(join(folder, 'twice.tar')), hasCode('import-refused', /twice/));
	await assert.rejects(imports(anArchive(join(folder, 'none.tar'), {[`${runId}/plan.json`]: 'a'})), hasCode('import-refused', /holds no run/));
	writeFileSync(join(folder, 'text.tar'), 'x'.repeat(2000));
	await assert.rejects(imports(join(folder, 'text.tar')), hasCode('import-refused', /is not a tar archive/));
	await assert.rejects(imports(join(folder, 'gone.tar')), hasCode('import-unreadable', /ENOENT/));
});

test('a record whose journal is of another run is refused', async context => {
	const {folder, runId, runFolder, imports} = twoMachines(context);
	const other = `${runId.slice(0, -1)}${runId.endsWith('Z') ? 'Y' : 'Z'}`;
	const file = (name: string): string => readFileSync(join(runFolder, name), 'utf8');
	const archive = anArchive(join(folder, 'moved.tar'), {[`${other}/journal.jsonl`]: file('journal.jsonl'), [`${other}/runbook.yaml`]: file('runbook.yaml'), [`${other}/plan.json`]: file('plan.json')});
	await assert.rejects(imports(archive), hasCode('import-refused', /journal is that of another run/));
});
