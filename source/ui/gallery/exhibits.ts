import type {Progress} from '../../actions/helm/progress.ts';
import type {LivingProcess, WorldAnswer} from '../../journal/event.ts';
import type {Plan} from '../../runbook/plan.ts';
import type {Key} from '../keys.ts';
import type {Start} from '../screens/start/start.ts';
import type {Home} from '../screens/home/home.ts';
import type {Comparison} from '../screens/compare/lay-compare.ts';
import type {History} from '../screens/history/history.ts';
import type {Timeline} from '../screens/timeline/timeline.ts';
import {checkedRun} from './checklist-on-paper.ts';
import {emptyHome, longHome, refusedHome, usualHome} from './home-on-paper.ts';
import {PaperOutput} from './paper-output.ts';
import {usualStart} from './start-on-paper.ts';
import {paperComparison, paperTimeline} from './timeline-on-paper.ts';
import {helmMissing, paperActions, paperPlan, PaperRun, step} from './release-on-paper.ts';

/** One screen in one state. */
export type Exhibit = RunExhibit | HomeExhibit | HistoryExhibit | TimelineExhibit | CompareExhibit | StartExhibit;

export type HomeExhibit = {readonly name: string; readonly home: Home; readonly keys?: readonly string[]};

export type TimelineExhibit = {readonly name: string; readonly timeline: () => Timeline; readonly keys?: readonly string[]};

export type CompareExhibit = {readonly name: string; readonly comparison: () => Comparison; readonly keys?: readonly string[]};

export type HistoryExhibit = {readonly name: string; readonly history: History; readonly keys?: readonly string[]};

export type StartExhibit = {readonly name: string; readonly start: Start; readonly keys?: readonly string[]};

export type RunExhibit = {
	readonly name: string;
	readonly run: () => PaperRun;
	readonly output?: () => PaperOutput;
	/** Keys that are pressed before the frame is taken: `y`, `enter`, `ctrl-c`, or text in quotes. */
	readonly keys?: readonly string[];
	readonly usualMs?: number;
};

const upgradeOutput = (): PaperOutput =>
	new PaperOutput(['14:02:11 upgrading egov-user', '14:02:12 running pre-upgrade hook user-migrate', '14:02:21 hook user-migrate succeeded in 9 s', '14:02:21 waiting for Deployment/user: 1 of 3 ready', '14:02:48 waiting for Deployment/user: 2 of 3 ready']);

const failedLines = ['14:02:11 upgrading egov-user', '14:02:21 waiting for Deployment/user', 'Error: UPGRADE FAILED: context deadline exceeded'];

const failedOutput = (): PaperOutput => new PaperOutput(failedLines);

const longOutput = (): PaperOutput => new PaperOutput(Array.from({length: 1200}, (_, index) => `14:02:${String(index % 60).padStart(2, '0')} test ${index + 1} ${index % 97 === 0 ? 'FAILED: expected 200, got 503 from http://user.egov:8080/user/_search' : 'passed'}`));

const testing = (): PaperRun => PaperRun.create().upTo('unit').started('unit').advance(30_000);

const upgrading = (): PaperRun => PaperRun.create().upTo('upgrade').started('upgrade').advance(72_000);

const failedUpgrade = (): PaperRun =>
	PaperRun.create()
		.upTo('upgrade')
		.started('upgrade')
		.advance(600_000)
		.finish('upgrade', {
			outcome: 'failed',
			exitCode: 1,
			summary: 'Helm gave up waiting: 1 of 3 pods is ready.',
			outputs: {live: 'revision 42 (failed), 41 was good', restarts: '5'},
			findings: [{level: 'danger', what: 'CrashLoopBackOff, 5 restarts, last words: relation "eg_user_v2" does not exist', where: 'pod user-7d9f8b6c5-p8r7w'}, {level: 'warning', what: 'The database has been migrated: a roll-back of Helm does not undo that.'}],
		});

