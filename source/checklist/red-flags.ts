import {containerScript, endsInExec, fetchedHosts, preStopSeconds, shellScriptOf} from './command-words.ts';
import {isDatabase} from './health-rules.ts';
import type {Seen} from './item.ts';
import {isOwnHost, probeOf} from './probe.ts';
import {aboutAll, aboutContainer, aboutPod} from './seen.ts';
import {at, isTrue, listAt, numberAt, textAt, textOf} from './values.ts';
import {argvOf, imageBaseName, runningContainers, type Container, type Workload} from './workload.ts';
import type {World} from './world.ts';

/* What only a person can say about an app, and what a manifest betrays about it. Each rule asks once, about the whole bundle. */

const ask = (world: World, question: string): readonly Seen[] => (world.workloads.some(({isLongRunning}) => isLongRunning) ? [aboutAll('ask', question)] : []);

export function* crashOnFatal(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({isLongRunning}) => isLongRunning)) {
		for (const container of runningContainers(workload)) {
			const argv = argvOf(container);
			const script = shellScriptOf(argv) ?? '';
			const keeper = argv.flatMap(word => word.split(/\s+/)).find(word => /(^|\/)(supervisord|pm2|pm2-runtime|forever|nodemon)$/.test(word));
			const hides = keeper ?? /\|\|\s*true\b|\|\|\s*:(\s|$)|\bwhile\s+(true|:|\[\s*1)/.exec(script)?.[0];
			if (hides !== undefined) yield aboutContainer(workload, container, 'hides-crash', `${container.name} runs under \`${hides}\`, which hides that the app ended.`, ['command']);
		}
	}

	yield* ask(world, 'Does the app end with a status other than 0 after a fatal error?');
}

export function* independentReadiness(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({isLongRunning}) => isLongRunning)) {
		for (const container of runningContainers(workload)) {
			const probe = probeOf(container, 'readinessProbe');
			if (probe.kind !== 'asks') continue;
			if (probe.host !== null && !isOwnHost(probe.host)) yield aboutContainer(workload, container, 'asks-other-host', `${container.name} is ready only when ${probe.host} answers.`, ['readinessProbe']);
			const dependency = dependencyIn(probe.command, container);
			if (dependency !== null) yield aboutContainer(workload, container, 'asks-dependency', `${container.name} is ready only when \`${dependency}\` succeeds.`, ['readinessProbe', 'exec', 'command']);
		}
	}

	yield* ask(world, 'Does the app stay ready when a database, a migration or another service is away?');
}

const clients = /(?:^|[\s/;&|("'])(psql|mysql|mysqladmin|mariadb|mariadb-admin|mongo|mongosh|redis-cli|valkey-cli|pg_isready|cqlsh|kafka-topics(?:\.sh)?|sqlcmd)(?=$|[\s;&|)"'])/;

const dependencyIn = (command: readonly string[], container: Container): string | null => {
	const words = command.join(' ');
	const client = clients.exec(words)?.[1];
	if (client !== undefined) {
		const host = /(?:\s|^)(?:-h\s*|--host[=\s]|-H\s*)([^\s;&|"']+)/.exec(words)?.[1];
		return isDatabase(container) && (host === undefined || isOwnHost(host)) ? null : client;
	}

	const far = fetchedHosts(command).find(host => !isOwnHost(host));
	if (far !== undefined) return `${/wget/.test(words) ? 'wget' : 'curl'} ${far}`;
	const dialled = /\bnc\s+(?:-\w+\s+)*([^\s-][^\s;&|]*)\s+\d+/.exec(words)?.[1];
	return dialled !== undefined && !isOwnHost(dialled) ? `nc ${dialled}` : null;
};

export function* retryDependencies(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({isLongRunning}) => isLongRunning)) {
		for (const container of workload.containers.filter(({role}) => role === 'init')) {
			const waits = waiting.exec(argvOf(container).join(' '))?.[0] ?? (/wait-for|dockerize|(^|-)wait(er)?($|-)/.test(imageBaseName(container.image)) ? container.image : undefined);
			if (waits !== undefined) yield aboutContainer(workload, container, 'waits-for-dependency', `Init container ${container.name} waits (\`${waits.slice(0, 60)}\`), so the app cannot be started in any order.`);
		}
	}

	yield* ask(world, 'Does the app keep trying to connect when a dependency is not there yet?');
}

const waiting = /\bnc\s+(?:-\w+\s+)*-\w*z\w*|\bwait-for(?:-it)?(?:\.sh)?\b|\bdockerize\b[^\n]*-wait|\bkubectl\s+wait\b|\b(?:until|while\s+!)\s[^\n]*?\b(?:nslookup|pg_isready|nc|curl|wget|mysqladmin|redis-cli|psql|mysql|getent|dig|host|mongo|mongosh|grpc_health_probe)\b/;

export function* gracefulEnd(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({isLongRunning}) => isLongRunning)) {
		const grace = graceSeconds(workload);
		if (grace === 0) yield aboutPod(workload, 'no-grace', 'The pod is killed at once: terminationGracePeriodSeconds is 0.', ['terminationGracePeriodSeconds']);
		for (const container of runningContainers(workload)) {
			const wait = preStopSeconds(at(container.value, 'lifecycle', 'preStop'));
			if (grace !== 0 && wait !== null && grace < wait)
				yield aboutContainer(workload, container, 'prestop-outlasts-grace', `${container.name} waits ${wait} s in preStop, but is killed after ${grace} s.`, ['lifecycle', 'preStop']);
		}
	}

	yield* ask(world, 'Does the app finish open requests and close connections after SIGTERM?');
}

const graceSeconds = (workload: Workload): number => numberAt(workload.spec, 'terminationGracePeriodSeconds') ?? 30;

export function* servesDuringGrace(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({isLongRunning}) => isLongRunning)) {
		if (world.selecting('Service', workload.object.namespace, workload.labels).length === 0) continue;
		for (const container of workload.containers.filter(({role, value}) => role === 'app' && listAt(value, 'ports').length > 0)) {
			const wait = preStopSeconds(at(container.value, 'lifecycle', 'preStop'));
			if (wait !== null && wait > 0 && wait < graceSeconds(workload)) yield aboutContainer(workload, container, 'prestop-waits', `${container.name} waits ${wait} s in preStop, within ${graceSeconds(workload)} s of grace: a good sign.`, ['lifecycle', 'preStop']);
			else yield aboutContainer(workload, container, 'no-prestop', `${container.name} gets traffic from a Service and has no preStop that waits for it to end.`, ['lifecycle', 'preStop']);
		}
	}

	yield* ask(world, 'Does the app still answer requests that arrive in the grace period?');
}

