import {createHash} from 'node:crypto';
import {resolve} from 'node:path';
import {isDeepStrictEqual} from 'node:util';

import {monotonicFactory} from 'ulid';

import {Problem} from '../errors.ts';
import type {EventData, SignerMark} from '../journal/event.ts';
import {foldRun} from '../run/fold.ts';
import {expandHome} from '../runbook/bind-target.ts';
import type {SecretValues} from '../runbook/expand-plan.ts';
import type {Plan} from '../runbook/plan.ts';
import {createCheckpointer} from '../stores/checkpoints.ts';
import {createFileJournal, openFileJournal} from '../stores/file-journal.ts';
import type {JournalStore} from '../stores/journal-store.ts';
import {readRunRecord} from '../stores/read-run.ts';
import {createRun, stateFolder, type RunFolder} from '../stores/run-folder.ts';
import {lockRun, type LockOwner} from '../stores/run-lock.ts';
import {chooseSigner, machineSigner, type Signer} from '../stores/signing.ts';
import {lockTarget, type TargetLock} from '../stores/target-lock.ts';
import {redactor} from '../text/redact.ts';
import {actingBefore} from './acting-before.ts';
import {childEnvironment} from './child-environment.ts';
import {compareRunbook} from './compare-runbook.ts';
import {createEngine} from './create-engine.ts';
import type {Engine} from './engine.ts';
import {findSuccessor} from './find-successor.ts';
import {parseLoaded, planRunbook, readSecretsAgain, type Chosen, type LoadedRunbook} from './load-runbook.ts';
import type {Machine} from './machine.ts';
import {planningFacts} from './plan-task.ts';
import {signersAtStart} from './signers-at-start.ts';
import {takeApprovals} from './take-approvals.ts';
import {askToLeave} from './take-over.ts';
import {findContext, writeTargetKubeconfig} from './target-kubeconfig.ts';
import {targetPlaces} from './target-places.ts';

export type NewRun = Chosen & {readonly loaded: LoadedRunbook; readonly rehearsal: boolean};

const nextUlid = monotonicFactory();

/** Begins a run: its target and its folder are locked, its plan is frozen, its journal has begun. Throws `Problem`; then nothing was begun. */
export const startRun = async (machine: Machine, {loaded, rehearsal, ...chosen}: NewRun): Promise<Engine> => {
	const root = stateFolder(machine.environment);
	const runId = nextUlid(machine.now().getTime());
	const {plan, secretValues} = planRunbook(loaded, chosen, machine, runId);
	const allowedSigners = signersAtStart(plan);
	// Before there is a folder: a start that is refused leaves no run behind.
	findContext(plan.target);
	const locks = holdLocks();
	const target = await locks.add(() => lockTarget(root, targetPlaces(plan.target), ownerFor(machine, runId)));
	try {
		const planText = JSON.stringify(plan);
		const folder = createRun({root, runId, runbookText: loaded.text, plan: planText});
		await locks.add(() => lockRun(folder.path, ownerFor(machine, runId)));
		const store = createFileJournal({folder: folder.path, runId, genesis: folder.genesis, by: machine.by});
		const {name, context, namespace, database, protected: isProtected} = plan.target;
		const created: EventData['run.created'] = {
			run: runId,
			runbook: {name: plan.runbook.name, path: plan.runbook.path, sha256: plan.runbook.sha256},
			plan: createHash('sha256').update(planText).digest('hex'),
			target: {name, context, namespace, database, protected: isProtected},
			inputs: plan.inputs,
			slipway: machine.slipway,
			rehearsal,
			...(Object.keys(allowedSigners).length === 0 ? {} : {allowedSigners}),
		};
		store.append({type: 'run.created', data: created}, machine.now());
		return await openEngine({machine, root, folder, plan, store, secretValues, locks, target, session: {resumed: false}});
	} catch (error) {
		locks.release();
		throw error;
	}
};

