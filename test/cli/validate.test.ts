import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import {init} from '../../source/cli/init.ts';
import {schema} from '../../source/cli/schema.ts';
import {validate} from '../../source/cli/validate.ts';
import {textWith} from '../runbook/a-runbook.ts';
import {runCommand} from './a-terminal-less-io.ts';

const cwd = mkdtempSync(join(tmpdir(), 'slipway-validate-'));
after(() => rmSync(cwd, {recursive: true}));

const write = (name: string, content: string | Uint8Array): string => {
	writeFileSync(join(cwd, name), content);
	return name;
};

describe('slipway validate', () => {
	test('a good runbook: what it has, exit status 0', async () => {
		assert.deepEqual(await runCommand(validate, [write('good.yaml', textWith(['{id: a, confirm: A}', '{id: b, run: [b]}']))], {cwd}), {status: 0, out: '✓ good.yaml: 1 step, 2 tasks, 1 target\n', err: ''});
	});

	test('a wrong one: every problem with its place and caret, exit status 1', async () => {
		const {status, out} = await runCommand(validate, [write('wrong.yaml', textWith(['{id: a, confrim: A}', '{id: a, run: [b], timeout: 30}']))], {cwd});
		assert.equal(status, 1);
		assert.equal(
			out,
			[
				'wrong.yaml:9:17: The task `a` has nothing to do: expected one of uses, run, script, confirm, window or approval, found `confrim`',
				'    9 |       - {id: a, confrim: A}',
				'      |                 ^^^^^^^',
				'  Did you mean `confirm`?',
				'',
				'wrong.yaml:10:14: Another task has the id `a`, in line 9: expected each id once',
				'   10 |       - {id: a, run: [b], timeout: 30}',
				'      |              ^',
				'',
				'wrong.yaml:10:36: `timeout` is not right: expected a duration with its unit, such as 30s, 10m or 1d 12h, found 30',
				'   10 |       - {id: a, run: [b], timeout: 30}',
				'      |                                    ^^',
				'',
				'✗ wrong.yaml: 3 problems',
				'',
			].join('\n'),
		);
	});

	test('warnings are called so, and do not fail', async () => {
		const {status, out} = await runCommand(validate, [write('warned.yaml', textWith(['{id: a, confirm: A}'], 'inputs: {unused: {}}'))], {cwd});
		assert.equal(status, 0);
		assert.match(out, /^warned\.yaml:4:10: warning: No task uses the input `unused`\n[\s\S]*✓ warned\.yaml: 1 step, 1 task, 1 target, 1 warning\n$/);
	});

	test('the calendars of its windows are read, and what is wrong with them is said with both lines', async () => {
		const text = textWith(["{id: window, window: {timezone: Asia/Kolkata, allow: ['daily 00:00-24:00'], freezes: [gone.ics, days.ics, cut.ics]}}"]);
		write('days.ics', ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270126', 'END:VEVENT', 'BEGIN:VEVENT', 'SUMMARY:Audit', 'DTSTART;TZID=India Standard Time:20270101T230000', 'END:VEVENT', 'BEGIN:VEVENT', 'SUMMARY:Year end', 'DTSTART;VALUE=DATE:20270230', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'));
		write('cut.ics', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART\n');
		const {status, out} = await runCommand(validate, [write('calendars.yaml', text)], {cwd});
		assert.equal(status, 1);
		assert.deepEqual(out.split('\n').filter(line => line.startsWith('calendars.yaml')), [
			'calendars.yaml:9:95: gone.ics: There is no such file',
			'calendars.yaml:9:105: days.ics:5: The event "Audit" names the zone "India Standard Time", which is not known; Asia/Kolkata is',
			'calendars.yaml:9:105: days.ics:9: The event "Year end" has no days that can be read (2027-02-30 is no date)',
			'calendars.yaml:9:115: cut.ics:3: It is no iCalendar file (invalid line (no token ";" or ":") "DTSTART")',
		]);
		assert.match(out, /✗ calendars\.yaml: 4 problems\n$/);
		write('gone.ics', 'BEGIN:VCALENDAR\nEND:VCALENDAR\n');
		assert.equal((await runCommand(validate, [write('calendars.yaml', text.replace(', days.ics, cut.ics', ''))], {cwd})).status, 0);
	});

	test('of several files the worst counts, and all are looked at', async () => {
		const {status, out, err} = await runCommand(validate, ['good.yaml', 'missing.yaml', 'wrong.yaml'], {cwd});
		assert.equal(status, 2);
		assert.match(out, /✓ good\.yaml[\s\S]*✗ wrong\.yaml/);
		assert.match(err, /missing\.yaml can't be read\.\n {2}There is no such file\./);
	});

	test('a folder, a huge file and bytes that are no text are told apart', async () => {
		mkdirSync(join(cwd, 'folder'));
		assert.match((await runCommand(validate, ['folder'], {cwd})).err, /It is a folder/);
		assert.match((await runCommand(validate, [write('huge.yaml', Buffer.alloc(5 * 1024 * 1024, 'a'))], {cwd})).out, /The file is too large: expected at most 1 MiB/);
		assert.match((await runCommand(validate, [write('latin.yaml', Buffer.from([0x6E, 0xE4, 0x0A]))], {cwd})).out, /latin\.yaml:1:2: Here the file is not UTF-8/);
	});

	test('what a runbook hides does not reach the terminal', async () => {
		const {status, out} = await runCommand(validate, [write('hidden.yaml', textWith(['{id: a, confirm: "\u001B]0;x\u0007\u202E"}']))], {cwd});
		assert.equal(status, 1);
		// oxlint-disable-next-line no-control-regex -- finding them is the purpose
		assert.ok(!/[\u001B\u0007\u202E]/.test(out));
	});
});

describe('slipway init', () => {
	test('writes a runbook that is right, says what to do next, and never overwrites', async () => {
		const {status, out} = await runCommand(init, [], {cwd});
		assert.equal(status, 0);
		assert.match(out, /^Wrote release\.runbook\.yaml\.\n[\s\S]*slipway validate release\.runbook\.yaml[\s\S]*slipway plan release\.runbook\.yaml --target uat/);
		assert.equal((await runCommand(validate, ['release.runbook.yaml'], {cwd})).status, 0);
		write('release.runbook.yaml', 'mine\n');
		await assert.rejects(runCommand(init, [], {cwd}), {code: 'init-refused', why: 'It is there already, and nothing is overwritten.'});
		assert.match((await runCommand(validate, ['release.runbook.yaml'], {cwd})).out, /mine/);
	});

	test('a folder that is not there is not made', async () => {
		await assert.rejects(runCommand(init, ['nowhere/release.yaml'], {cwd}), {code: 'init-refused', why: 'Its folder is not there.'});
	});

	test('a name with a space is quoted in what to do next', async () => {
		assert.match((await runCommand(init, ['my release.yaml'], {cwd})).out, /slipway validate 'my release\.yaml'/);
	});
});

describe('slipway schema', () => {
	test('prints the schema as JSON', async () => {
		const {status, out} = await runCommand(schema, [], {cwd});
		assert.equal(status, 0);
		assert.equal((JSON.parse(out) as {$schema: string}).$schema, 'https://json-schema.org/draft/2020-12/schema');
	});
});
