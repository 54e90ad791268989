import * as z from 'zod';

import type {ActionShape} from './action-shape.ts';
import {kindNames, runbookShape, taskShapes, type KindName} from './shape.ts';
import {testCommandName} from './test-command.ts';

export type JsonSchema = {readonly [key: string]: unknown};

/**
The shape of a runbook as JSON Schema draft 2020-12, for editors. What a task may hold is chosen by the key that says what it is, and
what `with` may hold by `uses`, so that an editor names the one wrong key and not six shapes that don't fit.
*/
export const runbookJsonSchema = (actions: readonly ActionShape[]): JsonSchema => {
	const {$schema, ...runbook} = plainSchema(runbookShape(taskPlace));
	return {
		$schema,
		title: 'Slipway runbook',
		...(replacePlaces(runbook) as JsonSchema),
		$defs: {
			task: anyTask(actions),
			...Object.fromEntries(kindNames.map(kind => [kind, kindSchema(kind, actions)])),
			...Object.fromEntries(actions.map(({uses, schema, describe}) => [definitionName(uses), {...(describe === undefined ? {} : {description: describe}), ...settingsSchema(schema)}])),
		},
	};
};

/** Stands where a task belongs until the whole is there. */
const taskPlace = z.unknown().meta({title: 'task'});

const replacePlaces = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(replacePlaces);
	if (!isSchema(value)) return value;
	if (value['title'] === 'task') return {$ref: '#/$defs/task'};
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replacePlaces(item)]));
};

const plainSchema = (shape: z.ZodType): JsonSchema => z.toJSONSchema(shape, {io: 'input', unrepresentable: 'any', target: 'draft-2020-12'}) as JsonSchema;

/** Slashes would be read as steps in a JSON pointer. */
const definitionName = (uses: string): string => uses.replace('/', '.');

/** The keys of all kinds, for completion in a task that is still empty; its kind then says the rest. */
const anyTask = (actions: readonly ActionShape[]): JsonSchema => {
	const has = (...required: readonly string[]): JsonSchema => ({required});
	const hasReport: JsonSchema = {anyOf: [has('junit'), has('tap')]};
	const isTest = actions.some(({uses}) => uses === testCommandName);
	return {
		type: 'object',
		required: ['id'],
		properties: {id: propertiesOf(kindSchema('run', actions))['id'], ...Object.fromEntries(kindNames.map(kind => [kind, {description: kindWords[kind]}]))},
		oneOf: kindNames.map(kind => has(kind)),
		allOf: [
			...kindNames.map(kind => when(kind === 'run' && isTest ? {allOf: [has('run'), {not: hasReport}]} : has(kind), {$ref: `#/$defs/${kind}`})),
			...(isTest ? [when({allOf: [has('run'), hasReport]}, testSchema(actions))] : []),
		],
	};
};

const kindWords: Readonly<Record<KindName, string>> = {
	uses: 'An action of Slipway by its name, such as helm/upgrade; its settings are under `with`',
	run: 'A command: text for a shell, or a list of arguments',
	script: "A zx module, relative to the runbook's folder",
	confirm: 'What a person confirms: yes, no or partially',
	window: 'When things may change: later tasks that change something wait for it',
	approval: 'How many other people must consent before anything changes',
};

const kindSchema = (kind: KindName, actions: readonly ActionShape[]): JsonSchema => {
	const {$schema: _, ...schema} = plainSchema(taskShapes[kind]);
	if (kind !== 'uses') return schema;
	return {
		...schema,
		properties: {...propertiesOf(schema), uses: {description: kindWords.uses, enum: actions.map(({uses}) => uses)}},
		allOf: actions.map(({uses, schema: settings}) =>
			when({properties: {uses: {const: uses}}, required: ['uses']}, {properties: {with: {$ref: `#/$defs/${definitionName(uses)}`}}, ...(settings.safeParse({}).success ? {} : {required: ['with']})}),
		),
	};
};

/** `if` and `then` of JSON Schema. */
// oxlint-disable-next-line no-thenable -- the keyword is called so
const when = (condition: JsonSchema, consequence: JsonSchema): JsonSchema => ({if: condition, then: consequence});

/** `run` with `junit` or `tap`: the settings of `test/command` stand beside the keys of the task. */
const testSchema = (actions: readonly ActionShape[]): JsonSchema => {
	const settings = actions.find(({uses}) => uses === testCommandName)?.schema ?? z.strictObject({});
	const {uses: _, with: __, ...common} = propertiesOf(kindSchema('uses', actions));
	const own = settingsSchema(settings);
	return {type: 'object', properties: {...propertiesOf(own), ...common}, required: ['id', ...(Array.isArray(own['required']) ? (own['required'] as string[]) : [])], additionalProperties: false};
};

const propertiesOf = (schema: JsonSchema): JsonSchema => (schema['properties'] ?? {}) as JsonSchema;

const settingsSchema = (shape: z.ZodType): JsonSchema => {
	const {$schema: _, ...schema} = plainSchema(shape);
	return withLateParts(schema);
};

/** Every setting may also be given by an expression. */
const withLateParts = (schema: JsonSchema): JsonSchema =>
	Object.fromEntries(
		Object.entries(schema).map(([key, value]) => {
			if (key === 'properties' && isSchema(value)) return [key, Object.fromEntries(Object.entries(value).map(([name, item]) => [name, orExpression(item)]))];
			if (key === 'items' || key === 'additionalProperties') return [key, orExpression(value)];
			return [key, (key === 'anyOf' || key === 'oneOf' || key === 'allOf') && Array.isArray(value) ? value.map(item => (isSchema(item) ? withLateParts(item) : (item as unknown))) : value];
		}),
	);

const orExpression = (value: unknown): unknown => {
	if (!isSchema(value) || isFreeText(value)) return value;
	const {description, default: fallback, ...rest} = withLateParts(value);
	return {...(description === undefined ? {} : {description}), ...(fallback === undefined ? {} : {default: fallback}), anyOf: [...alternatives(rest), {type: 'string', pattern: '\\$\\{\\{', description: 'An expression that gives it'}]};
};

const alternatives = (schema: JsonSchema): readonly unknown[] => (Object.keys(schema).length === 1 && Array.isArray(schema['anyOf']) ? schema['anyOf'] : [schema]);

const isFreeText = (schema: JsonSchema): boolean => schema['type'] === 'string' && !('pattern' in schema) && !('enum' in schema) && !('format' in schema);

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
