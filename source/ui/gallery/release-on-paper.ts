import {helmEnvironment} from '../../actions/helm/helm-place.ts';
import type {Check} from '../../actions/smoke/check.ts';
import {describeCheck} from '../../actions/smoke/describe-check.ts';
import {Problem} from '../../errors.ts';
import type {Plan, PlannedStep, PlannedTask, Remedy} from '../../runbook/plan.ts';
import type {TaskSpec} from '../../runbook/runbook.ts';
import {usualDifference, type PaperFile} from './difference-on-paper.ts';
import {PaperEngine, type PaperAction} from './paper-engine.ts';

type Partly<Spec> = Spec extends TaskSpec ? {id: string; name: string; kind: Spec['kind']} & Partial<Spec> : never;

const task = (stepId: string, spec: Partly<TaskSpec>): PlannedTask => ({required: true, retry: 0, idempotent: false, stepId, ...defaults[spec.kind], ...spec}) as PlannedTask;

const defaults = {
	uses: {uses: 'helm/preview', with: {}},
	run: {run: 'true', env: {}, effect: 'reads'},
	script: {script: 'x.mjs', args: [], env: {}, effect: 'reads'},
	confirm: {confirm: '', person: false, reference: false},
	window: {window: {timezone: 'UTC', allow: ['Mon-Thu 10:00-17:00'], freezes: []}},
	approval: {approval: {by: 1}},
} as const;

export const step = (id: string, name: string, tasks: readonly Partly<TaskSpec>[]): PlannedStep => ({id, name, tasks: tasks.map(spec => task(id, spec))});

/** The six steps of the checklist for one service, as a runbook of DIGIT's would have them. */
export const steps: readonly PlannedStep[] = [
	step('know', 'Know', [
		{id: 'preview', kind: 'uses', name: 'Preview user', uses: 'helm/preview', with: {release: 'egov-user', chart: './charts/user'}, about: 'Renders the chart and compares it with what is live. Nothing is deployed.'},
		{id: 'read', kind: 'confirm', name: 'Difference read', confirm: 'I have read the difference and know what changes.'},
	]),
	step('test', 'Test', [
		{id: 'unit', kind: 'run', name: 'Unit tests', run: ['npm', 'test'], timeoutMs: 300_000},
		{id: 'qa', kind: 'confirm', name: 'QA sign-off', confirm: 'Has QA signed off this build?', person: true, reference: true, about: 'The build that was tested is the build that is deployed.'},
	]),
	step('when', 'When', [
		{id: 'window', kind: 'window', name: 'Release window', window: {timezone: 'Asia/Kolkata', allow: ['Mon-Thu 10:00-20:30'], freezes: [{from: '2026-12-20', to: '2027-01-03', reason: 'year end'}]}},
		{id: 'second-person', kind: 'approval', name: 'Second person', approval: {by: 1, maxAgeMs: 7_200_000}},
	]),
	step('backup', 'Back up', [{id: 'dump', kind: 'uses', name: 'Back up egov_db', uses: 'postgres/backup', with: {format: 'custom'}}]),
	step('deploy', 'Deploy', [
		{id: 'upgrade', kind: 'uses', name: 'Upgrade user', uses: 'helm/upgrade', with: {release: 'egov-user'}, timeoutMs: 600_000},
		{id: 'images', kind: 'run', name: 'Images running', run: ['kubectl', 'get', 'pods']},
	]),
	step('live', 'Test live', [
		{id: 'login', kind: 'uses', name: 'Login answers', uses: 'smoke/http', with: {}},
		{id: 'postman', kind: 'run', name: 'Postman collection', run: ['newman', 'run', 'smoke.json']},
		{id: 'eyes', kind: 'confirm', name: 'Looked at by a person', confirm: 'Does the citizen login page look right?', required: false},
	]),
];

const remedies: readonly Remedy[] = [{...task('deploy', {id: 'upgrade.rollback', kind: 'uses', name: 'Roll back user', uses: 'helm/rollback', with: {release: 'egov-user'}}), remedyFor: 'upgrade'}];

