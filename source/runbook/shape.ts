import * as z from 'zod';

import {durationShape} from './duration.ts';

/*
The shape of a runbook, for the parser and for the published JSON Schema. `error` holds the words that follow "expected".
*/

const textShape = z.string({error: 'text'}).min(1, {error: 'text, not an empty one'});
const flagShape = z.boolean({error: 'true or false'});
const scalarShape = z.union([z.string(), z.number(), z.boolean()], {error: 'text, a number, true or false'});
const identifierText = 'an id of small letters, digits and dashes, such as `smoke-test`';
const identifierShape = z
	.string({error: identifierText})
	.regex(/^[a-z][a-z0-9-]*$/, {error: identifierText})
	.max(64, {error: 'an id of at most 64 characters'});
const inputNameText = 'a name of small letters, digits, dashes and underscores';
const inputNameShape = z.string().regex(/^[a-z][a-z0-9_-]*$/, {error: inputNameText});
const environmentNameText = 'the name of an environment variable, such as `PROD_DATABASE_URL`';
const environmentNameShape = z.string({error: environmentNameText}).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {error: environmentNameText});

const fromEnvironmentShape = z.strictObject({env: environmentNameShape}).describe('Read from the environment when the run starts');
const settingShape = z.union([textShape, fromEnvironmentShape], {error: 'text, or {env: NAME}'});

export const inputShape = z.strictObject({
	type: z.enum(['string', 'number', 'boolean', 'choice', 'secret'], {error: 'string, number, boolean, choice or secret'}).default('string').describe('What it is. A secret is never shown and never stored, and reaches tasks by `env` alone'),
	describe: textShape.optional().describe('What it is, for the person who is asked'),
	required: flagShape.default(false).describe('A run starts only when it is given'),
	default: scalarShape.optional().describe('What it is when it is not given'),
	options: z.array(textShape, {error: 'a list of texts'}).min(1, {error: 'at least one option'}).optional().describe('The allowed values of a choice'),
	pattern: textShape.optional().describe('A regular expression that the whole value must match'),
});

/** The keys of a target that are not its variables. */
export const targetKeys = ['kubeconfig', 'context', 'namespace', 'database', 'protected'];

export const targetShape = z
	.object({
		kubeconfig: settingShape.optional().describe("A path, relative to the runbook's folder. Absent: KUBECONFIG, else ~/.kube/config"),
		context: settingShape.optional().describe('The context of the kubeconfig'),
		namespace: settingShape.optional().describe('The namespace of the release'),
		database: settingShape.optional().describe('postgresql://user@host:port/name. A password in it counts as a secret: give such an address as {env: NAME}'),
		protected: flagShape.default(false).describe("The target's name must be typed before anything changes there"),
	})
	.catchall(z.union([scalarShape, fromEnvironmentShape], {error: 'text, a number, true, false or {env: NAME}'}));

const environmentShape = z.record(environmentNameShape, scalarShape.transform(String), {error: 'names with values'}).default({}).describe('What it finds in its environment; the only place for a secret');
const effectShape = z.enum(['reads', 'changes'], {error: '`reads` or `changes`'}).default('changes').describe("Whether it changes something outside the run's folder");

const everyTask = {
	id: identifierShape.describe('Unique in the runbook; a run is resumed by it'),
	name: textShape.optional().describe('What the operator reads; made from the id, or from the question, when absent'),
	about: textShape.optional().describe('What is to be known of it, in Markdown'),
	if: z
		.union([textShape, z.boolean()], {error: 'an expression'})
		.transform(String)
		.optional()
		.describe('An expression over inputs and target; the task is left out when it is false'),
	required: flagShape.default(true).describe('When false, a failure does not block what follows'),
};

const everyAction = {
	...everyTask,
	timeout: durationShape.optional().describe('The longest time that an attempt may take, such as 10m'),
	retry: z.int({error: 'a whole number from 0 to 10'}).min(0, {error: 'a whole number from 0 to 10'}).max(10, {error: 'a whole number from 0 to 10'}).default(0).describe('How many more attempts may follow a failed one by themselves, where nothing of it still runs'),
	idempotent: flagShape.default(false).describe('May be repeated by itself when its end is not known, once nothing of it still runs; three times at most, and not when it was asked to stop'),
	rollback: textShape.optional().describe('A shell command that undoes it, offered when it failed'),
};

const dateText = 'a date such as 2026-12-24';
const dateShape = z
	.string({error: dateText})
	.regex(/^\d{4}-\d{2}-\d{2}$/, {error: dateText, abort: true})
	.refine(text => !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text), {error: dateText});
const allowText = 'days and hours such as `Mon-Thu 10:00-17:00`, `Sat,Sun 08:00-12:00` or `daily 00:00-24:00`';
const day = '(?:[Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn])';
const allowPattern = new RegExp(`^(?:daily|${day}(?:-${day})?(?:,${day}(?:-${day})?)*) +(?:[01]?\\d|2[0-3]):[0-5]\\d ?- ?(?:(?:[01]?\\d|2[0-3]):[0-5]\\d|24:00)$`);
const zoneText = 'a time zone such as Asia/Kolkata';

const windowShape = z.strictObject(
	{
		timezone: z.string({error: zoneText}).refine(isTimeZone, {error: zoneText}).describe('An IANA name, such as Asia/Kolkata'),
		allow: z
			.array(z.string({error: allowText}).regex(allowPattern, {error: allowText, abort: true}).refine(hasLength, {error: 'an end that differs from the beginning'}), {error: `a list of ${allowText}`})
			.min(1, {error: `at least one of ${allowText}`})
			.describe('Days and hours: `Mon-Thu 10:00-17:00`, `Sat,Sun 08:00-12:00`, `daily 22:00-02:00` (until the next day)'),
		freezes: z
			.array(
				z.union(
					[
						z.string().regex(/\.ics$/),
						z.strictObject({from: dateShape, to: dateShape, reason: textShape}).refine(({from, to}) => from <= to, {error: 'an end that is not before the beginning'}),
					],
					{error: 'an iCalendar file (*.ics), or {from, to, reason}'},
				),
				{error: 'a list'},
			)
			.default([])
			.describe('Whole days on which nothing may change: iCalendar files, or {from, to, reason}'),
	},
	{error: '{timezone, allow}'},
);

