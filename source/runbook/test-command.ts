import {taskShapes} from './shape.ts';

/** A `run` with `junit` or `tap` is short for the action `test/command`. */
export const isTestCommand = (task: Readonly<Record<string, unknown>>): boolean => Object.hasOwn(task, 'junit') || Object.hasOwn(task, 'tap');

export const testCommandName = 'test/command';

/** Keys that every action has stay with the task; the others are settings of `test/command`. */
export const splitTestCommand = (value: Readonly<Record<string, unknown>>): {readonly task: Readonly<Record<string, unknown>>; readonly settings: Readonly<Record<string, unknown>>} => {
	const own = new Set(Object.keys(taskShapes.uses.shape));
	const part = (mine: boolean): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(value).filter(([key]) => own.has(key) === mine));
	return {task: part(true), settings: part(false)};
};
