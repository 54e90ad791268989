import type {Effect} from '../../source/actions/action.ts';
import type {Event, EventData} from '../../source/journal/event.ts';
import {decide, decideFinish, type Facts, type Planned} from '../../source/run/decide.ts';
import type {Decision} from '../../source/run/decision.ts';
import {emptyRun, reduce} from '../../source/run/reducer.ts';
import type {Request} from '../../source/run/request.ts';
import type {RunState} from '../../source/run/state.ts';
import {taskOf} from '../../source/run/walk.ts';
import type {Plan, PlannedTask} from '../../source/runbook/plan.ts';
import type {TaskSpec} from '../../source/runbook/runbook.ts';

export const noon = new Date('2026-11-24T12:00:00.000Z');

type Partly<Spec> = Spec extends TaskSpec ? {id: string; kind: Spec['kind']} & Partial<Spec> : never;

const defaults = {
	uses: {uses: 'test/action', with: {}},
	run: {run: 'true', env: {}, effect: 'reads'},
	script: {script: 'x.mjs', args: [], env: {}, effect: 'reads'},
	confirm: {confirm: 'Is it so?', person: false, reference: false},
	window: {window: {timezone: 'UTC', allow: ['Mon-Sun 00:00-24:00'], freezes: []}},
	approval: {approval: {by: 1}},
} as const;

export const aTask = (spec: Partly<TaskSpec>): PlannedTask =>
	({name: spec.id, required: true, retry: 0, idempotent: false, stepId: 'step', ...defaults[spec.kind], ...spec}) as unknown as PlannedTask;

export const aPlan = (tasks: readonly Partly<TaskSpec>[], changes: Partial<Plan> = {}): Plan => ({
	runbook: {name: 'Release a service', path: '/books/release.runbook.yaml', folder: '/books', sha256: 'a'.repeat(64)},
	target: {name: 'uat', context: 'uat', namespace: 'egov', protected: false, variables: {}},
	inputs: {},
	secrets: [],
	steps: [{id: 'step', name: 'Step', tasks: tasks.map(aTask)}],
	remedies: [],
	...changes,
});

/** A run that is driven by requests and by ends of actions, as the engine does, but without a world. */
export class ARun {
	state: RunState;
	readonly events: Event[] = [];
	#effect: Record<string, Effect> = {};
	now = noon;
	by = 'op-a@ops1';

	constructor(plan: Plan) {
		this.state = emptyRun('01JDK7', plan);
		this.apply({
			type: 'run.created',
			data: {run: '01JDK7', runbook: plan.runbook, plan: 'b'.repeat(64), target: plan.target, inputs: {}, slipway: '0.1.0', rehearsal: false},
		});
	}

	apply(event: Event): this {
		this.events.push(event);
		this.state = reduce(this.state, {v: 1, seq: this.state.lines, prev: '', epoch: 1, at: this.now.toISOString(), by: this.by, ...event}, `${this.state.lines}`.padStart(64, '0'));
		return this;
	}

	effect(taskId: string, effect: Effect): this {
		this.#effect[taskId] = effect;
		return this;
	}

	/** What the engine would answer; accepted events are applied. */
	ask(request: Request, facts: Partial<Facts> = {}): Decision {
		const decision = decide(this.state, request, {now: this.now, by: this.by, planned: request.kind === 'start' ? this.planned(request.task) : null, ...facts});
		for (const event of decision.events) this.apply(event);
		return decision;
	}

	/** As `ask`, for what must not be refused. */
	send(request: Request, facts: Partial<Facts> = {}): this {
		const {refusal} = this.ask(request, facts);
		if (refusal !== null) throw new Error(`refused: ${refusal.what}`);
		return this;
	}

	planned(taskId: string): Planned {
		const effect = this.#effect[taskId] ?? 'reads';
		return {effect, plan: {commands: [{effect, argv: ['true']}], cwd: '/', env: {}, requires: [], notes: []}, argv: ['true'], shown: ['true'], worldGates: [], timeoutMs: null};
	}

	finish(taskId: string, changes: Partial<EventData['attempt.finished']> = {}): this {
		const finished: EventData['attempt.finished'] = {
			task: taskId,
			attempt: taskOf(this.state, taskId).attempts.length,
			outcome: 'succeeded',
			summary: 'done',
			exitCode: 0,
			signal: null,
			durationMs: 1000,
			output: [],
			evidence: [],
			outputs: {},
			findings: [],
			...changes,
		};
		for (const event of decideFinish(this.state, finished)) this.apply(event);
		return this;
	}

	done(taskId: string, changes: Partial<EventData['attempt.finished']> = {}): this {
		return this.send({kind: 'start', task: taskId}).finish(taskId, changes);
	}

	failed(taskId: string): this {
		return this.send({kind: 'start', task: taskId}).finish(taskId, {outcome: 'failed', exitCode: 1, summary: 'it failed'});
	}
}
