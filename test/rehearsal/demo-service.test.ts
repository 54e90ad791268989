import assert from 'node:assert/strict';
import {test} from 'node:test';

import {startDemoService} from '../../source/rehearsal/demo-service.ts';

test('the service answers for the image that is ready', async t => {
	const live: {image: string | null} = {image: 'registry.example:5000/demo:1.4.0'};
	const service = await startDemoService(() => live.image);
	t.after(service.close);
	const ask = async (path: string): Promise<readonly [number, string]> => {
		const response = await fetch(`${service.url}${path}`);
		return [response.status, await response.text()];
	};
	assert.deepEqual(await ask('/version'), [200, '{"version":"1.4.0"}']);
	assert.equal((await ask('/healthz'))[0], 200);
	assert.equal((await ask('/employee/login'))[0], 200);
	assert.equal((await ask('/nothing'))[0], 404);
	live.image = 'registry.example/demo:1.5.0-smoke@sha256:00';
	assert.deepEqual(await ask('/version'), [200, '{"version":"1.5.0-smoke"}']);
	assert.equal((await ask('/employee/login'))[0], 500);
	live.image = null;
	assert.equal((await ask('/healthz'))[0], 503);
});
