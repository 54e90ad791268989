import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import type {Engine} from '../source/engine/engine.ts';
import {loadRunbook} from '../source/engine/load-runbook.ts';
import {resumeRun, startRun} from '../source/engine/open-run.ts';
import type {RunState, TaskStatus} from '../source/run/state.ts';
import {aMachine, until} from '../test/engine/a-machine.ts';
import {writeFiles} from '../test/write-files.ts';
import {context, deployment, kubeconfig, skip} from './a-chart.ts';
import {ARelease} from './a-release.ts';

const settled: ReadonlySet<TaskStatus> = new Set(['done', 'failed', 'cancelled', 'timed-out', 'in-doubt', 'rolled-back']);

/** Starts a task as an operator would, and waits for its end. */
const walk = async (engine: Engine, task: string, typed?: string): Promise<RunState> => {
	const reply = await engine.send({kind: 'start', task, ...(typed === undefined ? {} : {typed})});
	assert.ok(reply.done, reply.done ? '' : `${task} is refused: ${reply.refusal.what}`);
	await until(() => settled.has(engine.snapshot().tasks[task]?.status ?? 'to-do'), () => `${task} goes on`, 120_000);
	return engine.snapshot();
};

const statusOf = (engine: Engine, ...tasks: readonly string[]): readonly string[] => tasks.map(task => `${task} ${engine.snapshot().tasks[task]?.status ?? ''}`);
const summaryOf = (engine: Engine, task: string): string => {
	const end = engine.snapshot().tasks[task]?.attempts.at(-1)?.end;
	return end?.kind === 'finished' ? end.summary : (end?.kind ?? '');
};

class AFolder {
	readonly path = mkdtempSync(join(tmpdir(), 'slipway cluster '));
	readonly release: ARelease;
	readonly machine: ReturnType<typeof aMachine>;

	constructor(name: string) {
		this.release = new ARelease(name, kubeconfig ?? '', context);
		this.machine = aMachine(this.path);
	}

	write(files: Readonly<Record<string, string>>): void {
		writeFiles(this.path, files);
	}

