import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bundle, check, findingsOf, said, service, verdictOf, workload} from './checking.ts';

test('a command that hides a crash is a warning', () => {
	for (const command of ['[sh, -c, "app || true"]', '[bash, -ec, "while true; do app; done"]', '[supervisord, -n]', '[/usr/bin/pm2-runtime, app.js]', '[sh, -c, "exec forever app.js"]'])
		assert.deepEqual(said('crash-on-fatal', workload(`command: ${command}`)), ['warn hides-crash Deployment/web web'], command);
	assert.deepEqual(said('crash-on-fatal', workload('command: [app, --forever]')), []);
	assert.equal(verdictOf('crash-on-fatal', workload('command: [app]')), 'attest');
});

test('a readiness probe that asks something else fails', () => {
	const flags = (probe: string, image = 'ghcr.io/acme/web:1'): readonly string[] => said('readiness-independent', workload(`readinessProbe: {${probe}}`).replace('ghcr.io/acme/web:1.4.2', image)).map(line => line.split(' ')[1] ?? '');
	assert.deepEqual(flags('httpGet: {host: db.internal, port: 80}'), ['asks-other-host']);
	assert.deepEqual(flags('tcpSocket: {host: 10.0.0.1, port: 5432}'), ['asks-other-host']);
	assert.deepEqual(flags('httpGet: {host: 127.0.0.1, port: 80}'), []);
	for (const command of ['[pg_isready, -h, db]', '[sh, -c, "mysqladmin ping -h db"]', '[/usr/bin/redis-cli, -h, cache, ping]', '[curl, -f, "http://other/health"]', '[sh, -c, "wget -qO- http://user:8080/health"]', '[psql, -c, "select 1"]', '[sh, -c, "nc -z db 5432"]', '[curl, "backend.svc:8080/x"]'])
		assert.deepEqual(flags(`exec: {command: ${command}}`), ['asks-dependency'], command);
	for (const command of ['[curl, -f, "http://localhost:8080/health"]', '[sh, -c, "curl -sf -o /dev/null http://127.0.0.1:8080/"]', '[cat, /tmp/ready]', '[sh, -c, "wget -q -O /dev/null http://localhost:80/"]', '[curl, -H, "X: y.z", "localhost:9000/ready"]', '[/bin/grpc_health_probe, "-addr=:50051"]'])
		assert.deepEqual(flags(`exec: {command: ${command}}`), [], command);
});

test('a database may ask itself whether it is ready', () => {
	const database = (command: string): readonly string[] => said('readiness-independent', workload(`readinessProbe: {exec: {command: ${command}}}`, {kind: 'StatefulSet'}).replace('ghcr.io/acme/web:1.4.2', 'docker.io/library/postgres:15'));
	assert.deepEqual(database('[pg_isready, -U, postgres]'), []);
	assert.deepEqual(database('[pg_isready, -h, 127.0.0.1]'), []);
	assert.deepEqual(database('[pg_isready, -h, primary]'), ['fail asks-dependency StatefulSet/web web']);
});

test('an init container that waits for a dependency is a warning; one that migrates is not', () => {
	const init = (command: string, image = 'busybox:1'): readonly string[] => said('retry-dependencies', workload('', {pod: `initContainers: [{name: i, image: "${image}", command: ${command}}]`}));
	for (const command of ['[sh, -c, "until nslookup db; do sleep 2; done"]', '[sh, -c, "until pg_isready -h db; do sleep 1; done"]', '[sh, -c, "while ! nc -z db 1; do sleep 1; done"]', '[wait-for-it.sh, "db:5432"]', '[dockerize, -wait, "tcp://db:5432"]', '[nc, -vz, db, "1"]'])
		assert.deepEqual(init(command), ['warn waits-for-dependency Deployment/web i'], command);
	assert.deepEqual(init('[]', 'groundnuty/k8s-wait-for:v2'), ['warn waits-for-dependency Deployment/web i']);
	assert.deepEqual(init('[flyway, migrate]'), []);
	assert.deepEqual(init('[sh, -c, "chown -R 1000 /data"]'), []);
});