export const paperPlan = ({isProtected = true}: {readonly isProtected?: boolean} = {}): Plan => ({
	runbook: {name: 'Release a service', path: '/home/op-a/books/digit.runbook.yaml', folder: '/home/op-a/books', sha256: 'a'.repeat(64)},
	target: {
		name: isProtected ? 'production' : 'uat',
		kubeconfig: '/home/op-a/.kube/config',
		context: isProtected ? 'prod' : 'uat',
		namespace: 'egov',
		database: 'postgresql://release@db.internal:5432/egov_db',
		protected: isProtected,
		variables: {},
	},
	inputs: {version: '2.9.2'},
	secrets: [],
	steps,
	remedies,
});

const loginCheck: Check = {name: 'login', method: 'GET', url: 'https://egov.example/employee/login', headers: {}, body: null, expect: {status: 200, body: 'Sign in', latency: 2000}, retries: 2, intervalMs: 5000, timeoutMs: 10_000};

const folder = '/home/op-a/books';
const kube = (isProtected: boolean): readonly string[] => ['--kubeconfig', '/home/op-a/.kube/config', '--kube-context', isProtected ? 'prod' : 'uat', '--namespace', 'egov'];

const restore = {
	command: [
		'createdb --template=template0 --maintenance-db=postgresql://release@db.internal/egov_db egov_db_restored &&',
		'pg_restore --exit-on-error --dbname=postgresql://release@db.internal/egov_db_restored /var/backups/egov/user-1348.dump &&',
		`psql --no-psqlrc --single-transaction --set=ON_ERROR_STOP=1 --dbname=postgresql://release@db.internal/postgres '--command=ALTER DATABASE "egov_db" RENAME TO "egov_db_replaced"' '--command=ALTER DATABASE "egov_db_restored" RENAME TO "egov_db"'`,
	].join('\n'),
	note: 'It fills the new database egov_db_restored beside egov_db; its last line then swaps their names, for which nobody may be connected to egov_db. What is in egov_db until then stays as egov_db_replaced.',
};

export const paperActions = (isProtected = true): Readonly<Record<string, PaperAction>> => {
	const action = (effect: 'reads' | 'local' | 'changes', ...commands: readonly (readonly string[])[]): PaperAction => ({
		effect,
		plan: {commands: commands.map((argv, index) => ({argv, effect: index === 0 ? effect : 'reads'})), cwd: folder, env: commands[0]?.[0] === 'helm' ? helmEnvironment : {}, requires: [], notes: []},
	});
	return {
		preview: action('reads', ['helm', 'template', 'egov-user', './charts/user', ...kube(isProtected), '--values', 'env.yaml', '--set', 'image.tag=2.9.2'], ['helm', 'get', 'manifest', 'egov-user', ...kube(isProtected)]),
		unit: action('reads', ['npm', 'test']),
		dump: {
			effect: 'local',
			plan: {
				commands: [
					{effect: 'local', argv: ['pg_dump', '--format', 'custom', '--no-password', '--file', 'user-1348.dump.part', 'postgresql://release@db.internal:5432/egov_db']},
					{effect: 'reads', argv: ['pg_restore', '--file', '/dev/null', 'user-1348.dump.part']},
				],
				cwd: '/var/backups/egov',
				env: {PGPASSWORD: 'x'},
				requires: [],
				notes: ['Server 15.4, pg_dump 15.4. The database has 4.1 GB, 38 GB are free.'],
			},
		},
		upgrade: {
			effect: 'changes',
			plan: {
				commands: [{effect: 'changes', argv: ['helm', 'upgrade', 'egov-user', 'evidence/user-0.1.0.tgz', ...kube(isProtected), '--values', 'evidence/values.yaml', '--wait', '--timeout', '10m', '--description', 'slipway 01JDK7 upgrade.1']}],
				cwd: folder,
				env: helmEnvironment,
				requires: [],
				notes: [],
			},
			gates: [{id: 'files', name: 'previewed files unchanged', state: 'open', evidence: '3 files, a41f09c2'}],
		},
		'upgrade.rollback': {
			effect: 'changes',
			plan: {
				commands: [{effect: 'changes', argv: ['helm', 'rollback', 'egov-user', '41', ...kube(isProtected), '--wait', '--timeout', '10m']}],
				cwd: folder,
				env: helmEnvironment,
				requires: [],
				notes: ['Back to revision 41: image 2.9.1, deployed 12 Nov.', 'The database stays migrated: a roll-back of Helm does not undo it.', 'The backup of egov_db of 2026-11-24 13:48 UTC was read whole (/var/backups/egov/user-1348.dump). To restore it, which loses what was written since: paste the command that the results of dump and the report have.'],
			},
		},
		images: action('reads', ['kubectl', 'get', 'pods', '--context', isProtected ? 'prod' : 'uat', '--namespace', 'egov', '--output', 'json']),
		login: {effect: 'reads', plan: {commands: [{effect: 'reads', argv: [], shown: describeCheck(loginCheck)}], cwd: folder, env: {}, requires: [], notes: []}},
		postman: action('reads', ['newman', 'run', 'smoke.json', '--reporters', 'junit']),
	};
};

