import type {ActionShape} from './action-shape.ts';
import {actionExamples, kindExamples} from './examples.ts';
import {runbookJsonSchema, type JsonSchema} from './json-schema.ts';
import {kindNames, type KindName} from './shape.ts';
import {starterRunbook} from './starter.ts';

/** The reference of the format in Markdown, made from the shapes that a runbook is checked by. */
export const runbookReference = (actions: readonly ActionShape[]): string => {
	const schema = runbookJsonSchema(actions);
	const definitions = schema['$defs'] as Readonly<Record<string, JsonSchema>>;
	const step = itemOf(propertyOf(schema, 'steps'));
	const common = Object.keys(propertiesOf(definitions['confirm'])).filter(key => key !== 'confirm');
	const ofActions = Object.keys(propertiesOf(definitions['uses'])).filter(key => !common.includes(key) && key !== 'uses' && key !== 'with');
	return [
		opening,
		`## The file\n\n${keyTable(schema)}`,
		`## Inputs\n\n${keyTable(additionalOf(propertyOf(schema, 'inputs')))}\n\n${ofInputs}`,
		`## Targets\n\n${keyTable(additionalOf(propertyOf(schema, 'targets')))}\n\n${ofTargets}`,
		`## Steps\n\n${keyTable(step)}`,
		`## Tasks\n\n${ofTasks}\n\nEvery task:\n\n${keyTable(definitions['confirm'], common)}\n\nThose that do something (\`uses\`, \`run\`, \`script\`) also:\n\n${keyTable(definitions['uses'], ofActions)}`,
		...kindNames.map(kind => kindSection(kind, definitions[kind], [...common, ...(kind === 'uses' || kind === 'run' || kind === 'script' ? ofActions : [])])),
		`## Actions\n\n${actions.map(action => actionSection(action, definitions[action.uses.replace('/', '.')])).join('\n\n')}`,
		expressions,
		secrets,
		refused,
		`## A runbook to begin with\n\n\`slipway init\` writes this one:\n\n${fence(starterRunbook)}`,
	].join('\n\n').concat('\n');
};

const opening = `# The runbook

<!-- Made from source/runbook by scripts/runbook-docs.ts: change the shapes and examples, not this file. -->

A runbook is a YAML file: what may be given (\`inputs\`), where it may act (\`targets\`), and what is done (\`steps\` with \`tasks\`).

\`\`\`sh
slipway init                                            # writes one to begin with
slipway validate release.runbook.yaml                   # all mistakes, each at its place
slipway plan release.runbook.yaml --target uat --input version=1.2.3   # what would happen; starts nothing
slipway run release.runbook.yaml --target uat --input version=1.2.3
\`\`\`

**In an editor.** \`slipway schema > runbook.schema.json\`, and as the first line of the runbook \`# yaml-language-server: $schema=runbook.schema.json\`: completion, explanations
and mistakes while you write, in every editor with the YAML language server.

In the tables, keys with a \\* have to be there. **Durations** have units: \`500ms\`, \`30s\`, \`10m\`, \`2h\`, \`1d 12h\`. **Paths** are relative to the runbook's folder.
\`runbooks/digit.runbook.yaml\` is a whole release with every key explained.`;

const ofInputs = `A value comes from \`--input NAME=VALUE\`, else from \`SLIPWAY_INPUT_NAME\` in the environment (capitals, dashes as underscores), else from \`default\`. An empty text counts
as not given. What is missing or wrong is told before the run starts, all at once.`;

const ofTargets = `All other keys are values of your own: \`host: uat.example.org\` is \`\${{ target.host }}\`. Each value may be \`{env: NAME}\`. A key that is nearly one of those above is refused as a misspelling.
Every task gets the target explicitly: \`--kubeconfig\`, \`--kube-context\`, \`--namespace\`, the database's address; scripts find a KUBECONFIG whose current context is the target's,
and \`SLIPWAY_TARGET\`, \`SLIPWAY_CONTEXT\`, \`SLIPWAY_NAMESPACE\`, \`SLIPWAY_DATABASE\`. On a protected target its name is typed before anything changes.`;