function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', {timeZone: name});
		return /^[A-Z]/.test(name);
	} catch {
		return false;
	}
}

function hasLength(text: string): boolean {
	const [from, to] = [...text.matchAll(/(\d+):(\d+)/g)].map(match => Number(match[1]) * 60 + Number(match[2]));
	return from !== to;
}

const peopleText = 'how many people: a whole number from 1 to 9';

const confirmShape = z.union(
	[
		textShape,
		z.strictObject({
			text: textShape.describe('The question'),
			person: flagShape.default(false).describe('Yes must name a person'),
			reference: flagShape.default(false).describe('Yes must come with a reference: a link, a ticket'),
			shows: identifierShape.optional().describe('Id of an earlier action whose results stand with the question: what is to be pasted, such as the restore command of a backup, else all'),
		}),
	],
	{error: 'text, or {text, person, reference, shows}'},
);

/** The keys of a task by what it is. */
export const taskShapes = {
	uses: z.strictObject({...everyAction, uses: textShape.describe('The action'), with: z.record(z.string(), z.unknown(), {error: "the action's settings"}).default({}).describe('The settings of the action')}),
	run: z.strictObject({
		...everyAction,
		run: z.union([textShape, z.array(scalarShape.transform(String)).min(1, {error: 'at least one word'})], {error: 'a command as text, or as a list of arguments'}).describe('Text goes to a shell and may hold no ${{ }}; a list is run as it is'),
		shell: z.enum(['sh', 'bash'], {error: '`sh` or `bash`'}).optional().describe('The shell for a text: sh when absent; bash stops at the first failure, also inside a pipeline; a pipeline in sh has to be asked for by naming it'),
		cwd: textShape.optional().describe("Where it runs, relative to the runbook's folder"),
		env: environmentShape,
		effect: effectShape,
		probe: textShape.optional().describe('A read-only shell command for an end that is not known: exit 0 it was done, 1 it was not'),
	}),
	script: z.strictObject({
		...everyAction,
		script: textShape.describe("A zx module, relative to the runbook's folder"),
		args: z.array(scalarShape.transform(String), {error: 'a list of arguments'}).default([]).describe('Its arguments'),
		env: environmentShape,
		effect: effectShape,
	}),
	confirm: z.strictObject({...everyTask, confirm: confirmShape.describe('The question: a text, or {text, person, reference, shows}')}),
	window: z.strictObject({...everyTask, window: windowShape.describe('When things may change')}),
	approval: z.strictObject({
		...everyTask,
		approval: z.strictObject(
			{
				by: z.int({error: peopleText}).min(1, {error: peopleText}).max(9, {error: peopleText}).describe('How many people'),
				'max-age': durationShape.optional().describe('How long a consent counts, such as 4h'),
				'allowed-signers': textShape.optional().describe('A file as ssh-keygen(1) describes it, relative to the runbook: only a signature by somebody whom it names is an approval then, and it has to stay as it is during a run. Without it a name alone is taken, as a claim'),
			},
			{error: '{by: 1}'},
		).describe('Who else must consent'),
	}),
} as const;

export type KindName = keyof typeof taskShapes;
export const kindNames = Object.keys(taskShapes) as readonly KindName[];

/** A task read by the shape of its kind. The check and the building after it ask for the same ones, which are read once. */
export const readTask = <Kind extends KindName>(kind: Kind, value: Readonly<Record<string, unknown>>): z.ZodSafeParseResult<z.output<(typeof taskShapes)[Kind]>> => {
	const known = tasksRead.get(value);
	const result = known ?? taskShapes[kind].safeParse(value);
	if (known === undefined) tasksRead.set(value, result);
	return result as z.ZodSafeParseResult<z.output<(typeof taskShapes)[Kind]>>;
};

const tasksRead = new WeakMap<object, z.ZodSafeParseResult<unknown>>();

export const stepShape = <Task extends z.ZodType>(task: Task) =>
	z.strictObject({
		id: identifierShape.describe('Unique among the steps'),
		name: textShape.describe('What the operator reads'),
		about: textShape.optional().describe('What is to be known of it, in Markdown'),
		tasks: z.array(task, {error: 'a list of tasks'}).min(1, {error: 'at least one task'}).describe('What is done, in this order'),
	});

export const runbookShape = <Task extends z.ZodType>(task: Task) =>
	z.strictObject(
		{
			name: textShape.describe('What the release is called'),
			about: textShape.optional().describe('What is to be known of it, in Markdown'),
			inputs: z.record(inputNameShape, inputShape, {error: 'inputs by name'}).default({}).describe('What is asked when a run starts: ${{ inputs.NAME }}'),
			targets: z.record(z.string().regex(/^[A-Za-z0-9][\w.-]*$/, {error: 'a name of letters, digits, dots and dashes'}), targetShape, {error: 'targets by name'}).refine(targets => Object.keys(targets).length > 0, {error: 'at least one target'}).describe('Where a run may act; keys of your own are ${{ target.NAME }}'),
			steps: z.array(stepShape(task), {error: 'a list of steps'}).min(1, {error: 'at least one step'}).describe('The steps, in this order'),
		},
		{error: 'a runbook: name, targets and steps'},
	);
