import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {formatRunbookProblem} from '../../source/runbook/runbook-problem.ts';
import {marked, onlyProblem, parse, problemsOf, runbookOf, textWith} from './a-runbook.ts';

const preview = '{id: preview, uses: helm/preview, with: {release: user, chart: ./charts/user}}';

describe('a good runbook', () => {
	test('every kind of task is read, with its defaults and its units', () => {
		const {steps} = runbookOf(
			textWith([
				preview,
				'{id: shell, run: make test, timeout: 1h 30m, retry: 2, idempotent: true, required: false, env: {LEVEL: 3, DRY: true}}',
				'{id: argv, run: [make, test, 4], effect: reads, cwd: sub}',
				'{id: script, script: ./smoke.mjs, args: [a, 1]}',
				'{id: ask, confirm: {text: Is it well?, person: true}}',
				"{id: window, window: {timezone: Asia/Kolkata, allow: ['Mon-Thu 10:00-17:00', 'daily 22:00-02:00'], freezes: [holidays.ics, {from: 2026-12-24, to: 2027-01-02, reason: Christmas}]}}",
				'{id: second-person, approval: {by: 1, max-age: 4h}, if: target.protected}',
			]),
		);
		const tasks = steps[0]?.tasks ?? [];
		assert.deepEqual(tasks.map(({id, kind, name}) => [id, kind, name]), [
			['preview', 'uses', 'Preview'],
			['shell', 'run', 'Shell'],
			['argv', 'run', 'Argv'],
			['script', 'script', 'Script'],
			['ask', 'confirm', 'Is it well?'],
			['window', 'window', 'Window'],
			['second-person', 'approval', 'Second person'],
		]);
		assert.deepEqual(tasks[1], {id: 'shell', name: 'Shell', kind: 'run', run: 'make test', timeoutMs: 5_400_000, retry: 2, idempotent: true, required: false, env: {LEVEL: '3', DRY: 'true'}, effect: 'changes'});
		assert.deepEqual(tasks[2], {id: 'argv', name: 'Argv', kind: 'run', run: ['make', 'test', '4'], retry: 0, idempotent: false, required: true, env: {}, effect: 'reads', cwd: 'sub'});
		assert.deepEqual(tasks[5]?.kind === 'window' && [tasks[5].window.calendars, tasks[5].window.freezes], [['holidays.ics'], [{from: '2026-12-24', to: '2027-01-02', reason: 'Christmas'}]]);
		assert.deepEqual(tasks[6]?.kind === 'approval' && tasks[6].approval, {by: 1, maxAgeMs: 14_400_000});
	});

	test('keys of a target that are not its own are its variables', () => {
		const {targets} = runbookOf(textWith(['{id: a, confirm: A}']));
		assert.deepEqual(targets['uat'], {kubeconfig: '/etc/kube', context: 'uat', namespace: 'egov', protected: false, variables: {host: 'uat.example.org'}});
	});

	test('a run with a report is short for test/command', () => {
		const [task] = runbookOf(textWith(['{id: tests, run: npm test, junit: report.xml, timeout: 5m, env: {A: b}}'])).steps[0]?.tasks ?? [];
		assert.deepEqual(task, {id: 'tests', name: 'Tests', kind: 'uses', uses: 'test/command', with: {run: 'npm test', junit: 'report.xml', env: {A: 'b'}}, required: true, retry: 0, idempotent: false, timeoutMs: 300_000});
	});

	test('if: may be written with or without its braces', () => {
		const [with_, without] = runbookOf(textWith(["{id: a, confirm: A, if: '${{ target.protected }}'}", '{id: b, confirm: B, if: target.protected}'])).steps[0]?.tasks ?? [];
		assert.equal(with_?.if, 'target.protected');
		assert.equal(without?.if, 'target.protected');
	});

	test('windows line ends, a byte order mark, comments and aliases are fine', () => {
		const text = `\uFEFF# A comment\n${textWith(['{id: a, run: [a], env: &env {LEVEL: high}}', '{id: b, run: [b], env: *env}'])}`;
		const [, second] = runbookOf(text.replaceAll('\n', '\r\n')).steps[0]?.tasks ?? [];
		assert.deepEqual(second?.kind === 'run' && second.env, {LEVEL: 'high'});
	});
});