const halfWay: WorldAnswer = {verdict: 'unknown', facts: ['Helm\trevision 42, pending-upgrade, "slipway 01JDK7 upgrade.1": ours', 'Pods\t2 of 3 ready, image 2.9.2', 'Likely\tinterrupted half-way; Helm holds a lock that has to be repaired before another upgrade']};

const inDoubt = (alive: readonly LivingProcess[] = [], world: WorldAnswer = halfWay, plan = paperPlan()): PaperRun =>
	PaperRun.create({plan})
		.upTo('upgrade')
		.started('upgrade')
		.advance(52_000)
		.doubt('upgrade', alive.length > 0 ? 'The action and its supervisor are gone, and no end was written down.' : 'The action was started before the last restart of this machine, or on another machine, and no end was written down.', {...world, alive});

const upgradeProgress: Progress = {
	workloads: [
		{
			kind: 'Deployment',
			namespace: 'egov',
			name: 'user',
			ready: 1,
			desired: 3,
			isReady: false,
			reason: '1 of 3 ready: CrashLoopBackOff, 5 restarts',
			isHook: false,
			doneAfterMs: null,
			oldPods: 2,
			pods: [
				{name: 'user-7d9f8b6c5-x2k4j', isReady: true, state: 'Ready', message: '', restarts: 0, createdAt: '2026-11-24T13:57:00Z'},
				{name: 'user-7d9f8b6c5-p8r7w', isReady: false, state: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container', restarts: 5, createdAt: '2026-11-24T13:57:10Z'},
				{name: 'user-7d9f8b6c5-9qv6m', isReady: false, state: 'ContainerCreating', message: '', restarts: 0, createdAt: '2026-11-24T13:58:40Z'},
			],
		},
		{kind: 'Job', namespace: 'egov', name: 'user-migrate', ready: 1, desired: 1, isReady: true, reason: null, isHook: true, doneAfterMs: 9000, oldPods: 0, pods: []},
	],
	pending: [{kind: 'PersistentVolumeClaim', name: 'user-uploads', state: 'Pending', message: 'no persistent volumes available for this claim and no storage class is set'}],
	events: [{at: '2026-11-24T13:58:48Z', isWarning: true, about: 'Pod/user-7d9f8b6c5-p8r7w', reason: 'BackOff', message: 'Back-off restarting failed container user in pod user-7d9f8b6c5-p8r7w', count: 4}],
};

const seenInPart = (): PaperRun => PaperRun.create().upTo('eyes').apply({type: 'task.confirmed', data: {task: 'eyes', answer: 'partially', person: 'op-c', remark: 'The page is there in English alone.', attachments: [{path: 'evidence/eyes.1/login-page.png', sizeBytes: 81_233, sha256: '3f2a9c01'.padEnd(64, '0')}]}});

/** Every screen in every state that it can be in. */
export const exhibits: readonly Exhibit[] = [
	{name: 'home', home: usualHome},
	{name: 'home-empty', home: emptyHome},
	{name: 'home-many', home: longHome(214), keys: Array.from({length: 20}, () => 'down')},
	{name: 'home-search', home: longHome(214), keys: ['/', '"otp 2.3"', 'down']},
	{name: 'home-refused', home: refusedHome},
	{name: 'home-reading', home: longHome(12, 4711)},
	{name: 'home-help', home: usualHome, keys: ['?']},
	{name: 'history', history: longHome(214), keys: ['down', 'down']},
	{name: 'history-damaged', history: usualHome, keys: ['end']},
	{name: 'history-search', history: longHome(214), keys: ['s', 's', '/', '"otp rolled"']},
	{name: 'history-mark', history: usualHome, keys: ['c', 'down']},
	{name: 'history-figures', history: longHome(214), keys: ['f']},
	{name: 'history-help', history: longHome(214), keys: ['?']},
	{name: 'timeline', timeline: () => paperTimeline(failedUpgrade()), keys: ['up']},
	{name: 'timeline-early', timeline: () => paperTimeline(failedUpgrade()), keys: ['home', 'down', 'down']},
	{name: 'timeline-search', timeline: () => paperTimeline(failedUpgrade()), keys: ['home', '/', '"succeeded"', 'enter', 'n']},
	{name: 'timeline-output', timeline: () => paperTimeline(failedUpgrade(), [...failedLines, 'a\u202Egnp.exe \u001B[2J']), keys: ['o', '/', '"failed"', 'enter']},
	{name: 'timeline-damaged', timeline: () => paperTimeline(failedUpgrade(), [], {damage: 'Line 16 of the journal is not what line 17 says that it was written after: one of them was changed, or lines were removed or inserted between them.'})},
	{name: 'timeline-help', timeline: () => paperTimeline(failedUpgrade()), keys: ['?']},
	{name: 'compare', comparison: () => paperComparison(PaperRun.create().upTo('login'), failedUpgrade())},
	{name: 'compare-same', comparison: () => paperComparison(PaperRun.create().upTo('login'), PaperRun.create().upTo('login')), keys: ['a', 'down', 'down']},
	{name: 'start', start: usualStart},
	{name: 'start-filled', start: usualStart, keys: ['p', 'tab', '"2.9.2"', 'tab', '"hunter2"']},
	{name: 'start-problem', start: usualStart, keys: ['right', 'tab', '"latest"', 'enter']},
	{name: 'action-first', run: () => PaperRun.create()},
	{name: 'action-local', run: () => PaperRun.create({isProtected: false}).upTo('dump')},
	{name: 'action-upload', run: () => uploading().upTo('dump')},
	{name: 'action-protected', run: () => PaperRun.create().upTo('upgrade'), keys: ['"produ"']},
	{name: 'action-wrong-word', run: () => PaperRun.create().upTo('upgrade'), keys: ['"yes"', 'enter']},
	{name: 'action-unprotected', run: () => PaperRun.create({isProtected: false}).upTo('upgrade'), usualMs: 130_000},
	{name: 'action-problem', run: () => PaperRun.create({actions: {preview: {problem: helmMissing}}})},
	{name: 'running-window-closed', run: () => PaperRun.create().upTo('upgrade').started('upgrade').advance(2 * 3_600_000), output: () => new PaperOutput([])},
	{name: 'action-window-closed', run: () => PaperRun.create().upTo('upgrade').advance(5_400_000)},
	{name: 'action-ahead', run: () => PaperRun.create().upTo('dump'), keys: ['down']},
	{name: 'action-after-changes', run: () => PaperRun.create().upTo('login')},
	{name: 'action-retry', run: failedUpgrade, keys: ['down', 'enter'], output: failedOutput},
	{name: 'action-rollback', run: failedUpgrade, keys: ['down', 'down', 'enter'], output: failedOutput},
	{name: 'running', run: upgrading, output: upgradeOutput, usualMs: 130_000},
	{name: 'running-workloads', run: () => Object.assign(upgrading(), {seen: upgradeProgress}), output: () => new PaperOutput([]), usualMs: 130_000},
	{name: 'running-workloads-unknown', run: () => Object.assign(upgrading(), {seen: 'pods is forbidden: User "op-a" cannot list resource "pods"'}), output: () => new PaperOutput([])},
	{name: 'running-dump', run: () => PaperRun.create().upTo('dump').started('dump').advance(34_000), output: () => new PaperOutput(['$ pg_dump --format custom --no-password --file user-1348.dump.part postgresql://release@db.internal:5432/egov_db', 'table 13 of 41: egov.eg_user', '288 MB, 28% of about 1.0 GB, about 45 s left', 'table 14 of 41: egov.eg_userrole', '312 MB, 31% of about 1.0 GB, about 40 s left']), usualMs: 95_000},
	{name: 'running-upload', run: () => uploading().upTo('dump').started('dump').advance(96_000), output: () => new PaperOutput(['1.2 GB, read whole', '$ aws s3 cp /var/backups/egov/user-1348.dump s3://egov-backups/'])},
	{name: 'running-over-usual', run: () => PaperRun.create().upTo('upgrade').started('upgrade').advance(400_000), output: upgradeOutput, usualMs: 130_000},
	{name: 'running-silent', run: () => PaperRun.create().upTo('unit').started('unit').advance(400_000), output: () => new PaperOutput([], null)},
	{name: 'running-cancelled', run: () => upgrading().sent({kind: 'cancel', task: 'upgrade'}).advance(4000), output: upgradeOutput},
	{name: 'cancel', run: upgrading, output: upgradeOutput, keys: ['c']},
	{name: 'cancel-kill', run: () => upgrading().sent({kind: 'cancel', task: 'upgrade'}), output: upgradeOutput, keys: ['c', 'down']},
	{name: 'failed', run: failedUpgrade, output: failedOutput},
	{name: 'failed-workloads', run: () => Object.assign(failedUpgrade(), {seen: upgradeProgress}), output: failedOutput},
	{name: 'failed-live-test', run: () => PaperRun.create().upTo('login').started('login').advance(900).finish('login', {outcome: 'failed', summary: 'login: old version answering: 2.9.1, expected 2.9.2', exitCode: 1}), output: () => new PaperOutput([])},
	{name: 'after-optional-failed', run: () => PaperRun.create({plan: planWith('login', {required: false})}).upTo('login').started('login').advance(900).finish('login', {outcome: 'failed', summary: 'login: answered in 1.8 s, 1 s is allowed', exitCode: 1})},
	{name: 'failed-stopped', run: () => failedUpgrade().sent({kind: 'stop', task: 'upgrade'}), output: failedOutput},
	{name: 'failed-rollback-failed', run: () => failedUpgrade().started('upgrade.rollback').advance(3000).finish('upgrade.rollback', {outcome: 'failed', exitCode: 1, summary: 'another operation (install/upgrade/rollback) is in progress'}), output: failedOutput},
	{name: 'timed-out', run: () => PaperRun.create().upTo('unit').started('unit').advance(300_000).finish('unit', {outcome: 'timed-out', exitCode: null, signal: 'TERM', summary: 'it took longer than 5 min'}), output: () => new PaperOutput(['> user@0.1.0 test', '> jest', 'PASS src/login.test.js', 'RUNS src/search.test.js'])},
	{name: 'cancelled', run: () => PaperRun.create().upTo('unit').started('unit').advance(9000).sent({kind: 'cancel', task: 'unit'}).finish('unit', {outcome: 'cancelled', exitCode: null, signal: 'TERM', summary: 'cancelled by op-a'})},
	{name: 'running-unsupervised', run: () => upgrading().apply({type: 'attempt.unsupervised', data: {task: 'upgrade', attempt: 1}}).advance(8000), output: upgradeOutput},
	{name: 'in-doubt', run: () => inDoubt()},
	{name: 'in-doubt-alive', run: () => inDoubt([{pid: 4711, command: 'helm upgrade user evidence/user-0.1.0.tgz --wait --timeout 10m'}])},
	{name: 'in-doubt-waits', run: () => inDoubt([{pid: 4711, command: 'helm upgrade user evidence/user-0.1.0.tgz --wait --timeout 10m'}, {pid: 4718, command: 'kubectl get pods --watch'}], halfWay, planWith('upgrade', {idempotent: true}))},
	{name: 'in-doubt-not-done', run: () => inDoubt([], {verdict: 'not-done', facts: ['Helm\trevision 41, deployed', '\tas before the upgrade', 'Likely\tHelm had not begun: no revision was added.']}), keys: ['down', 'enter', '"the pods are new"']},
	{name: 'in-doubt-against', run: () => inDoubt([], {verdict: 'done', facts: ['Helm\trevision 42, deployed', '\tours', 'Likely\tIt succeeded: Helm writes our name only after everything was ready.']}).sent({kind: 'resolve', task: 'upgrade', as: 'failed', reason: 'the log ends with an error'})},
	{name: 'in-doubt-resolve', run: () => inDoubt(), keys: ['down', 'enter', '"Helm says revision 42 is deployed"']},
	{name: 'confirm', run: () => PaperRun.create().upTo('read'), keys: ['d', 'enter', 'escape']},
	{name: 'confirm-unread', run: () => PaperRun.create().upTo('read')},
	{name: 'difference', run: () => PaperRun.create().upTo('read'), keys: ['d']},
	{name: 'difference-side-by-side', run: () => PaperRun.create().upTo('read'), keys: ['d', 's']},
	{name: 'difference-search', run: () => PaperRun.create().upTo('read'), keys: ['d', '/', '"otp"', 'enter']},
	{name: 'difference-release', run: () => PaperRun.create().upTo('read'), keys: ['d', 'up', 'up', 'up']},
	{name: 'checklist-failed', run: checkedRun},
	{name: 'checklist', run: checkedRun, keys: ['l']},
	{name: 'checklist-finding', run: checkedRun, keys: ['l', 'right', 'right', 'right', 'down', 'enter']},
	{name: 'checklist-many', run: checkedRun, keys: ['l', ']', ']', ']', ']', ']', ']', ']', ']', ']', ']']},
	{name: 'checklist-question', run: checkedRun, keys: ['l', 'right', 'right']},
	{name: 'checklist-answer', run: checkedRun, keys: ['l', 'right', 'right', 'y', '"op-c"', 'tab', '"https://ci.example/4711"']},
	{name: 'checklist-waive', run: checkedRun, keys: ['l', 'enter', 'w', '"the old client asks for it"', 'tab', '"2026-12-31"']},
	{name: 'checklist-withdraw', run: checkedRun, keys: ['l', 'enter', 'w', '"the old client asks for it"', 'tab', '"2026-12-31"', 'enter', 'u', '"a new client came"']},
	{name: 'checklist-said', run: checkedRun, keys: ['l', 'right', 'right', 'y', '"op-c"', 'enter', 'enter', 'enter']},
	{name: 'checklist-proved', run: checkedRun, keys: ['l', 'y']},
	{name: 'confirm-person', run: () => PaperRun.create().upTo('qa')},
	{name: 'confirm-yes', run: () => PaperRun.create().upTo('qa'), keys: ['y', '"op-c"', 'tab']},
	{name: 'confirm-shows', run: () => PaperRun.create({plan: wayBackPlan}).upTo('upgrade')},
	{name: 'confirm-partially-missing', run: () => PaperRun.create().upTo('read'), keys: ['d', 'enter', 'escape', 'p', 'enter', 'enter']},
	{name: 'confirm-refused', run: () => PaperRun.create().upTo('qa').sent({kind: 'confirm', task: 'qa', answer: 'no', person: 'op-c', remark: 'Search is broken for citizens with two roles.'})},
	{name: 'confirm-reopened', run: () => PaperRun.create().upTo('qa').done('preview', 5000, {outputs: {'from-version': '2.9.1', 'to-version': '2.9.3'}})},
	{name: 'waive', run: () => PaperRun.create().upTo('unit'), keys: ['w', '"CI ran them an hour ago"']},
	{name: 'window-open', run: () => PaperRun.create().upTo('window')},
	{name: 'window-closed', run: () => PaperRun.create({now: new Date('2026-11-24T17:40:00.000Z')}).upTo('window')},
	{name: 'override', run: () => PaperRun.create({now: new Date('2026-11-24T17:40:00.000Z')}).upTo('window'), keys: ['v', '"Logins fail for all citizens"', 'tab', '"prod"']},
	{name: 'approval', run: () => PaperRun.create().upTo('second-person')},
	{name: 'approve', run: () => PaperRun.create().upTo('second-person'), keys: ['down', 'enter', '"op-a"', 'enter', 'enter']},
	{name: 'approval-expired', run: () => PaperRun.create().upTo('upgrade').advance(7_200_000)},
	{name: 'approval-lost', run: () => PaperRun.create().upTo('upgrade').done('preview', 5000, {outputs: {'from-version': '2.9.1', 'to-version': '2.9.3'}}), keys: [']', ']', ']', ']']},
	{name: 'approve-signed', run: () => PaperRun.create({plan: signedPlan}).upTo('second-person'), keys: ['down', 'enter']},
	{name: 'review-action', run: () => PaperRun.create().upTo('upgrade'), keys: ['up']},
	{name: 'review-preview', run: () => PaperRun.create().upTo('qa'), keys: ['[', '[', '[']},
	{name: 'review-confirmation', run: () => PaperRun.create().upTo('window'), keys: ['up']},
	{name: 'review-partially', run: seenInPart, keys: ['[']},
	{name: 'output', run: testing, output: longOutput, keys: ['o']},
	{name: 'output-search', run: testing, output: longOutput, keys: ['o', '/', '"failed"', 'enter']},
	{name: 'output-full', run: testing, output: longOutput, keys: ['o', '+', 'home']},
	{name: 'commands', run: failedUpgrade, keys: ['@']},
	{name: 'events', run: failedUpgrade, keys: ['e']},
	{name: 'help', run: () => PaperRun.create(), keys: ['?']},
	{name: 'quit-running', run: upgrading, keys: ['ctrl-c']},
	{name: 'quit', run: () => PaperRun.create().upTo('qa'), keys: ['q']},
	{name: 'quit-rehearsal', run: () => PaperRun.create({rehearsal: true}).upTo('upgrade').started('upgrade').advance(72_000), keys: ['ctrl-c']},
	{name: 'closing', run: () => PaperRun.create().upTo('postman').sent({kind: 'waive', task: 'postman', reason: 'the collection is out of date, CI-812'}).yes('eyes')},
	{name: 'closing-partially', run: seenInPart},
	{name: 'end-form', run: () => PaperRun.create().upTo('end'), keys: ['down', 'enter', '"2.9.2 is live, checked by op-c."']},
	{name: 'end-refused', run: () => PaperRun.create().upTo('login'), keys: ['x', 'down', 'enter', '"giving up"']},
	{name: 'ended-succeeded', run: () => PaperRun.create().upTo('end').advance(20_000).sent({kind: 'end', result: 'succeeded', statement: '2.9.2 is live, checked by op-c.'})},
	{name: 'ended-window-closed', run: () => PaperRun.create().upTo('upgrade').done('upgrade', 2 * 3_600_000, {summary: 'revision 42, 3 of 3 ready'}).sent({kind: 'end', result: 'abandoned', statement: 'The rest is for tomorrow.'})},
	{name: 'ended-beside-living', run: () => inDoubt([{pid: 4711, command: 'helm upgrade user'}]).sent({kind: 'end', result: 'abandoned', statement: 'The window has closed.'})},
	{name: 'ended-in-doubt', run: () => inDoubt().sent({kind: 'end', result: 'abandoned', statement: 'The window has closed.'}), keys: ['[', '[', '[', '[', '[']},
	{name: 'ended-rolled-back', run: () => failedUpgrade().done('upgrade.rollback', 40_000, {summary: 'revision 43 has the manifest of 41'}).sent({kind: 'end', result: 'rolled-back', statement: 'The migration was missing; 2.9.1 is live again.'})},
	{name: 'read-only', run: () => Object.assign(PaperRun.create().upTo('upgrade'), {readOnly: 'op-b@ops2 drives this run since 13:40.'})},
	{name: 'signer-changed', run: () => PaperRun.create().upTo('upgrade').apply({type: 'signer.changed', data: {from: {kind: 'agent', fingerprint: 'SHA256:pb3lXo4Jc'}, to: {kind: 'machine', fingerprint: 'SHA256:9c1Wd0aLw'}, because: 'the agent did not answer within 10 s'}})},
	{name: 'disk-full', run: () => Object.assign(PaperRun.create().upTo('upgrade'), {readOnly: diskFull.join(' ')})},
	{name: 'hostile', run: hostileRun, output: () => new PaperOutput(['\u001B]0;owned\u0007title', 'progress 10%\rprogress 90%', 'a\u202Egnp.exe', '日本語の出力 and 👩‍👩‍👧 beside each other', `long ${'x'.repeat(300)}`])},
];

/** What the engine says when no line fits on the disk. */
const diskFull = [
	'The disk is full: what was asked for last is not recorded, and was not done.',
	'Nothing more is started; running actions go on. Free some space on it, then open the run again with `slipway resume`.',
	'There is no room for one more line in /home/op-a/.local/state/slipway/runs/01JDK7.',
];

/** An upgrade that the runbook lets be repeated by itself. */
/** The usual plan with one task changed. */
const planWith = (id: string, changes: {readonly idempotent?: boolean; readonly required?: boolean}): Plan => ({...paperPlan(), steps: paperPlan().steps.map(step => ({...step, tasks: step.tasks.map(task => (task.id === id ? {...task, ...changes} : task))}))});

/** A backup that is also taken elsewhere. */
function uploading(): PaperRun {
	const {dump} = paperActions();
	if (dump === undefined || 'problem' in dump) throw new Error('the release on paper has a backup');
	return PaperRun.create({actions: {dump: {...dump, plan: {...dump.plan, commands: [{effect: 'reads', argv: ['pg_dump', '--version']}, ...dump.plan.commands, {effect: 'changes', argv: ['aws', 's3', 'cp', '/var/backups/egov/user-1348.dump', 's3://egov-backups/']}], notes: ['The verified backup is given to aws, which may take it elsewhere.']}}}});
}

/** Of the second person only a signature counts. */
const signedPlan = {...paperPlan(), steps: paperPlan().steps.map(step => ({...step, tasks: step.tasks.map(task => (task.kind === 'approval' ? {...task, approval: {...task.approval, allowedSigners: '/home/op-a/books/approvers'}} : task))}))};

/** After the backup it is asked whether one knows the way back. */
const wayBackPlan = {
	...paperPlan(),
	steps: paperPlan().steps.map(one => (one.id === 'backup' ? {...one, tasks: [...one.tasks, ...step('backup', '', [{id: 'way-back', kind: 'confirm', name: 'The way back', confirm: 'I have read the restore command of the backup, and know how long a restore takes.', shows: 'dump'}]).tasks]} : one)),
};

/** Names and texts that try to act upon the terminal or to break the layout. */
function hostileRun(): PaperRun {
	const plan = paperPlan();
	const steps = plan.steps.map((step, index) => ({
		...step,
		name: index === 0 ? 'Know what is going to get deployed to production today' : step.name,
		tasks: step.tasks.map((task, place) => (index === 0 && place === 0 ? {...task, name: '日本語\u001B[2J のとても長い名前のタスク that goes on and on', about: 'a\u001B]52;c;cm0gLXJm\u0007b \u202Eevil'} : task)),
	}));
	return PaperRun.create({plan: {...plan, steps, target: {...plan.target, context: 'arn:aws:eks:ap-south-1:123456789012:cluster/egov-production-mumbai', namespace: 'a-very-long-namespace-name'}}}).started('preview').advance(3000);
}

/** The key of a name in an exhibit. */
export const keyNamed = (name: string): Key => {
	const plain = {text: '', ctrl: false, meta: false, shift: false} as const;
	if (name.startsWith('"')) return {...plain, name: 'paste', text: name.slice(1, -1)};
	if (name.startsWith('ctrl-')) return {...plain, name: 'text', text: name.slice(5), ctrl: true};
	return name.length === 1 ? {...plain, name: 'text', text: name} : {...plain, name: name as Key['name']};
};
