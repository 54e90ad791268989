import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {expand, marked, onlyProblem, parse, planOf, runbookOf, taskIn, textWith} from './a-runbook.ts';

const inputs = 'inputs: {version: {}, count: {type: number}, dry: {type: boolean}, token: {type: secret}}';
const problem = (task: string) => onlyProblem(textWith(['{id: first, run: [first]}', task], inputs));

describe('where an expression may stand', () => {
	test('never in text that goes to a shell', () => {
		for (const [task, name] of [
			["{id: a, run: 'deploy ${{ inputs.version }}'}", 'run'],
			["{id: a, run: deploy, probe: 'test ${{ inputs.version }}'}", 'probe'],
			["{id: a, run: deploy, rollback: 'undo ${{ inputs.version }}'}", 'rollback'],
			["{id: a, run: 'npm test ${{ inputs.version }}', junit: r.xml}", 'run'],
			["{id: a, uses: test/command, with: {run: 'npm test ${{ inputs.version }}'}}", 'with'],
		] as const) {
			const {what, expected} = problem(task);
			assert.match(what, new RegExp(`\`${name}\` goes to a shell`));
			assert.match(expected ?? '', /env: \{NAME: …\}/);
		}
	});

	test('in lists, environments, arguments, settings, names and questions', () => {
		runbookOf(
			textWith(
				[
					"{id: a, run: [deploy, '${{ inputs.version }}'], env: {V: '${{ inputs.version }}'}, cwd: 'sub/${{ inputs.version }}', name: 'Deploy ${{ inputs.version }}'}",
					"{id: b, script: s.mjs, args: ['${{ inputs.version }}']}",
					"{id: c, confirm: {text: 'Is ${{ inputs.version }} right?'}}",
					"{id: d, uses: smoke/http, with: {url: 'https://${{ target.host }}/', retries: '${{ inputs.count }}', expect: {status: '${{ inputs.count }}'}}}",
					"{id: e, run: npm test, junit: '${{ inputs.version }}.xml', env: {V: '${{ run.id }}'}}",
				],
				inputs,
			),
		);
	});

	test('nowhere else', () => {
		for (const task of ["{id: a, run: [a], timeout: '${{ inputs.version }}'}", "{id: a, run: [a], retry: '${{ inputs.count }}'}", "{id: a, run: [a], required: '${{ inputs.dry }}'}", "{id: '${{ inputs.version }}', run: [a]}", "{id: a, script: '${{ inputs.version }}.mjs'}", "{id: a, uses: '${{ inputs.version }}'}", "{id: a, confirm: a, about: '${{ inputs.version }}'}"])
			assert.match(problem(task).what, /\$\{\{ \}\} can't stand in `\w+`/, task);
		assert.match(onlyProblem(textWith(['{id: a, confirm: A}']).replace('context: uat', "context: '${{ inputs.x }}'")).what, /can't stand in `targets.uat`/);
	});
});

describe('what an expression names', () => {
	test('has to be there, and the nearest word is offered', () => {
		const faults: readonly (readonly [string, RegExp, string | null, string])[] = [
			['inputs.versoin', /There is no input `versoin`/, 'version', 'inputs.versoin'],
			['target.hots', /There is no target value `hots`/, 'host', 'target.hots'],
			['tasks.frist.outputs.x', /There is no task `frist`/, 'first', 'tasks.frist.outputs.x'],
			['tasks.first.output.x', /names no output/, 'outputs', 'tasks.first.output.x'],
			['tasks.a.outputs.x', /`a` comes later and has no outputs yet/, null, 'tasks.a.outputs.x'],
			['input.version', /input/, 'inputs', 'input.version'],
			['run.name', /There is no value of the run `name`/, null, 'run.name'],
			['inputs', /names no single input/, null, 'inputs'],
			['inputs.version.major', /names no single input/, null, 'inputs.version.major'],
			['github.sha', /github/, null, 'github.sha'],
		];
		for (const [expression, what, nearest, mark] of faults) {
			const found = problem(`{id: a, run: [a, 'x \${{ ${expression} }}']}`);
			assert.match(found.what, what, expression);
			assert.equal(found.nearest, nearest, expression);
			assert.ok(marked(found).startsWith(mark.split('.')[0] ?? ''), `${marked(found)} is marked for ${expression}`);
		}
	});

	test('the right one of two in a text is marked', () => {
		const found = problem("{id: a, run: [a, '${{ inputs.version }} and ${{ inputs.verson }}']}");
		assert.equal(marked(found), 'inputs.verson');
		assert.equal(found.source.slice(0, found.column - 1).split('${{').length, 3);
	});

	test('outputs and the run are not known when the plan is made', () => {
		assert.match(problem("{id: a, confirm: '${{ tasks.first.outputs.x }}'}").what, /Outputs of tasks are not known yet in `confirm`/);
		assert.match(problem("{id: a, confirm: '${{ run.id }}'}").what, /`run\.id` is not known yet/);
		assert.match(problem('{id: a, run: [a], if: tasks.first.outputs.x}').what, /`if` can depend on inputs and target only/);
	});

	test('a confirmation gives no outputs', () => {
		assert.match(onlyProblem(textWith(['{id: ask, confirm: A}', "{id: a, run: [a, '${{ tasks.ask.outputs.x }}']}"])).what, /`ask` is no action and has no outputs/);
	});

	describe('an output of an action', () => {
		const dump = '{id: dump, uses: postgres/backup}';
		const backedUp = (...tasks: readonly string[]): string => textWith([dump, ...tasks]).replace('context: uat', 'database: postgresql://a@b/c, context: uat');

		test('that it does not give is marked, with those that it gives and the nearest of them', () => {
			for (const written of ['tasks.dump.outputs.pth', "tasks.dump.outputs['pth']", "inputs.a && tasks.dump.outputs.pth"]) {
				const found = onlyProblem(backedUp(`{id: a, run: [a, "to \${{ 'pth' }} \${{ ${written} }}"]}`).replace('# nothing more', 'inputs: {a: {}}'));
				assert.equal(found.what, '`dump` uses postgres/backup, which gives no `pth`', written);
				assert.match(found.expected ?? '', /^path, sizeBytes, .* or maxAgeMs$/);
				assert.equal(found.nearest, 'path');
				assert.equal(marked(found), 'pth');
				assert.deepEqual([found.line, found.column], [10, found.source.lastIndexOf('pth') + 1]);
			}

			assert.match(onlyProblem(backedUp("{id: a, uses: smoke/http, with: {url: 'https://x/${{ tasks.dump.outputs.toString }}'}}")).what, /gives no `toString`/);
		});

		test('that it gives is fine, also one that is there only sometimes', () => {
			runbookOf(backedUp("{id: a, run: [a, '${{ tasks.dump.outputs.path }}'], env: {LEFT: '${{ tasks.dump.outputs.scratchDatabase }}'}}"));
		});

		test('that gives none says so', () => {
			const found = onlyProblem(textWith(['{id: preview, uses: helm/preview, with: {release: a, chart: b}}', '{id: look, uses: helm/preflight, with: {preview: preview}}', "{id: a, run: [a, '${{ tasks.look.outputs.passed }}']}"]));
			assert.deepEqual([found.what, found.expected, marked(found)], ['`look` uses helm/preflight, which gives no outputs', null, 'passed']);
		});

		test('that comes later or is left out is told by that, not by the name', () => {
			assert.match(onlyProblem(backedUp("{id: a, run: [a, '${{ tasks.later.outputs.pth }}']}", '{id: later, uses: postgres/backup}')).what, /`later` comes later and has no outputs yet/);
			const leftOut = backedUp("{id: a, run: [a, '${{ tasks.dump.outputs.path }}']}").replace(dump, dump.replace('}', ', if: false}'));
			const expanded = expand(leftOut);
			assert.deepEqual(expanded.kind === 'problems' && expanded.problems.map(({why}) => why), ['It needs dump, which is left out because `false` is not so.']);
		});
	});

	test('what a command or a script gives is its own affair, unless its report is read', () => {
		runbookOf(textWith(['{id: build, run: build}', '{id: log-in, script: log-in.mjs}', "{id: a, run: [a, '${{ tasks.build.outputs.anything }}', '${{ tasks.log-in.outputs.token }}']}"]));
		const tested = (name: string): string => textWith(['{id: tests, run: npm test, junit: r.xml}', `{id: a, run: [a, '\${{ tasks.tests.outputs.${name} }}']}`]);
		runbookOf(tested('skipped'));
		assert.equal(onlyProblem(tested('anything')).what, '`tests` uses test/command, which gives no `anything`');
	});

	test('what only some targets have is a warning where it is needed, and a condition where it is asked for', () => {
		const text = textWith(["{id: a, run: [a, '${{ target.host }}']}", '{id: b, run: [b], if: target.host}']).replace('targets:', 'targets:\n  bare: {}');
		const parsed = parse(text);
		assert.deepEqual(parsed.kind === 'runbook' && parsed.warnings.map(({what}) => what), ["The target bare has no `host`, so this task can't run there"]);
	});

	test('what is no expression says where it breaks', () => {
		for (const expression of ['inputs.version ==', 'inputs..version', "'open", '1 +', 'inputs[version]', 'nothing(1)', '', '{}'])
			assert.match(problem(`{id: a, run: [a, "\${{ ${expression} }}"]}`).what, /This is no expression|There is nothing called/, expression);
		assert.match(problem("{id: a, run: [a, '${{ inputs.version']}").what, /`\$\{\{` has no `\}\}`/);
	});
});

describe('a secret', () => {
	test('reaches a task by its environment, and nowhere else', () => {
		runbookOf(textWith(["{id: a, run: a, env: {TOKEN: '${{ inputs.token }}'}}", "{id: b, run: b, junit: r.xml, env: {TOKEN: '${{ inputs.token }}'}}"], inputs));
		for (const task of ["{id: a, run: [a, '${{ inputs.token }}']}", "{id: a, script: a.mjs, args: ['${{ inputs.token }}']}", "{id: a, confirm: '${{ inputs.token }}'}", "{id: a, run: [a], if: inputs.token == 'x'}", "{id: a, uses: smoke/http, with: {url: 'https://x/${{ inputs.token }}'}}"])
			assert.match(problem(task).what, /`token` is a secret, and a secret reaches a task by `env` alone/, task);
		assert.match(problem("{id: a, run: a, env: {TOKEN: \"${{ format('Bearer {0}', inputs.token) }}\"}}").what, /can't be part of a calculation/);
	});
});

describe('a value', () => {
	const text = (value: string): string => textWith([`{id: a, run: [a, "${value}"]}`], inputs);
	const bound = (value: string, given = {}): unknown => {
		const task = taskIn(planOf(text(value), {inputs: {version: "2.9'x", count: 3, dry: true, ...given}}), 'a', 'run');
		return task.run[1];
	};

	test('is put in as it is, whatever quotes and signs it has', () => {
		assert.equal(bound('v${{ inputs.version }}-${{ inputs.count }}'), "v2.9'x-3");
		assert.equal(bound('${{ inputs.version }}', {version: '$(rm -rf /); `id` && "x"'}), '$(rm -rf /); `id` && "x"');
		assert.equal(bound("${{ inputs.dry && 'dry' || 'real' }}"), 'dry');
		assert.equal(bound("${{ format('{0}/{1}', inputs.version, inputs.count) }}"), "2.9'x/3");
	});

	test('what is known later stays, with the rest put in', () => {
		const plan = planOf(textWith(['{id: first, run: [first]}', "{id: a, run: [a, \"${{ format('{0}-{1}', inputs.version, tasks.first.outputs.x) }}\"]}"], inputs), {inputs: {version: "it's"}});
		const task = taskIn(plan, 'a', 'run');
		assert.match(String(task.run[1]), /^\$\{\{ format\('\{0\}-\{1\}', fromJSON\('"it\\u0027s"'\), tasks\.first\.outputs\.x\) \}\}$/);
	});

	test('that holds an expression itself is refused', () => {
		const text_ = text('${{ inputs.version }}');
		assert.throws(() => planOf(text_, {inputs: {version: '${{ inputs.token }}'}}), /text without \$\{\{/);
	});

	test('keeps its type in settings, and one that was not given leaves its key out', () => {
		const text_ = textWith(["{id: a, uses: smoke/http, with: {url: https://x, retries: '${{ inputs.count }}', body: '${{ inputs.version }}'}}"], inputs);
		assert.deepEqual(taskIn(planOf(text_, {inputs: {count: '3'}}), 'a', 'uses').with, {url: 'https://x', retries: 3});
	});
});