/**
Goes on with a run: takes its locks, cuts off and keeps what a crash left of a line, and begins a new epoch. Every attempt that has no end is
followed, or its end is taken, or it is in doubt. `takeOver` is why it is taken from somebody else; needed when another person had it last.
Who drives it then is asked to leave. A runbook's file that has changed since is recorded; the copy counts. Throws `Problem`.
*/
export const resumeRun = async (machine: Machine, runId: string, takeOver?: string): Promise<Engine> => {
	if (takeOver?.trim() === '')
		throw new Problem({code: 'reason-needed', what: 'A run is taken over with a reason.', why: 'It stands in the record, and is what the other operator is told.', todo: `Say why: \`slipway resume ${runId} --take-over REASON\`.`});
	const root = stateFolder(machine.environment);
	const record = readRunRecord(root, runId);
	const {folder, plan, lines, head} = record;
	const before = foldRun(runId, plan, lines, head);
	if (before.ending !== null)
		throw new Problem({code: 'run-ended', what: 'This run has ended.', why: `It ended as ${before.ending.result} on ${before.ending.at.slice(0, 10)}.`, todo: `Look at it with \`slipway show ${runId}\`, or start a new one.`});
	if (before.rehearsal) throw new Problem({code: 'rehearsal-gone', what: 'A rehearsal can not be gone on with.', why: 'Its sandbox went with the program that made it.', todo: `Look at it with \`slipway show ${runId}\`, or rehearse again: \`slipway rehearse\`.`});
	if (takeOver === undefined && before.session !== null && before.session.by !== machine.by)
		throw new Problem({
			code: 'take-over-needed',
			what: `${before.session.by} has this run.`,
			why: `They opened it at ${before.session.at.slice(0, 16).replace('T', ' ')} UTC and never left it.`,
			todo: `Take it over with a reason: \`slipway resume ${runId} --take-over REASON\`.`,
		});
	const loaded = parseLoaded(plan.runbook.path, plan.runbook.path, folder.runbookText);
	const secretValues = readSecretsAgain(loaded, {targetName: plan.target.name, inputs: plan.inputs}, machine);
	if (takeOver !== undefined) await askToLeave(machine, runId);
	const owner = ownerFor(machine, runId);
	const locks = holdLocks();
	await locks.add(() => lockRun(folder.path, owner));
	const target = await locks.add(() => lockTarget(root, targetPlaces(plan.target), owner));
	try {
		const {store, unrecorded} = openFileJournal({folder: folder.path, runId, genesis: folder.genesis, by: machine.by}, record);
		for (const data of unrecorded) store.append({type: 'journal.recovered', data}, machine.now());
		return await openEngine({machine, root, folder, plan, store, secretValues, locks, target, session: {resumed: true, ...(takeOver === undefined ? {} : {takeOver})}});
	} catch (error) {
		locks.release();
		throw error;
	}
};

type Opening = {
	readonly machine: Machine;
	readonly root: string;
	readonly folder: RunFolder;
	readonly plan: Plan;
	readonly store: JournalStore;
	readonly secretValues: SecretValues;
	readonly locks: Locks;
	readonly target: TargetLock;
	readonly session: Pick<EventData['session.opened'], 'resumed' | 'takeOver'>;
};

const openEngine = async ({machine, root, folder, plan, store, secretValues, locks, target, session}: Opening): Promise<Engine> => {
	const kubeconfig = writeTargetKubeconfig(plan.target, folder.path);
	const {pid, host, boot, tty} = machine;
	const signer = await chooseSigner(root, machine.environment);
	const spare = machineSigner(root);
	store.append({type: 'session.opened', data: {pid, host, boot, tty, ...session, signer: markOf(signer)}}, machine.now());
	const checkpointer = createCheckpointer({folder: folder.path, store, signer, spare, onSpare: error => engine.tell({type: 'signer.changed', data: {from: markOf(signer), to: markOf(spare), because: error instanceof Error ? error.message : String(error)}})});
	checkpointer.request();
	const changed = session.resumed ? compareRunbook(foldRun(folder.runId, plan, store.lines, store.head), machine) : null;
	if (changed !== null && !isDeepStrictEqual(changed, store.lines.findLast(({type}) => type === 'runbook.changed')?.data)) store.append({type: 'runbook.changed', data: changed}, machine.now());
	const {inputs, databasePassword} = secretValues;
	const acting = actingBefore(root, target.before, machine.supervisor);
	target.keep(acting.map(run => run.runId));
	const engine = createEngine({
		store,
		state: foldRun(folder.runId, plan, store.lines, store.head),
		supervisor: machine.supervisor,
		actingBefore: acting,
		facts: planningFacts(machine, folder.path, secretValues, childEnvironment(machine.environment, plan.target, kubeconfig)),
		pathOf: typed => resolve(machine.folder, expandHome(typed, machine.environment)),
		by: machine.by,
		now: machine.now,
		redact: redactor([...Object.values(inputs), ...(databasePassword === null ? [] : [databasePassword])]),
		checkpoint: checkpointer.request,
		signed: checkpointer.settle,
		release: () => {
			stopTaking();
			locks.release();
		},
		successor: () => findSuccessor(root, folder.runId, store.lines.length),
	});
	await engine.resume();
	const stopTaking = takeApprovals(engine, folder.path);
	return engine;
};

const markOf = ({kind, fingerprint}: Signer): SignerMark => ({kind, fingerprint});

const ownerFor = ({by, host, pid, tty, now}: Machine, runId: string): LockOwner => ({runId, by, host, pid, tty, since: now().toISOString()});

type Held = {release(): void};
type Locks = {readonly add: <Lock extends Held>(take: () => Lock | Promise<Lock>) => Promise<Lock>; readonly release: () => void};

/** Locks that are taken one after the other; when one can't be had, those before it are given back. */
const holdLocks = (): Locks => {
	const held: Held[] = [];
	const release = (): void => {
		for (const lock of held.splice(0).toReversed()) lock.release();
	};
	return {
		release,
		async add(take) {
			try {
				const lock = await take();
				held.push(lock);
				return lock;
			} catch (error) {
				release();
				throw error;
			}
		},
	};
};