	chart(name: string): void {
		this.write({
			[`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
			[`charts/${name}/values.yaml`]: 'image: {tag: "1"}\npassword: one\n',
			[`charts/${name}/templates/all.yaml`]: deployment().replaceAll('user', name),
		});
	}

	start(tasks: readonly string[]): Promise<Engine> {
		const path = join(this.path, 'release.runbook.yaml');
		writeFileSync(path, `name: Release\ntargets:\n  test: {kubeconfig: ${JSON.stringify(kubeconfig)}, context: ${context}, namespace: ${this.release.namespace}, protected: true}\nsteps:\n  - id: all\n    name: All\n    tasks:\n${tasks.map(task => `      - ${task}\n`).join('')}`);
		return startRun(this.machine, {loaded: loadRunbook(path, '/'), targetName: 'test', inputs: {}, rehearsal: false});
	}

	remove(): void {
		this.release.remove();
		rmSync(this.path, {recursive: true, force: true, maxRetries: 5});
	}
}

const preview = (name: string, tag: string): string => `{id: preview-${name}, uses: helm/preview, with: {release: ${name}, chart: ./charts/${name}, values: [env.yaml], set: {image.tag: '${tag}'}}}`;
const upgrade = (name: string, timeout = '60s'): string => `{id: upgrade-${name}, uses: helm/upgrade, with: {preview: preview-${name}, timeout: ${timeout}}}`;

const historyOf = (release: ARelease, name: string): readonly string[] => (JSON.parse(release.helm('history', name, '--output', 'json')) as {revision: number; status: string}[]).toSorted((a, b) => a.revision - b.revision).map(({revision, status}) => `${revision} ${status}`);

describe('a run on a cluster', {skip, concurrency: 2}, () => {
	test('several releases are deployed in their order, and a resumed run goes on from the one that failed', async () => {
		const folder = new AFolder('several');
		const {release} = folder;
		try {
			for (const name of ['mdms', 'user', 'otp']) folder.chart(name);
			folder.write({'env.yaml': 'password: two\n'});
			release.kubectl('create', 'quota', 'narrow', '--hard=pods=3', '--namespace', release.namespace);
			const names = ['mdms', 'user', 'otp'];
			const first = await folder.start([...names.map(name => preview(name, '1')), '{id: read, confirm: I have read all three}', ...names.map(name => upgrade(name, '12s'))]);
			for (const name of names) await walk(first, `preview-${name}`);
			await first.send({kind: 'confirm', task: 'read', answer: 'yes'});
			const early = await first.send({kind: 'start', task: 'upgrade-otp', typed: 'test'});
			assert.equal(early.done, false, 'the last one does not come first');
			await walk(first, 'upgrade-mdms', 'test');
			await walk(first, 'upgrade-user', 'test');
			assert.deepEqual(statusOf(first, 'upgrade-mdms', 'upgrade-user', 'upgrade-otp'), ['upgrade-mdms done', 'upgrade-user failed', 'upgrade-otp to-do']);
			await first.close('left');

			release.kubectl('delete', 'quota', 'narrow', '--namespace', release.namespace);
			const engine = await resumeRun(folder.machine, first.snapshot().id);
			assert.deepEqual(statusOf(engine, 'upgrade-mdms', 'upgrade-user', 'upgrade-otp'), ['upgrade-mdms done', 'upgrade-user failed', 'upgrade-otp to-do']);
			await walk(engine, 'upgrade-user', 'test');
			await walk(engine, 'upgrade-otp', 'test');
			assert.deepEqual(statusOf(engine, 'upgrade-mdms', 'upgrade-user', 'upgrade-otp'), ['upgrade-mdms done', 'upgrade-user done', 'upgrade-otp done'], summaryOf(engine, 'upgrade-user'));
			// What failed first is called superseded by Helm once the second try is there.
			assert.deepEqual([historyOf(release, 'mdms'), historyOf(release, 'user').at(-1), historyOf(release, 'otp')], [['1 deployed'], '2 deployed', ['1 deployed']]);
			await engine.send({kind: 'end', result: 'succeeded', statement: 'All three are live.'});
			await engine.close('ended');
		} finally {
			folder.remove();
		}
	});

	test('a value that is edited after the yes keeps the upgrade from starting, and the record says which file', async () => {
		const folder = new AFolder('edited');
		try {
			folder.chart('user');
			folder.write({'env.yaml': 'password: two\n'});
			const engine = await folder.start([preview('user', '1'), '{id: read, confirm: I have read it}', upgrade('user')]);
			await walk(engine, 'preview-user');
			await engine.send({kind: 'confirm', task: 'read', answer: 'yes'});
			folder.write({'env.yaml': 'password: three\n'});
			const reply = await engine.send({kind: 'start', task: 'upgrade-user', typed: 'test'});
			assert.ok(!reply.done);
			assert.match(reply.refusal.what, /env\.yaml has changed/);
			assert.match(JSON.stringify(engine.lines().findLast(({type}) => type === 'task.refused')), /env\.yaml has changed/);
			assert.equal(engine.snapshot().tasks['upgrade-user']?.attempts.length, 0);
			await engine.close('left');
		} finally {
			folder.remove();
		}
	});

	test('what fails on the live system is rolled back, and tested again as what was live before', async () => {
		const folder = new AFolder('back');
		const {release} = folder;
		try {
			folder.chart('user');
			folder.write({'env.yaml': 'password: two\n'});
			release.helm('install', 'user', join(folder.path, 'charts/user'), '--wait');
			const engine = await folder.start([preview('user', '2'), '{id: read, confirm: I have read it}', upgrade('user'), '{id: images, uses: helm/running, with: {preview: preview-user, timeout: 30s}}', '{id: smoke, run: ["false"], effect: reads}', '{id: eyes, confirm: It looks right}']);
			await walk(engine, 'preview-user');
			await engine.send({kind: 'confirm', task: 'read', answer: 'yes'});
			await walk(engine, 'upgrade-user', 'test');
			await walk(engine, 'images');
			await walk(engine, 'smoke');
			assert.deepEqual(statusOf(engine, 'upgrade-user', 'images', 'smoke'), ['upgrade-user done', 'images done', 'smoke failed'], summaryOf(engine, 'images'));
			await walk(engine, 'upgrade-user.rollback', 'test');
			assert.match(summaryOf(engine, 'upgrade-user.rollback'), /^rolled back as revision 3; 1 workload ready/);
			assert.deepEqual(statusOf(engine, 'preview-user', 'read', 'upgrade-user', 'images', 'smoke', 'eyes'), ['preview-user done', 'read done', 'upgrade-user rolled-back', 'images to-do', 'smoke to-do', 'eyes to-do']);
			await walk(engine, 'images');
			assert.deepEqual(statusOf(engine, 'images'), ['images done'], summaryOf(engine, 'images'));
			assert.match(release.kubectl('get', 'pods', '--namespace', release.namespace, '--output', 'jsonpath={.items[*].spec.containers[*].image}'), /^(egovio\/egov-user:1 ?)+$/);
			await engine.close('left');
		} finally {
			folder.remove();
		}
	});

	test('the workloads are seen by the engine while an upgrade runs', async () => {
		const folder = new AFolder('seen');
		try {
			folder.chart('user');
			folder.write({'env.yaml': 'password: two\n'});
			const engine = await folder.start([preview('user', '1-missing'), upgrade('user', '10s')]);
			await walk(engine, 'preview-user');
			assert.equal(engine.observe?.('preview-user'), null, 'a preview works on nothing');
			const started = await engine.send({kind: 'start', task: 'upgrade-user', typed: 'test'});
			assert.ok(started.done);
			const observer = engine.observe?.('upgrade-user');
			assert.ok(observer !== null && observer !== undefined);
			await until(() => /ImagePullBackOff/.test(JSON.stringify(observer.progress())), () => `seen: ${observer.unknown() ?? JSON.stringify(observer.progress())}`, 30_000);
			observer.close();
			await until(() => engine.snapshot().tasks['upgrade-user']?.status === 'failed', () => 'it goes on', 60_000);
			await engine.close('left');
		} finally {
			folder.remove();
		}
	});
});