/** A task, what is marked in it, what is said, what is expected, and the word that was meant. */
const mistakes: readonly (readonly [task: string, mark: string, what: RegExp, expected: RegExp | null, nearest: string | null])[] = [
	['{id: a, run: [a], tiemout: 10m}', 'tiemout', /`tiemout` is not a key of the task `a` \(`run`\)/, /timeout/, 'timeout'],
	['{id: a, runs: make}', 'runs', /The task `a` has nothing to do/, /run/, 'run'],
	['{id: a, uses: helm/upgrad, with: {preview: p}}', 'helm/upgrad', /There is no action `helm\/upgrad`/, /helm\/upgrade/, 'helm/upgrade'],
	['{id: a, uses: helm/preview, with: {release: user, chrat: .}}', 'chrat', /`chrat` is not a key of `with` of helm\/preview/, /chart/, 'chart'],
	['{id: a, run: [a], timeout: 30}', '30', /`timeout` is not right/, /a duration with its unit, such as 30s/, null],
	['{id: a, run: [a], timeout: 10 minutes}', '10 minutes', /`timeout` is not right/, /unit/, null],
	['{id: a, run: [a], timeout: 0s}', '0s', /`timeout` is not right/, /longer than nothing/, null],
	['{id: a, run: [a], retry: many}', 'many', /`retry` is not right/, /a whole number from 0 to 10/, null],
	['{id: a, run: [a], required: yes}', 'yes', /`required` is not right/, /true or false/, null],
	['{id: a, run: [a], effect: read}', 'read', /`effect` is not right/, /`reads` or `changes`/, 'reads'],
	['{id: a, run: []}', '[]', /`run` is not right/, /at least one word/, null],
	['{id: a, run: [a], confirm: b}', 'confirm', /has both `run` and `confirm`/, /one of/, null],
	['{id: Smoke Test, run: [a]}', 'Smoke Test', /`id` is not right/, /small letters/, null],
	['{confirm: a}', 'confirm', /`id` is missing in this task/, /an id/, null],
	['{id: a, run: [a], env: {A-B: c}}', 'A-B', /`A-B` can't be a name here/, /environment variable/, null],
	['{id: a, run: [a], env: {KUBECONFIG: c}}', 'KUBECONFIG', /KUBECONFIG is given to every task by the run's target/, /another name/, null],
	['{id: a, confirm: {text: b, who: true}}', 'who', /`who` is not a key of `confirm`/, /person/, null],
	['{id: a, approval: {by: 0}}', '0', /`by` is not right/, /at least 1|from 1 to 9/, null],
	['{id: a, window: {timezone: Asia/Kolkatta, allow: [daily 10:00-11:00]}}', 'Asia/Kolkatta', /`timezone` is not right/, /a time zone such as/, null],
	['{id: a, window: {timezone: UTC, allow: [Monday 10-11]}}', 'Monday 10-11', /`allow\[0\]` is not right/, /Mon-Thu 10:00-17:00/, null],
	['{id: a, window: {timezone: UTC, allow: [daily 10:00-10:00]}}', 'daily 10:00-10:00', /is not right/, /an end that differs/, null],
	['{id: a, window: {timezone: UTC, allow: [daily 10:00-11:00], freezes: [{from: 2026-02-30, to: 2026-03-01, reason: x}]}}', '2026-02-30', /`from` is not right/, /a date such as/, null],
	['{id: a, uses: helm/upgrade, with: {preview: 7}}', '7', /`preview` is not right/, /text/, null],
	['{id: a, confirm: {text: Read, shows: dumb}}', 'dumb', /`dumb` is no earlier action/, /an action before this question/, null],
	['{id: a, uses: helm/upgrade, with: {preview: nothing}}', 'nothing', /`nothing` is no earlier task that uses helm\/preview/, /a task that uses helm\/preview before this one/, null],
	['{id: a, uses: smoke/http, with: {url: ftp://x}}', 'ftp://x', /`url` is not right/, /http or https/, null],
	['{id: a, uses: smoke/http, with: {url: https://me:pw@x}}', 'https://me:pw@x', /`url` is not right: a password does not belong into an address/, null, null],
	['{id: a, uses: smoke/http, with: {url: https://x, expect: {status: 99}}}', '99', /`status` is not right/, /at least 100|a status: 200 or 2xx/, null],
	['{id: a, uses: helm/preview, with: {release: My Release, chart: .}}', 'My Release', /`release` is not right/, /^a release name of Helm: small letters/, null],
	['{id: a, uses: kubernetes/checklist, with: {fail-on: wran}}', 'wran', /`fail-on` is not right/, /`fail`, `warn`/, 'warn'],
	['{id: a, uses: smoke/http, with: {expect: {status: 200}}}', 'expect', /`with` of smoke\/http is not right/, /either `url` or `checks`/, null],
	['just text', 'just text', /This is no task/, /keys such as/, null],
	['{id: a, run: make test, junit: r.xml, cwdd: x}', 'cwdd', /`cwdd` is not a key/, /cwd/, 'cwd'],
];

describe('a mistake in a task is shown at its place', () => {
	for (const [task, mark, what, expected, nearest] of mistakes) {
		test(task, () => {
			const problem = onlyProblem(textWith([task]));
			assert.match(problem.what, what);
			assert.equal(problem.line, 9);
			assert.ok(marked(problem).startsWith(mark), `${marked(problem)} is marked`);
			if (expected === null) assert.equal(problem.expected, null);
			else assert.match(problem.expected ?? '', expected);
			assert.equal(problem.nearest, nearest);
		});
	}
});

describe('mistakes of the whole', () => {
	test('all are given at once, in the order of the file', () => {
		const problems = problemsOf(textWith(['{id: a, run: [a], tiemout: 3}', '{id: a, confirm: b}', "{id: c, confirm: 'Is ${{ inputs.versoin }} right?'}", '{id: d, uses: helm/upgrade, with: {preview: previw}}'], 'inputs: {version: {}, count: {type: choice}}'));
		assert.deepEqual(problems.map(({line, what}) => [line, what]), [
			[4, 'The choice `count` has no `options`'],
			[9, '`tiemout` is not a key of the task `a` (`run`)'],
			[10, 'Another task has the id `a`, in line 9'],
			[11, 'There is no input `versoin`'],
			[12, '`previw` is no earlier task that uses helm/preview'],
		]);
	});

	test('a step needs its own id', () => {
		const text = `${textWith(['{id: a, confirm: a}'])}  - {id: only, name: Again, tasks: [{id: b, confirm: b}]}\n`;
		assert.match(onlyProblem(text).what, /Another step has the id `only`, in line 6/);
	});

	test('a key twice, whether of YAML or of a name', () => {
		assert.match(onlyProblem(textWith(['{id: a, run: [a], timeout: 1m, timeout: 2m}'])).what, /The key `timeout` stands twice/);
		const problem = onlyProblem(`name: A\ntargets: {uat: {}}\nname: B\nsteps: []\n`);
		assert.deepEqual([problem.line, problem.what], [3, 'The key `name` stands twice in one place']);
	});

	test('what is missing is said where it belongs', () => {
		assert.deepEqual(problemsOf('name: A\n').map(({what}) => what), ['`targets` is missing in the runbook', '`steps` is missing in the runbook']);
		assert.match(onlyProblem('name: A\ntargets: {}\nsteps: [{id: s, name: S, tasks: [{id: a, confirm: A}]}]\n').expected ?? '', /at least one target/);
		assert.match(onlyProblem('name: A\ntargets: {uat: {}}\nsteps: []\n').expected ?? '', /at least one step/);
		assert.match(onlyProblem('').what, /The file is empty/);
		assert.match(onlyProblem('just text').expected ?? '', /a runbook/);
	});

	test('a key of a target that is nearly one of its own is refused, one that is another is a variable', () => {
		const problem = onlyProblem(textWith(['{id: a, confirm: A}']).replace('context: uat', 'contxt: uat'));
		assert.deepEqual([problem.nearest, marked(problem)], ['context', 'contxt']);
		assert.match(onlyProblem(textWith(['{id: a, confirm: A}']).replace('host:', 'name:')).what, /`name` is what the target is called already/);
	});

	test('a database address that could be read in two ways is refused; a password in one is warned of', () => {
		const withDatabase = (address: string): string => textWith(['{id: a, confirm: A}']).replace('host:', `database: '${address}', host:`);
		assert.match(onlyProblem(withDatabase('postgresql://me:p@ss@db/x')).what, /This is no address of a database/);
		assert.match(onlyProblem(withDatabase('postgresql://me@db')).expected ?? '', /the name of a database/);
		assert.match(onlyProblem(withDatabase('postgresql://me@db/x?p%61ssword=y')).expected ?? '', /without percent signs/);
		const parsed = parse(withDatabase('postgresql://me:secret@db/x'));
		assert.deepEqual(parsed.kind === 'runbook' && parsed.warnings.map(({what}) => what), ['A password stands in the runbook']);
	});

	test('inputs have to fit themselves', () => {
		const inputs: readonly (readonly [string, RegExp])[] = [
			['{default: 2.9}', /The default of `v` does not fit it/],
			['{type: number, default: many}', /The default of `v` does not fit it/],
			['{type: choice, options: [a, b], default: c}', /The default of `v` does not fit it/],
			['{type: secret, default: hunter2}', /The secret `v` would stand in the runbook for everybody/],
			["{pattern: '['}", /The pattern is no regular expression/],
			['{type: number, pattern: x}', /`pattern` is for a string/],
			['{options: [a]}', /`options` is for a choice/],
			["{default: '${{ target.name }}'}", /can't stand in `inputs.v`/],
		];
		for (const [input, what] of inputs) assert.match(onlyProblem(textWith(["{id: a, run: [a], env: {V: '${{ inputs.v }}'}}"], `inputs: {v: ${input}}`)).what, what, input);
	});

	test('what is allowed and seldom meant is a warning', () => {
		const parsed = parse(textWith(['{id: tests, run: make test}', '{id: dump, uses: postgres/backup}', '{id: late, run: make clean}'], 'inputs: {unused: {}}'));
		assert.deepEqual(parsed.kind === 'runbook' && parsed.warnings.map(({line, what}) => [line, what]), [
			[4, 'No task uses the input `unused`'],
			[9, '`tests` may change things, and it stands before the backup `dump`'],
		]);
	});

	test('a database that no task backs up before something changes is a warning', () => {
		const warnings = (...tasks: readonly string[]): readonly string[] => {
			const parsed = parse(textWith(tasks).replace('uat: {', 'uat: {database: {env: URL}, '));
			return parsed.kind === 'runbook' ? parsed.warnings.map(({what}) => what) : ['no runbook'];
		};
		assert.deepEqual(warnings('{id: migrate, run: make migrate}'), ['`migrate` may change things, and no task backs up the database']);
		for (const tasks of [['{id: look, run: make look, effect: reads}'], ['{id: dump, uses: postgres/backup}', '{id: migrate, run: make migrate}']]) assert.deepEqual(warnings(...tasks), [], tasks.join());
	});

	test('a pipeline that sh would hide a failure of is refused, until somebody says how it is meant', () => {
		const what = (task: string): readonly string[] => {
			const parsed = parse(textWith([task]));
			return parsed.kind === 'runbook' ? [] : parsed.problems.map(problem => problem.what);
		};
		const refused = ['In `sh` a pipeline succeeds when its last command does, whatever became of the others'];
		for (const run of ['pg_dump x | gzip > y', 'a || b | c', 'a|b', "echo 'x' | cat", 'make x\\n# why\\nmake y | tee z']) assert.deepEqual(what(`{id: a, run: "${run}"}`), refused, run);
		for (const run of ['a || b', "echo 'a | b'", 'echo \\"a | b\\"', 'a >| b', 'make # a | b', 'echo a\\\\|b']) assert.deepEqual(what(`{id: a, run: "${run}"}`), [], run);
		for (const shell of ['sh', 'bash']) assert.deepEqual(what(`{id: a, run: a | b, shell: ${shell}}`), []);
		assert.deepEqual(what('{id: a, run: make x, rollback: a | b}'), refused);
		assert.deepEqual(what('{id: a, uses: test/command, with: {run: npm test | tee log}}'), refused);
		assert.deepEqual(what('{id: a, run: [echo, "a | b"]}'), []);
	});
});

describe('a problem in words', () => {
	test('has file, line, column, the line, a caret and the word that was meant', () => {
		assert.equal(
			formatRunbookProblem(onlyProblem('name: A\ntargets: {uat: {}}\nsteps:\n  - id: s\n    name: S\n    tasks:\n      - id: a\n        tiemout: 3m\n        confirm: A\n')),
			[
				'release.yaml:8:9: `tiemout` is not a key of the task `a` (`confirm`): expected id, name, about, if, required or confirm',
				'    8 |         tiemout: 3m',
				'      |         ^^^^^^^',
			].join('\n'),
		);
	});

	test('a long line is cut around the place, and the caret stays under it', () => {
		const [head = '', line = '', caret = '', hint] = formatRunbookProblem(onlyProblem(textWith([`{id: a, name: ${'x'.repeat(200)}, run: [a], tiemout: 3m, about: ${'y'.repeat(200)}}`])), 60).split('\n');
		assert.match(head, /^release\.yaml:9:\d+: /);
		assert.ok(line.length <= 61 && line.includes('…'), line);
		assert.equal(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1), 'tiemout');
		assert.equal(hint, '  Did you mean `timeout`?');
	});
});
