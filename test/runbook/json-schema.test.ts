import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {describe, test} from 'node:test';

import {Ajv2020} from 'ajv/dist/2020.js';
import {parse as parseYaml} from 'yaml';

import {runbookJsonSchema} from '../../source/runbook/json-schema.ts';
import {starterRunbook} from '../../source/runbook/starter.ts';
import {allActions, parse, textWith} from './a-runbook.ts';

const schema = runbookJsonSchema(allActions);
const check = new Ajv2020({strict: true, strictTypes: false, strictRequired: false, allErrors: true}).compile(schema);
const accepts = (text: string): boolean => check(parseYaml(text));

describe('the JSON Schema of a runbook', () => {
	test('accepts every runbook that ships, and the one to begin with', () => {
		const folder = resolve(import.meta.dirname, '../../runbooks');
		for (const name of readdirSync(folder).filter(file => file.endsWith('.runbook.yaml'))) assert.ok(accepts(readFileSync(join(folder, name), 'utf8')), `${name}: ${JSON.stringify(check.errors?.slice(0, 3))}`);
		assert.ok(accepts(starterRunbook), JSON.stringify(check.errors?.slice(0, 3)));
	});

	test('agrees with the parser on what a task may hold', () => {
		const tasks: readonly string[] = [
			'{id: a, run: make}',
			'{id: a, run: [make, 1]}',
			'{id: a, run: make, junit: r.xml}',
			'{id: a, run: make, tap: stdout, timeout: 5m}',
			'{id: a, script: a.mjs, args: [1]}',
			'{id: a, confirm: {text: A, person: true}}',
			'{id: a, approval: {by: 2, max-age: 1d 12h}}',
			"{id: a, window: {timezone: UTC, allow: ['Mon-Thu 10:00-17:00'], freezes: [a.ics]}}",
			'{id: a, uses: helm/preview, with: {release: a, chart: b, set: {image.tag: 1}}}',
			"{id: a, uses: smoke/http, with: {url: https://x, retries: '${{ target.host }}', expect: {status: [200, 2xx], latency: '${{ target.host }}'}}}",
			'{id: a, uses: postgres/backup}',
			'{id: a, run: make, tiemout: 3m}',
			'{id: a, run: make, timeout: 30}',
			'{id: a, run: make, timeout: 30 minutes}',
			'{id: a, run: make, junit: r.xml, wrong: 1}',
			'{id: a, run: make, confirm: A}',
			'{id: A, run: make}',
			'{id: a}',
			'{run: make}',
			'{id: a, uses: helm/nothing}',
			'{id: a, uses: helm/preview}',
			'{id: a, uses: helm/preview, with: {release: a, chart: b, colour: red}}',
			'{id: a, uses: smoke/http, with: {url: https://x, retries: many}}',
			'{id: a, uses: postgres/backup, with: {format: zip}}',
			'{id: a, confirm: {person: true}}',
			'{id: a, approval: {by: 0}}',
			"{id: a, window: {timezone: UTC, allow: ['weekdays']}}",
		];
		for (const task of tasks) {
			const text = textWith([task]);
			assert.equal(accepts(text), parse(text).kind === 'runbook', `${task}: ${JSON.stringify(check.errors?.slice(0, 3))}`);
		}
	});

	test('names the one wrong key, not every shape that does not fit', () => {
		assert.equal(accepts(textWith(['{id: a, uses: helm/upgrade, with: {preview: p, tiemout: 3m}}'])), false);
		const said = (check.errors ?? []).filter(({keyword}) => keyword !== 'if').map(({instancePath, params}) => `${instancePath} ${JSON.stringify(params)}`);
		assert.deepEqual(said, ['/steps/0/tasks/0/with {"additionalProperty":"tiemout"}']);
	});

	test('describes every action and every key of a task', () => {
		const definitions = schema['$defs'] as Record<string, {description?: string; properties?: Record<string, {description?: string}>}>;
		for (const {uses} of allActions) assert.ok((definitions[uses.replace('/', '.')]?.description ?? '').length > 20, uses);
		for (const [key, {description}] of Object.entries(definitions['run']?.properties ?? {})) assert.ok(description !== undefined, `${key} of a run has no description`);
	});

	test('the published file is what slipway schema prints', () => {
		const published = readFileSync(resolve(import.meta.dirname, '../../runbooks/runbook.schema.json'), 'utf8');
		assert.ok(published === `${JSON.stringify(schema, null, '\t')}\n`, 'make it again: node --import tsx source/cli.ts schema > runbooks/runbook.schema.json');
	});
});