const ofTasks = `A task is one of six: an action of Slipway (\`uses\`), a command (\`run\`), a module (\`script\`), a question (\`confirm\`), a \`window\` or an \`approval\`. Tasks are walked in order. A task that may
change something starts only when everything before it is settled, all windows before it are open and all approvals before it hold. A failed task may be tried again, and
any task may be waived with a reason; both are recorded.`;

const expressions = `## Expressions

\`\${{ … }}\` is an expression of GitHub Actions. As a whole value it keeps its type (\`retries: \${{ inputs.count }}\` is a number); within a text it is put in as text.

| name | what it is | known |
|---|---|---|
| \`inputs.NAME\` | an input; nothing when it was not given | before the run |
| \`target.NAME\` | \`name\`, \`protected\`, \`kubeconfig\`, \`context\`, \`namespace\`, \`database\` (without its password), and keys of your own | before the run |
| \`tasks.ID.outputs.NAME\` | what an earlier task gave; the section of each action lists its outputs | when the task starts |
| \`run.id\` | the id of the run | when the task starts |

Operators: \`== != < <= > >= ! && ||\` and brackets. Functions: \`contains\`, \`startsWith\`, \`endsWith\`, \`format\`, \`join\`, \`toJSON\`, \`fromJSON\`. Texts stand in single quotes, two of them are one quote.

- In \`with\`, \`env\`, \`args\`, \`junit\`, \`tap\` and a \`run\` that is a list: everything. In \`name\`, \`confirm\`, \`cwd\`: inputs and target.
- \`if:\` is an expression by itself, over inputs and target. What counts as false: false, 0, an empty text, nothing. A task that needs one that is left out is refused before the run.
- **Never in text that goes to a shell** (\`run\` as text, \`probe\`, \`rollback\`): it would be read as code. Give the value as \`env: {VERSION: '\${{ inputs.version }}'}\` and write \`"$VERSION"\`, or write the command as a list.
- A setting whose expression gives nothing is left out, as if it had not been written.

A command or script gives outputs by writing \`NAME=VALUE\` lines to the file that \`$SLIPWAY_OUTPUT\` names (several lines: \`NAME<<END\` … \`END\`). Their names are
free. An action gives no others than its section lists, and a runbook that names another one is refused. A \`run\` with \`junit\` or \`tap\` gives those of \`test/command\`.`;

const secrets = `## Secrets

- An input of \`type: secret\` reaches a task by \`env\` alone, as \`'\${{ inputs.NAME }}'\` and nothing around it. It never stands in a command line, the record, a report or a file of the run, and is asked for again when a run goes on.
- The password in a target's \`database\` is taken out of the address and reaches PostgreSQL's tools as \`PGPASSWORD\`.
- What a program prints is searched for both, also base64-encoded, URL-encoded, escaped and quoted, and shown as \`[redacted]\`. A secret shorter than 4 bytes is refused: it could not be kept out.`;

const refused = `## What is refused

YAML 1.2, one document, UTF-8, at most 1 MiB and 60 levels. So that a runbook does what a reader sees, these are refused with their place: tabs, control characters, characters that reorder or hide text, a key twice,
directives, tags, merge keys (\`<<\`; anchors and aliases of whole values are fine), aliases that multiply, and plain numbers that would not read as they are written (\`1.10\` is 1.1: write \`'1.10'\`).
\`yes\`, \`no\`, \`on\` and \`off\` are texts.`;

const kindSection = (kind: KindName, schema: JsonSchema | undefined, known: readonly string[]): string => {
	const own = Object.keys(propertiesOf(schema)).filter(key => !known.includes(key));
	return [`### ${kind}`, keyTable(schema, own), ...innerTables(schema, own), fence(kindExamples[kind])].join('\n\n');
};

const actionSection = ({uses, describe, effect, outputs}: ActionShape, schema: JsonSchema | undefined): string =>
	[`### ${uses}`, `${describe ?? ''} ${effectWords[effect ?? 'reads']}`.trim(), keyTable(schema), ...innerTables(schema, Object.keys(propertiesOf(schema))), outputTable(outputs), ...(actionExamples[uses] === undefined ? [] : [fence(actionExamples[uses])])].join('\n\n');

