import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {test} from 'node:test';

import {startNotifying} from '../../source/cli/start-notifying.ts';
import {aPlan, ARun, noon} from '../run/a-run.ts';

test('a window that closes while something is being changed is posted at that moment', async context => {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-closing-'));
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (text: Buffer) => (body += text.toString()));
		request.on('end', () => {
			response.end();
			server.emit('said', (JSON.parse(body) as {text: string}).text);
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	context.after(() => {
		server.close();
		rmSync(folder, {recursive: true, force: true});
		process.env['XDG_CONFIG_HOME'] = before;
		if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
	});
	const before = process.env['XDG_CONFIG_HOME'];
	process.env['XDG_CONFIG_HOME'] = folder;
	mkdirSync(join(folder, 'slipway'));
	writeFileSync(join(folder, 'slipway/config.json'), JSON.stringify({notify: {webhook: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`}}));

	context.mock.timers.enable({apis: ['setTimeout', 'Date'], now: noon.getTime()});
	const run = new ARun(aPlan([{id: 'window', kind: 'window', window: {timezone: 'UTC', allow: ['Mon-Sun 10:00-12:01'], freezes: []}}, {id: 'upgrade', name: 'Upgrade user', kind: 'run'}])).effect('upgrade', 'changes');
	let tell = (): void => {};
	const stop = startNotifying({snapshot: () => run.state, subscribe: listener => ((tell = listener), () => {})}, {isTerminal: false, env: {}});
	run.send({kind: 'confirm', task: 'window', answer: 'yes'}).send({kind: 'start', task: 'upgrade'});
	tell();
	const said = once(server, 'said');
	context.mock.timers.tick(60_000);
	assert.deepEqual(await said, ['Release a service: uat\nThe window closed at 12:01 in UTC while Upgrade user runs. It goes on; nothing else is begun.']);
	stop();
});