export function* forwardsSignals(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({isLongRunning}) => isLongRunning)) {
		if (isTrue(at(workload.spec, 'shareProcessNamespace'))) yield aboutPod(workload, 'shared-processes', 'The containers share one process namespace, so PID 1 is not the app.', ['shareProcessNamespace']);
		for (const container of runningContainers(workload)) {
			const script = containerScript(container);
			if (script !== null && !endsInExec(script)) yield aboutContainer(workload, container, 'shell-in-front', `${container.name} runs a shell script whose last command is not \`exec\`: the shell gets SIGTERM, the app does not.`, ['command']);
		}
	}

	for (const {name, text} of world.dockerfiles) {
		const last = text.replaceAll(/\\\r?\n/g, ' ').split('\n').map(line => line.trim()).filter(line => /^(CMD|ENTRYPOINT)\s/i.test(line));
		const start = last.findLast(line => /^ENTRYPOINT\s/i.test(line)) ?? last.findLast(line => /^CMD\s/i.test(line));
		if (start === undefined) continue;
		const words = start.replace(/^\w+\s+/, '');
		const argv = words.startsWith('[') ? jsonWords(words) : null;
		if (argv === null) {
			if (!/^exec\s/.test(words)) yield aboutAll('dockerfile-shell-form', `${name}: \`${start.slice(0, 60)}\` runs under /bin/sh -c, which does not forward SIGTERM.`, name);
		} else {
			const script = shellScriptOf(argv);
			if (script !== null && !endsInExec(script)) yield aboutAll('dockerfile-shell-form', `${name}: \`${start.slice(0, 60)}\` starts a shell that does not \`exec\` the app.`, name);
		}
	}

	yield* ask(world, 'Is the app itself PID 1, or does what starts it forward SIGTERM?');
}

const jsonWords = (text: string): readonly string[] | null => {
	try {
		const words: unknown = JSON.parse(text);
		return Array.isArray(words) ? words.map(word => textOf(word) ?? '') : null;
	} catch {
		return null;
	}
};

export const closesKeepAlive = (world: World): readonly Seen[] => ask(world, 'Does the app close its idle keep-alive connections when it is told to end?');

export function* logsToStdout(world: World): Iterable<Seen> {
	for (const workload of world.workloads.filter(({object}) => object.kind !== 'DaemonSet')) {
		for (const container of workload.containers.filter(({role}) => role === 'app')) {
			const mount = listAt(container.value, 'volumeMounts').findIndex(one => isLogPath(textAt(one, 'mountPath') ?? ''));
			if (mount !== -1) yield aboutContainer(workload, container, 'log-volume', `${container.name} mounts ${textAt(container.value, 'volumeMounts', mount, 'mountPath') ?? ''}: does it log to files?`, ['volumeMounts', mount]);
			const variable = listAt(container.value, 'env').findIndex(one => /^(LOG_?FILE(_?(NAME|PATH))?|LOGGING_FILE(_(NAME|PATH))?|LOG_(DIR|PATH)|LOGFILE|LOG_OUTPUT_FILE)$/.test(textAt(one, 'name') ?? ''));
			if (variable !== -1) yield aboutContainer(workload, container, 'log-file-setting', `${container.name} sets ${textAt(container.value, 'env', variable, 'name') ?? ''}: does it log to a file?`, ['env', variable]);
			const word = argvOf(container).find(one => /-Dlogging\.file|--logging\.file|--log-file\b|-Dlog4j|--logfile\b|fluent(d|-bit)?[:.]?\w*24224/.test(one));
			if (word !== undefined) yield aboutContainer(workload, container, 'log-file-setting', `${container.name} is started with \`${word.slice(0, 60)}\`.`, ['args'], 'argument');
		}
	}

	yield* ask(world, 'Does the app write its logs to stdout and stderr?');
}

const isLogPath = (path: string): boolean => path.split('/').some(part => /(^|[-_.])logs?([-_.]|$)/i.test(part)) && !/\.(xml|properties|ya?ml|json|conf|toml)$/.test(path);