/** The keys of values that have keys of their own, unless they are those of the table around them. */
const innerTables = (schema: JsonSchema | undefined, keys: readonly string[]): readonly string[] =>
	keys.flatMap(key => {
		const inner = objectWithin(propertyOf(schema ?? {}, key));
		return inner === null || Object.keys(propertiesOf(inner)).every(name => Object.hasOwn(propertiesOf(schema), name)) ? [] : [`\`${key}\`:\n\n${keyTable(inner)}`];
	});

const outputTable = (outputs: ActionShape['outputs']): string =>
	Object.keys(outputs).length === 0 ? 'It gives no outputs.' : ['| output | |', '|---|---|', ...Object.entries(outputs).map(([name, what]) => `| \`${name}\` | ${cell(what)} |`)].join('\n');

const effectWords = {reads: 'It only reads.', local: 'It writes files of its own, and changes nothing else.', changes: 'It changes things.'} as const;

const fence = (text: string): string => `\`\`\`yaml\n${text.trim()}\n\`\`\``;

const keyTable = (schema: JsonSchema | undefined, only?: readonly string[]): string => {
	const required = (schema?.['required'] ?? []) as readonly string[];
	const rows = Object.entries(propertiesOf(schema)).filter(([key]) => only === undefined || only.includes(key));
	return ['| key | value | |', '|---|---|---|', ...rows.map(([key, value]) => `| \`${key}\`${required.includes(key) ? ' *' : ''} | ${typeWords(value)}${fallbackWords(value)} | ${cell(String(value['description'] ?? ''))} |`)].join('\n');
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const fallbackWords = (schema: JsonSchema): string => {
	const value = schema['default'];
	if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) return '';
	return `; \`${String(value)}\` when absent`;
};

/** `text`, `a list of texts`, `custom, directory or plain`: what a value may be, in words. */
const typeWords = (schema: JsonSchema): string => {
	const {anyOf, type, items} = schema;
	if (schema['$ref'] !== undefined) return 'a task';
	if (schema['enum'] !== undefined) return listWords((schema['enum'] as readonly unknown[]).map(value => `\`${String(value)}\``));
	if (schema['const'] !== undefined) return `\`${String(schema['const'])}\``;
	if (Array.isArray(anyOf)) return listWords([...new Set((anyOf as readonly JsonSchema[]).filter(branch => branch['pattern'] !== '\\$\\{\\{').map(typeWords))]);
	if (Array.isArray(type)) return listWords((type as readonly string[]).map(name => plainWords[name] ?? name));
	if (type === 'array') return `a list${isSchema(items) ? ` (${typeWords(items)})` : ''}`;
	if (type === 'string' && schema['examples'] !== undefined) return 'a duration';
	if (type === 'object' && schema['properties'] !== undefined) return `\`{${Object.keys(propertiesOf(schema)).join(', ')}}\``;
	return plainWords[String(type)] ?? 'anything';
};

const plainWords: Readonly<Record<string, string>> = {string: 'text', number: 'a number', integer: 'a whole number', boolean: 'true or false', object: 'names with values', null: 'null'};

const listWords = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`);

const propertiesOf = (schema: JsonSchema | undefined): Readonly<Record<string, JsonSchema>> => (schema?.['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;

const propertyOf = (schema: JsonSchema, key: string): JsonSchema => propertiesOf(schema)[key] ?? {};

const itemOf = (schema: JsonSchema): JsonSchema => (schema['items'] ?? {}) as JsonSchema;

const additionalOf = (schema: JsonSchema): JsonSchema => (schema['additionalProperties'] ?? {}) as JsonSchema;

const objectWithin = (schema: JsonSchema): JsonSchema | null => {
	if (schema['properties'] !== undefined) return schema;
	const branches = [...((schema['anyOf'] ?? []) as readonly JsonSchema[]), itemOf(schema)];
	const [only, ...others] = branches.map(branch => (branch['properties'] === undefined ? itemOf(branch) : branch)).filter(branch => branch['properties'] !== undefined);
	return only === undefined || others.length > 0 ? null : only;
};

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
