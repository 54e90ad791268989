import type {z} from 'zod';

import type {ActionShape} from './action-shape.ts';
import {conditionOf} from './condition.ts';
import {isRecord} from './outline.ts';
import type {Runbook, TargetSpec, TaskSpec} from './runbook.ts';
import {inputShape, kindNames, readTask, targetKeys, targetShape, type KindName, type runbookShape, type taskShapes} from './shape.ts';
import {isTestCommand, splitTestCommand, testCommandName} from './test-command.ts';

export type RawRunbook = z.output<ReturnType<typeof runbookShape<z.ZodUnknown>>>;

/** The runbook of a value whose shape was checked. */
export const buildRunbook = (raw: RawRunbook, actions: readonly ActionShape[]): Runbook => ({
	...raw,
	targets: Object.fromEntries(Object.entries(raw.targets).map(([name, target]) => [name, buildTarget(target)])),
	steps: raw.steps.map(step => ({...step, tasks: step.tasks.map(task => buildTask(task as Readonly<Record<string, unknown>>, actions))})),
});

/** The inputs and targets that are in shape, whatever the others and the tasks are. */
export const partsOf = (runbook: unknown): Pick<Runbook, 'inputs' | 'targets'> => ({
	inputs: inShape(runbook, 'inputs', inputShape, input => input),
	targets: inShape(runbook, 'targets', targetShape, buildTarget),
});

const inShape = <Raw, Built>(runbook: unknown, key: string, shape: z.ZodType<Raw>, build: (raw: Raw) => Built): Readonly<Record<string, Built>> => {
	const parts: unknown = isRecord(runbook) ? runbook[key] : undefined;
	return Object.fromEntries(
		Object.entries(isRecord(parts) ? parts : {}).flatMap(([name, part]): [string, Built][] => {
			const checked = shape.safeParse(part);
			return checked.success ? [[name, build(checked.data)]] : [];
		}),
	);
};

const buildTarget = (raw: RawRunbook['targets'][string]): TargetSpec => {
	const part = (mine: boolean): Record<string, unknown> => Object.fromEntries(Object.entries(raw).filter(([key]) => targetKeys.includes(key) === mine));
	return {...part(true), variables: part(false)} as TargetSpec;
};

const buildTask = (raw: Readonly<Record<string, unknown>>, actions: readonly ActionShape[]): TaskSpec => {
	const kind = kindNames.find(name => Object.hasOwn(raw, name));
	switch (kind) {
		case 'uses':
			return usesTask(raw);
		case 'run': {
			if (isTestCommand(raw) && actions.some(({uses}) => uses === testCommandName)) {
				const {task, settings} = splitTestCommand(raw);
				return usesTask({...task, uses: testCommandName, with: settings});
			}

			const {timeout, ...task} = inShapeOf('run', raw);
			return {...named(task), kind, ...timed(timeout)};
		}

		case 'script': {
			const {timeout, ...task} = inShapeOf('script', raw);
			return {...named(task), kind, ...timed(timeout)};
		}

		case 'confirm': {
			const {confirm, ...task} = inShapeOf('confirm', raw);
			const {text, person, reference, shows} = typeof confirm === 'string' ? {text: confirm, person: false, reference: false} : confirm;
			return {...named({...task, name: task.name ?? firstLine(text)}), ...neverRepeated, kind, confirm: text, person, reference, ...(shows === undefined ? {} : {shows})};
		}

		case 'window': {
			const {window, ...task} = inShapeOf('window', raw);
			const calendars = window.freezes.filter(freeze => typeof freeze === 'string');
			const freezes = window.freezes.filter(freeze => typeof freeze !== 'string');
			return {...named(task), ...neverRepeated, kind, window: {timezone: window.timezone, allow: window.allow, freezes, ...(calendars.length > 0 ? {calendars} : {})}};
		}

		case 'approval': {
			const {approval, ...task} = inShapeOf('approval', raw);
			const {by, 'max-age': maxAgeMs, 'allowed-signers': allowedSigners} = approval;
			return {...named(task), ...neverRepeated, kind, approval: {by, ...(maxAgeMs === undefined ? {} : {maxAgeMs}), ...(allowedSigners === undefined ? {} : {allowedSigners})}};
		}

		default:
			throw new RangeError('A task without a kind has passed the check of its shape.');
	}
};

const usesTask = (raw: Readonly<Record<string, unknown>>): TaskSpec => {
	const {timeout, ...task} = inShapeOf('uses', raw);
	return {...named(task), kind: 'uses', ...timed(timeout)};
};

/** Its shape was checked. */
const inShapeOf = <Kind extends KindName>(kind: Kind, raw: Readonly<Record<string, unknown>>): z.output<(typeof taskShapes)[Kind]> => {
	const {data, error} = readTask(kind, raw);
	if (error !== undefined) throw error;
	return data;
};

const neverRepeated = {retry: 0, idempotent: false} as const;

const timed = (timeoutMs: number | undefined): {readonly timeoutMs?: number} => (timeoutMs === undefined ? {} : {timeoutMs});

const named = <Task extends {readonly id: string; readonly name?: string | undefined; readonly if?: string | undefined}>(task: Task): Task & {readonly name: string} => ({
	...task,
	name: task.name ?? nameFrom(task.id),
	...(task.if === undefined ? {} : {if: conditionOf(task.if)}),
});

/** `second-person` → `Second person` */
const nameFrom = (id: string): string => `${id.slice(0, 1).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`;

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
