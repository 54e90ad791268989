import assert from 'node:assert/strict';
import {test} from 'node:test';

import {foldCommands} from '../../source/text/fold-commands.ts';

const place = ['--kubeconfig', '/home/op-a/.kube/config', '--namespace', 'egov'];
const helm = '/usr/local/bin/helm';

test('what three commands of a program share is said once, and nothing is lost', () => {
	const commands = [[helm, 'version', '--short'], [helm, 'history', 'user', ...place, '--output', 'json'], [helm, 'get', 'values', 'user', ...place], [helm, 'status', 'user', ...place, '--output', 'json'], [helm, 'list', ...place], ['/usr/bin/git', 'status']];
	const {legends, commands: shown} = foldCommands(commands);
	assert.deepEqual(legends, [{name: 'helm', path: helm, words: place}]);
	assert.deepEqual(shown, [['helm', 'version', '--short'], ['helm', 'history', 'user', '…', '--output', 'json'], ['helm', 'get', 'values', 'user', '…'], ['helm', 'status', 'user', '…', '--output', 'json'], ['helm', 'list', '…'], ['/usr/bin/git', 'status']]);
	const unfolded = shown.map(([name = '', ...words]) => [legends.find(legend => legend.name === name)?.path ?? name, ...words.flatMap(word => (word === '…' ? place : [word]))]);
	assert.deepEqual(unfolded, commands);
});

test('a command that has only a part of what is shared keeps it in full', () => {
	const other = [helm, 'list', '--namespace', 'egov'];
	assert.deepEqual(foldCommands([...[1, 2, 3].map(revision => [helm, 'get', String(revision), ...place]), other]).commands.at(-1), ['helm', 'list', '--namespace', 'egov']);
});

test('two commands are shown as they are, and two programs of one name keep their paths', () => {
	const two = [[helm, 'status', ...place], [helm, 'history', ...place]];
	assert.deepEqual(foldCommands(two), {legends: [], commands: two});
	const others = [1, 2, 3].flatMap(() => [[helm, 'version'], ['/opt/helm', 'version']]);
	assert.deepEqual(foldCommands(others).legends.map(({name}) => name), [helm, '/opt/helm']);
});

test('the words that all commands of a program begin with are said once', () => {
	const start = ['exec', '--stdin', '--context', 'prod', 'playground-0', '--', 'env', 'LC_MESSAGES=C'];
	const commands = [[helm, ...start, 'pg_dump', '--version'], [helm, ...start, 'psql', '--file=-'], [helm, ...start]];
	const {legends, commands: shown} = foldCommands(commands);
	assert.deepEqual(legends, [{name: 'helm', path: helm, words: start}]);
	assert.deepEqual(shown, [['helm', '…', 'pg_dump', '--version'], ['helm', '…', 'psql', '--file=-'], ['helm', '…']]);
});

test('what could not be unfolded again is not folded', () => {
	const twice = [helm, 'list', ...place, '--namespace', 'egov'];
	const many = [1, 2, 3].map(revision => [helm, 'get', String(revision), ...place]);
	assert.deepEqual(foldCommands([...many, twice]).commands.at(-1), ['helm', ...twice.slice(1)]);
	const withSign = [...many, [helm, 'get', '…']];
	assert.deepEqual(foldCommands(withSign), {legends: [], commands: withSign});
	assert.deepEqual(foldCommands([...many, ['helm', 'version']]).commands.map(([name]) => name), [helm, helm, helm, 'helm']);
});