test('no grace, or less grace than the preStop wait, fails', () => {
	assert.deepEqual(said('sigterm-graceful', workload('', {pod: 'terminationGracePeriodSeconds: 0'})), ['fail no-grace Deployment/web']);
	assert.deepEqual(said('sigterm-graceful', workload('lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 45"]}}}')), ['fail prestop-outlasts-grace Deployment/web web']);
	assert.deepEqual(said('sigterm-graceful', workload('lifecycle: {preStop: {sleep: {seconds: 45}}}')), ['fail prestop-outlasts-grace Deployment/web web']);
	assert.deepEqual(said('sigterm-graceful', workload('lifecycle: {preStop: {exec: {command: [/bin/sleep, "10"]}}}')), []);
	assert.deepEqual(said('sigterm-graceful', workload('lifecycle: {preStop: {sleep: {seconds: 45}}}', {pod: 'terminationGracePeriodSeconds: 60'})), []);
});

test('a preStop that waits is a good sign, and still a question', () => {
	const web = (more: string): readonly string[] => findingsOf('serve-during-grace', bundle(workload(`ports: [{containerPort: 8080}]${more}`), service())).map(({code, verdict}) => `${verdict} ${code}`);
	assert.deepEqual(web(', lifecycle: {preStop: {sleep: {seconds: 5}}}'), ['attest prestop-waits', 'attest ask']);
	assert.deepEqual(web(''), ['attest no-prestop', 'attest ask']);
});

test('a shell in front of the app gets SIGTERM unless its last command is exec', () => {
	const shell = (command: string): readonly string[] => said('cmd-forwards-sigterm', workload(`command: ${command}`));
	assert.deepEqual(shell('[sh, -c, "java -jar app.jar"]'), ['warn shell-in-front Deployment/web web']);
	assert.deepEqual(shell('[/bin/bash, -c, "set -e\\nprepare\\nexec java -jar app.jar"]'), []);
	assert.deepEqual(shell('[sh, -c, "prepare && A=1 exec app"]'), []);
	assert.deepEqual(shell('[sh, -c, "if x; then exec a; else exec b; fi"]'), []);
	assert.deepEqual(shell('[app, -c, config.yaml]'), []);
	assert.deepEqual(said('cmd-forwards-sigterm', workload('command: [sh, -c], args: ["app"]')), ['warn shell-in-front Deployment/web web']);
	assert.deepEqual(said('cmd-forwards-sigterm', workload('', {pod: 'shareProcessNamespace: true'})), ['attest shared-processes Deployment/web']);
});

test('a Dockerfile in shell form fails; the last instruction counts', () => {
	const docker = (text: string): readonly string[] => check('', {dockerfiles: [{name: 'Dockerfile', text}], only: new Set(['cmd-forwards-sigterm'])}).items.flatMap(({findings}) => findings).map(({code}) => code);
	assert.deepEqual(docker('FROM a\nCMD java -jar app.jar\n'), ['dockerfile-shell-form']);
	assert.deepEqual(docker('FROM a\nENTRYPOINT ["java", "-jar", "app.jar"]\nCMD ["--x"]\n'), []);
	assert.deepEqual(docker('FROM a\nCMD java\nFROM b\nCMD ["app"]\n'), []);
	assert.deepEqual(docker('FROM a\nCMD ["sh", "-c", "app"]\n'), ['dockerfile-shell-form']);
	assert.deepEqual(docker('FROM a\nCMD exec app\n'), []);
});

test('log files are warned about, and paths that only sound like logs are not', () => {
	const mount = (path: string): readonly string[] => said('logs-to-stdout', workload(`volumeMounts: [{name: a, mountPath: ${path}}]`));
	for (const path of ['/var/log', '/app/logs', '/opt/app-logs/x']) assert.deepEqual(mount(path), ['warn log-volume Deployment/web web'], path);
	for (const path of ['/blog', '/catalog', '/login', '/etc/log.xml', '/etc/logback/logback.xml']) assert.deepEqual(mount(path), [], path);
	assert.deepEqual(said('logs-to-stdout', workload('env: [{name: LOGGING_FILE_NAME, value: /x}]')), ['warn log-file-setting Deployment/web web']);
	assert.deepEqual(said('logs-to-stdout', workload('args: ["-Dlogging.file.name=/x"]')), ['warn log-file-setting Deployment/web web']);
	assert.deepEqual(said('logs-to-stdout', workload('volumeMounts: [{name: a, mountPath: /var/log}]', {kind: 'DaemonSet'})), []);
});
