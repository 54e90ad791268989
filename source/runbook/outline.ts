import {kindNames, type KindName} from './shape.ts';
import {isTestCommand, splitTestCommand, testCommandName} from './test-command.ts';
import type {Path} from './yaml-source.ts';

/**
What a runbook names, read from its raw values: enough to judge ids and references while other parts are not in shape yet, so that all
problems come at once. Null: not there to be judged.
*/
export type Outline = {
	/** The type of each input. */
	readonly inputs: ReadonlyMap<string, string> | null;
	/** What `${{ target.NAME }}` may name, by target. */
	readonly targets: ReadonlyMap<string, readonly string[]> | null;
	readonly steps: readonly {readonly id: string | null; readonly path: Path}[];
	/** In the order in which they are walked. */
	readonly tasks: readonly OutlinedTask[];
};

export type OutlinedTask = {
	readonly id: string | null;
	readonly kind: KindName | null;
	readonly uses: string | null;
	/** The settings of an action, and where they stand. */
	readonly settings: Readonly<Record<string, unknown>>;
	readonly settingsPath: Path;
	readonly value: Readonly<Record<string, unknown>>;
	readonly path: Path;
};

export const outlineOf = (runbook: unknown): Outline => {
	const steps = listIn(runbook, 'steps').map((value, index) => ({value, path: ['steps', index]}));
	return {
		inputs: mapIn(runbook, 'inputs', input => (isRecord(input) && typeof input['type'] === 'string' ? input['type'] : 'string')),
		targets: mapIn(runbook, 'targets', targetNames),
		steps: steps.map(({value, path}) => ({id: textIn(value, 'id'), path})),
		tasks: steps.flatMap(step => listIn(step.value, 'tasks').flatMap((value, index) => (isRecord(value) ? [outlineTask(value, [...step.path, 'tasks', index])] : []))),
	};
};

const outlineTask = (value: Readonly<Record<string, unknown>>, path: Path): OutlinedTask => {
	const kind = kindNames.find(name => Object.hasOwn(value, name)) ?? null;
	const common = {id: textIn(value, 'id'), value, path};
	if (kind === 'run' && isTestCommand(value)) return {...common, kind: 'uses', uses: testCommandName, settings: splitTestCommand(value).settings, settingsPath: path};
	const settings = kind === 'uses' && isRecord(value['with']) ? value['with'] : {};
	return {...common, kind, uses: kind === 'uses' ? textIn(value, 'uses') : null, settings, settingsPath: [...path, 'with']};
};

const targetNames = (target: unknown): readonly string[] => ['name', 'protected', ...(isRecord(target) ? Object.keys(target).filter(key => key !== 'protected') : [])];

const mapIn = <Value>(runbook: unknown, key: string, read: (value: unknown) => Value): ReadonlyMap<string, Value> | null => {
	const value: unknown = isRecord(runbook) && Object.hasOwn(runbook, key) ? runbook[key] : {};
	return isRecord(value) ? new Map(Object.entries(value).map(([name, item]) => [name, read(item)])) : null;
};

const textIn = (value: unknown, key: string): string | null => (isRecord(value) && Object.hasOwn(value, key) && typeof value[key] === 'string' ? value[key] : null);

export const listIn = (value: unknown, key: string): readonly unknown[] => {
	const list: unknown = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
	return Array.isArray(list) ? list : [];
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
