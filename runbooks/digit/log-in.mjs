// Logs a user in as the web interface does, and looks at what comes back. In: the address, the user; the password by the environment.
import {appendFileSync} from 'node:fs';

const [address, user] = argv._;
const answer = await fetch(`${address}/user/oauth/token`, {
	method: 'POST',
	// The public client of DIGIT's interface; it has no password.
	headers: {Authorization: `Basic ${Buffer.from('egov-user-client:').toString('base64')}`},
	body: new URLSearchParams({grant_type: 'password', scope: 'read', tenantId: process.env.SMOKE_TENANT ?? 'pg', userType: 'EMPLOYEE', username: user, password: process.env.SMOKE_PASSWORD ?? ''}),
	signal: AbortSignal.timeout(20_000),
});
const body = await answer.json().catch(() => ({}));
if (!answer.ok || body.access_token === undefined) {
	console.error(`The log-in of ${user} failed: status ${answer.status} ${body.error_description ?? body.error ?? ''}`.trim());
	process.exit(1);
}

console.log(`${user} is logged in with ${body.UserRequest?.roles?.length ?? 0} roles.`);
appendFileSync(process.env.SLIPWAY_OUTPUT, `tenant=${body.UserRequest?.tenantId ?? ''}\n`);
