// oxlint-disable unicorn/no-thenable -- `then:` is a key of the runbook
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {after, before, describe, test} from 'node:test';

import type {ProbeVerdict} from '../../source/actions/action.ts';
import {postgresBackup} from '../../source/actions/postgres-backup.ts';
import {findClusterTools} from '../../source/rehearsal/cluster-tools.ts';
import {findTool} from '../find-tool.ts';
import {until} from '../supervisor/an-attempt.ts';
import {aTool, backUp, startShop, type AShop} from './a-backup.ts';
import {startPod} from './a-pod.ts';
import {postgresPrograms} from './a-postgres.ts';
import {planInputOf, signalWhen, type Place} from './carry-out.ts';

const programs = postgresPrograms();

describe('postgres/backup and what lies in its folder', {skip: programs === null && 'PostgreSQL is not installed here'}, () => {
	let shop: AShop;
	before(async () => {
		shop = await startShop(programs ?? '');
	});
	after(() => shop.stop());

	describe('keep', () => {
		/** Backups of earlier runs: what the real one leaves, under other names. */
		const earlier = async (folder: string, runs: readonly string[]): Promise<void> => {
			await backUp(shop, {folder: 'kept'}, {folder});
			const made = join(folder, 'kept/shop-r1-task.1.dump');
			for (const [index, run] of runs.entries()) {
				const file = `shop-${run}-task.1.dump`;
				const facts = JSON.parse(readFileSync(`${made}.json`, 'utf8')) as Record<string, unknown>;
				copyFileSync(made, join(folder, 'kept', file));
				writeFileSync(join(folder, 'kept', `${file}.json`), JSON.stringify({...facts, run, file, endedAt: new Date(Date.UTC(2026, 0, index + 1)).toISOString()}));
			}

			renameSync(made, join(folder, 'kept/by-hand.dump'));
			renameSync(`${made}.json`, join(folder, 'kept/by-hand.txt'));
		};
		const left = (folder: string): readonly string[] => readdirSync(join(folder, 'kept')).filter(name => name.endsWith('.dump')).toSorted();
		const edit = (folder: string, run: string, change: Readonly<Record<string, unknown>>): void => {
			const path = join(folder, 'kept', `shop-${run}-task.1.dump.json`);
			writeFileSync(path, JSON.stringify({...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change}));
		};

		test('removes the oldest ones beyond it, this one counted, and says which', async () => {
			const folder = shop.folder();
			await earlier(folder, ['a', 'b', 'c']);
			const {report, out} = await backUp(shop, {folder: 'kept', keep: 2}, {folder});
			assert.deepEqual(left(folder), ['by-hand.dump', 'shop-c-task.1.dump', 'shop-r1-task.1.dump']);
			assert.deepEqual((report as {removed: string[]}).removed, ['b', 'a'].map(run => join(folder, `kept/shop-${run}-task.1.dump`)));
			assert.match(out, /remove \S+shop-a-task\.1\.dump, of 2026-01-01/);
			assert.ok(!existsSync(join(folder, 'kept/shop-a-task.1.dump.json')));
		});

		const spared: readonly (readonly [string, (folder: string) => void])[] = [
			['of another database', folder => edit(folder, 'a', {database: 'other'})],
			['of another server', folder => edit(folder, 'a', {server: 'elsewhere:5432'})],
			['of another format', folder => edit(folder, 'a', {format: 'plain'})],
			['of which somebody else tells', folder => edit(folder, 'a', {madeBy: 'another'})],
			['that is not what was written any more', folder => appendFileSync(join(folder, 'kept/shop-a-task.1.dump'), 'more')],
			['of this very run', folder => edit(folder, 'a', {run: 'r1'})],
			['whose facts name another file', folder => edit(folder, 'a', {file: 'by-hand.dump'})],
			['whose facts name a file elsewhere', folder => edit(folder, 'a', {file: '../kept/by-hand.dump'})],
		];
		for (const [which, change] of spared) {
			test(`leaves one ${which}`, async () => {
				const folder = shop.folder();
				await earlier(folder, ['a']);
				change(folder);
				const {outcome, out} = await backUp(shop, {folder: 'kept', keep: 1}, {folder});
				assert.equal(outcome, 'succeeded', out);
				assert.deepEqual(left(folder), ['by-hand.dump', 'shop-a-task.1.dump', 'shop-r1-task.1.dump']);
			});
		}

		test('removes nothing when the new one is not whole, does not restore, or was not uploaded', async () => {
			const cut = (folder: string) => aTool(folder, 'pg_dump', '"$REAL" "$@"; [ "$1" = --version ] || : >"$(ls -d kept/*.partial)"');
			const partial = (folder: string) => aTool(folder, 'pg_dump', '[ "$1" = --version ] && exec "$REAL" "$@"\nexec "$REAL" --exclude-table-data=orders "$@"');
			for (const [settings, findTool] of [[{}, cut], [{'restore-check': true}, partial], [{then: ['false']}, undefined]] as const) {
				const folder = shop.folder();
				await earlier(folder, ['a']);
				const {outcome} = await backUp(shop, {folder: 'kept', keep: 1, ...settings}, {folder, ...(findTool === undefined ? {} : {findTool: findTool(folder)})});
				assert.equal(outcome, 'failed');
				assert.ok(left(folder).includes('shop-a-task.1.dump'));
			}
		});

		test('finds nothing to remove in a folder of each run', async () => {
			const {plan, report} = await backUp(shop, {keep: 1});
			assert.ok(plan.notes.some(note => note.includes('`keep` finds those of this run alone')));
			assert.deepEqual((report as {removed: string[]}).removed, []);
		});
	});

	describe('the probe of a backup whose end is not known', () => {
		const probe = (folder: string, settings: Readonly<Record<string, unknown>>): ProbeVerdict => {
			const input = planInputOf(postgresBackup, {folder: 'kept', ...settings}, {folder, target: {database: shop.at()}, password: shop.password});
			const asked = postgresBackup.probe?.(input);
			assert.ok(asked !== undefined && asked.commands.every(({effect}) => effect === 'reads'));
			return asked.read(
				asked.commands.map(({argv: [file = '', ...rest]}) => {
					const {status, stdout, stderr} = spawnSync(file, rest, {env: {PATH: process.env['PATH'], ...asked.env}, encoding: 'utf8'});
					return {exitCode: status, stdout, stderr};
				}),
			);
		};

		for (const format of ['custom', 'directory', 'plain']) {
			test(`${format}: done when the file is there and whole, not done when it was changed or is gone`, async () => {
				const folder = shop.folder();
				assert.equal(probe(folder, {format}).verdict, 'not-done');
				const {outputs} = await backUp(shop, {format, folder: 'kept'}, {folder});
				assert.equal(probe(folder, {format}).verdict, 'done');
				const path = outputs['path'] ?? '';
				const file = format === 'directory' ? join(path, readdirSync(path).find(name => name.endsWith('.gz')) ?? '') : path;
				spawnSync('truncate', ['-s', '-5', file]);
				assert.equal(probe(folder, {format}).verdict, 'not-done');
				renameSync(path, `${path}.gone`);
				assert.equal(probe(folder, {format}).verdict, 'not-done');
			});
		}

		test('an unfinished file is told, and is no backup', () => {
			const folder = shop.folder();
			mkdirSync(join(folder, 'kept'));
			writeFileSync(join(folder, 'kept/shop-r1-task.1.dump.partial'), 'half');
			const {verdict, facts} = probe(folder, {});
			assert.equal(verdict, 'not-done');
			assert.ok(facts.some(fact => fact.startsWith('Unfinished file\t')));
		});

		test('tells the scratch database that a killed restore check left, and the next attempt drops it', async () => {
			const folder = shop.folder();
			const findTool = aTool(folder, 'pg_restore', 'case "$*" in *--exit-on-error*) "$REAL" "$@"; echo restored >&2; sleep 30;; *) exec "$REAL" "$@";; esac');
			const settings = {'restore-check': true, folder: 'kept'};
			await backUp(shop, settings, {folder, findTool, onStart: signalWhen('\nrestored\n', 'SIGKILL')});
			const {verdict, facts} = probe(folder, settings);
			assert.equal(verdict, 'not-done');
			const scratch = /^Scratch database\t(slipway_check_\S+) is there, with a copy of what was dumped; the next attempt drops it, or: (dropdb \S+ \S+)$/.exec(facts.find(fact => fact.startsWith('Scratch')) ?? '');
			assert.equal(shop.ask(`SELECT count(*) FROM pg_database WHERE datname = '${scratch?.[1]}'`), '1', facts.join('\n'));
			const next = await backUp(shop, settings, {folder, attempt: 2});
			assert.equal(next.outcome, 'succeeded', next.out);
			assert.ok(!probe(folder, settings).facts.join().includes('Scratch'));
		});

		test('what was to come after it stays unknown', async () => {
			const folder = shop.folder();
			await backUp(shop, {folder: 'kept'}, {folder});
			const {verdict, likely} = probe(folder, {then: ['true'], 'restore-check': true});
			assert.equal(verdict, 'unknown');
			assert.equal(likely, 'The backup is whole, but it is not known how the restore check and what `then:` runs ended.');
		});
	});

	describe('through a pod', () => {
		/** The real kubectl, on the way to a pod that runs its commands here. */
		const throughPod = async (folder: string, settings: Readonly<Record<string, unknown>>, {pod = 'playground-0', cutAfter, ...place}: {readonly pod?: string; readonly cutAfter?: {readonly word: string; readonly bytes: number}} & Pick<Place, 'attempt' | 'onStart'> = {}) => {
			const {kubectl} = await findClusterTools({cacheFolder: join(import.meta.dirname, '../../node_modules/.cache/slipway'), run: {cwd: folder, env: process.env, signal: new AbortController().signal}});
			const served = await startPod(folder, {name: 'playground-0', namespace: 'egov', container: 'tools', ...(cutAfter === undefined ? {} : {cutAfter})});
			try {
				const target = {kubeconfig: served.kubeconfig, context: 'prod', namespace: 'egov', database: shop.at()};
				const backup = await backUp(shop, {...settings, through: {pod, container: 'tools'}}, {folder, findTool: name => (name === 'kubectl' ? kubectl.path : findTool(name)), target, ...place});
				return {...backup, executed: served.executed};
			} finally {
				await served.close();
			}
		};

		for (const format of ['custom', 'plain']) {
			test(`${format}: streams the dump to this machine, reads it whole, and gives the password by stdin alone`, async () => {
				const folder = shop.folder();
				const backup = await throughPod(folder, {format, folder: 'kept', globals: true});
				assert.equal(backup.outcome, 'succeeded', backup.out + backup.err);
				assert.match(backup.out, /as seen from playground-0/);
				const executed = backup.executed.map(argv => argv.join(' '));
				assert.ok(executed.some(line => line.startsWith('env LC_ALL= LC_MESSAGES=C LANGUAGE= PGCONNECT_TIMEOUT=20 PGAPPNAME=slipway r1 task.1 sh -c IFS= read -r PGPASSWORD && export PGPASSWORD && exec "$@" sh pg_dump --format=')), executed.join('\n'));
				assert.ok(!executed.join().includes(shop.password));
			});
		}

		test('a connection that is lost in the middle is no backup', async () => {
			const folder = shop.folder();
			const backup = await throughPod(folder, {folder: 'kept'}, {cutAfter: {word: '--verbose', bytes: 9000}});
			assert.equal(backup.outcome, 'failed', backup.out);
			assert.deepEqual(readdirSync(join(folder, 'kept')), []);
		});

		test('a stream that ends early with exit status 0 is no backup', async () => {
			const folder = shop.folder();
			const cut = aTool(folder, 'kubectl', 'while [ "$1" != -- ]; do shift; done; shift\ncase "$*" in *pg_dump*--verbose*) env -i PATH="$PATH" "$@" | head -c 9000; exit 0;; esac\nexec env -i PATH="$PATH" "$@"');
			const backup = await backUp(shop, {folder: 'kept', through: {pod: 'playground-0'}}, {folder, findTool: cut, target: {kubeconfig: '/k/prod', context: 'prod', namespace: 'egov', database: shop.at()}});
			assert.equal(backup.outcome, 'failed', backup.out);
			assert.match(backup.summary, /The dump is not whole/);
			assert.deepEqual(readdirSync(join(folder, 'kept')), []);
		});

		test('a cancelled one ends what goes on in the pod, with the locks it holds', async () => {
			const release = await shop.lock('orders');
			const backup = await throughPod(shop.folder(), {folder: 'kept'}, {onStart: signalWhen('waiting at most 60s: public.orders is locked by release (migration, process ', 'SIGTERM')});
			assert.equal(backup.outcome, 'failed', backup.out);
			assert.ok(backup.findings.some(({what}) => what === 'One session of this task was still at the server, and was told to end.'), JSON.stringify(backup.findings));
			await until(() => sessions() === '0', 'no session of it');
			release();
		});

		test('a later attempt ends what one before left there; where it can not be asked, that is said', async () => {
			const folder = shop.folder();
			const release = await shop.lock('orders');
			const killed = await throughPod(folder, {folder: 'kept'}, {onStart: signalWhen('waiting at most 60s: public.orders is locked by', 'SIGKILL')});
			assert.equal(killed.signal, 'SIGKILL');
			await until(() => sessions() === '1', 'a session of the killed one');
			const next = throughPod(folder, {folder: 'kept'}, {attempt: 2, onStart: signalWhen('waiting at most 60s: public.orders is locked by', 'SIGTERM')});
			const {out} = await next;
			assert.equal(out.match(/One session of this task was still at the server/g)?.length, 2, out);
			release();
			const gone = await throughPod(folder, {folder: 'kept'}, {attempt: 3, pod: 'nobody'});
			assert.match(gone.findings.map(({what}) => what).join('\n'), /It is not known whether something of this task still runs in nobody, with the locks it holds: Error from server \(NotFound\)[^]* by the same user: SELECT pid, pg_terminate_backend\(pid\) FROM pg_stat_activity WHERE starts_with\(application_name, \$\$slipway r1 task\.\$\$\) AND/);
		});

		const sessions = (): string => shop.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'slipway%'");

		test('what kubectl says is shown whole', async () => {
			const backup = await throughPod(shop.folder(), {}, {pod: 'nobody'});
			assert.match(backup.summary, /Error from server \(NotFound\): pods "nobody" not found/);
		});
	});
});
