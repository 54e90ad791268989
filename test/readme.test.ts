import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {test} from 'node:test';

import {actions} from '../source/actions/table.ts';
import {parseRunbook} from '../source/runbook/parse-runbook.ts';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the screens in the README are those of the gallery', () => {
	const frames = [...readme.matchAll(/<!-- screen (\S+) -->\n```\n([\s\S]*?)\n```\n<!-- end -->/g)];
	assert.equal(frames.length, [...readme.matchAll(/<!-- screen/g)].length);
	for (const [, name = '', frame] of frames) {
		const [, kept = ''] = /^== 80x24\n([\s\S]*?)\n(?:\n==|$)/.exec(readFileSync(join(root, `test/golden/${name}.txt`), 'utf8')) ?? [];
		assert.equal(frame?.trimEnd(), kept.trimEnd(), `${name}: npm run pictures`);
	}
});

test('the runbook in the README can be run', () => {
	const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
	const parsed = parseRunbook(yaml, {fileName: 'README.md', actions: Object.values(actions)});
	assert.deepEqual(parsed.kind === 'problems' ? parsed.problems : [], []);
});

test('every file that the README names is there, and every command too', () => {
	for (const [, path = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) assert.ok(existsSync(join(root, path)), path);
	const commands = readFileSync(join(root, 'source/cli.ts'), 'utf8');
	for (const [, name] of readme.matchAll(/`?slipway ([a-z]+)\b/g)) assert.match(commands, new RegExp(`\\n\\t(${name}): \\{`), name);
});