/** A tool that is not there. */
export const helmMissing = new Problem({code: 'tool-missing', what: 'helm is not on the PATH.', why: 'The preview renders the chart with it.', todo: 'Install Helm 3 or 4, or start Slipway where it is found; `slipway doctor` looks again.'});

/** When the gallery's runs begin: a Tuesday, in the window. */
export const begins = new Date('2026-11-24T13:40:00.000Z');

/** A run of that release which is told what happens, task by task. */
export class PaperRun extends PaperEngine {
	static create(options: {readonly isProtected?: boolean; readonly now?: Date; readonly actions?: Readonly<Record<string, PaperAction>>; readonly plan?: Plan; readonly difference?: PaperFile; readonly rehearsal?: boolean} = {}): PaperRun {
		const {isProtected = true, now = begins, plan = paperPlan({isProtected}), actions, difference = usualDifference, rehearsal = false} = options;
		return Object.assign(new PaperRun({plan, actions: {...paperActions(isProtected), ...actions}, now, rehearsal}), {files: [difference]});
	}

	started(taskId: string): this {
		const {target} = this.snapshot().plan;
		return this.advance(20_000).sent({kind: 'start', task: taskId, typed: target.name});
	}

	done(taskId: string, ms = 4000, changes: Parameters<PaperEngine['finish']>[1] = {}): this {
		return this.started(taskId).advance(ms).finish(taskId, changes);
	}

	yes(taskId: string, more: {readonly person?: string; readonly reference?: string; readonly remark?: string} = {}): this {
		return this.advance(30_000).sent({kind: 'confirm', task: taskId, answer: 'yes', ...more});
	}

	/** Everything before a task, as it usually goes. */
	upTo(taskId: string): this {
		const walk: readonly (readonly [string, () => unknown])[] = [
			['preview', () => this.done('preview', 6200, {summary: '1 added, 4 changed, 1 removed; 2 to be read before you confirm', outputs: {'from-version': '2.9.1', 'to-version': '2.9.2', revision: '41'}, evidence: this.files.map(({fact}) => fact), findings: [{level: 'danger', what: 'Role becomes ClusterRole: the service may read every Secret.', where: 'templates/role.yaml:14'}, {level: 'warning', what: 'Ingress /open is new.'}]})],
			['read', () => this.yes('read')],
			['unit', () => this.done('unit', 48_000, {summary: '412 passed', evidence: [{path: 'evidence/unit.1/junit.xml', sizeBytes: 81_233, sha256: '77ab'.padEnd(64, '0')}]})],
			['qa', () => this.yes('qa', {person: 'op-c', reference: 'https://ci.example/4711'})],
			['window', () => this.yes('window')],
			['second-person', () => this.advance(60_000).sent({kind: 'approve', task: 'second-person', person: 'op-b'})],
			['dump', () => this.done('dump', 95_000, {summary: '1.2 GB, read whole', outputs: {file: '/var/backups/egov/user-1348.dump', objects: '1204', restoreNote: restore.note, restoreCommand: restore.command}, evidence: [{path: '/var/backups/egov/user-1348.dump', sizeBytes: 1_200_000_000, sha256: '9be0c1d2'.padEnd(64, '0')}]}).advance(840_000)],
			['upgrade', () => this.done('upgrade', 130_000, {summary: 'revision 42, 3 of 3 ready', outputs: {revision: '42'}})],
			['images', () => this.done('images', 900, {summary: '3 pods run image 2.9.2'})],
			['login', () => this.done('login', 300, {summary: '200 in 84 ms'})],
			['postman', () => this.done('postman', 21_000, {summary: '38 passed'})],
			['eyes', () => this.yes('eyes')],
		];
		for (const [id, go] of walk) {
			if (id === taskId) return this;
			go();
		}

		return this;
	}
}
