import type {Seen} from './item.ts';
import {patienceSeconds, probeOf} from './probe.ts';
import {aboutContainer, aboutObject} from './seen.ts';
import {at, isTrue, listAt, numberAt, textAt} from './values.ts';
import {imageBaseName, runningContainers, type Container, type Workload} from './workload.ts';
import type {World} from './world.ts';

export function* readiness(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		if (!workload.isLongRunning) {
			yield aboutObject(workload.object, 'na', 'It ends by itself and serves no traffic.');
			continue;
		}

		const services = trafficServices(world, workload);
		for (const container of runningContainers(workload)) {
			if (container.role === 'sidecar' && !servesPort(container, services)) continue;
			const probe = probeOf(container, 'readinessProbe');
			if (probe.kind === 'asks') yield aboutContainer(workload, container, 'pass', 'has a readiness probe', ['readinessProbe']);
			else if (probe.kind === 'invalid') yield aboutContainer(workload, container, 'several-handlers', `${container.name} ${probe.why}.`, ['readinessProbe']);
			else if (services.length === 0) yield aboutContainer(workload, container, 'missing-no-service', `${container.name} ${probe.why}; no Service selects its pods.`, ['readinessProbe']);
			else if (isSideHelper(workload, container)) yield aboutContainer(workload, container, 'missing-helper', `${container.name} ${probe.why}; it opens no port, but counts for the pod being ready.`, ['readinessProbe']);
			else yield aboutContainer(workload, container, 'missing', `${container.name} ${probe.why}, and Service ${services[0]?.name ?? ''} sends it traffic as soon as it starts.`, ['readinessProbe']);
		}
	}
}

/** Services that wait for readiness before they send traffic. */
const trafficServices = (world: World, workload: Workload): readonly {readonly name: string; readonly value: unknown}[] =>
	world.selecting('Service', workload.object.namespace, workload.labels).filter(({value}) => !isTrue(at(value, 'spec', 'publishNotReadyAddresses')));

/** A second container that opens no port, beside one that does. */
const isSideHelper = (workload: Workload, container: Container): boolean =>
	listAt(container.value, 'ports').length === 0 && workload.containers.some(other => other.role === 'app' && other !== container && listAt(other.value, 'ports').length > 0);

const servesPort = (container: Container, services: readonly {readonly value: unknown}[]): boolean => {
	const ports = new Set(listAt(container.value, 'ports').flatMap(port => [String(numberAt(port, 'containerPort')), textAt(port, 'name') ?? '']));
	return services.some(({value}) => listAt(value, 'spec', 'ports').some(port => ports.has(textAt(port, 'targetPort') ?? textAt(port, 'port') ?? ' ')));
};

export function* liveness(world: World): Iterable<Seen> {
	let hasProbe = false;
	for (const workload of world.workloads) {
		if (!workload.isLongRunning) {
			yield aboutObject(workload.object, 'na', 'It ends by itself.');
			continue;
		}

		for (const container of runningContainers(workload)) {
			if (container.role === 'sidecar') continue;
			const probe = probeOf(container, 'livenessProbe');
			if (probe.kind === 'missing') yield aboutContainer(workload, container, 'missing', `${container.name} ${probe.why}.`, ['livenessProbe']);
			else if (probe.kind === 'invalid') yield aboutContainer(workload, container, 'several-handlers', `${container.name} ${probe.why}.`, ['livenessProbe']);
			else {
				hasProbe = true;
				yield* impatience(workload, container, probe.value, probe.command);
			}
		}
	}

	if (hasProbe) yield {code: 'passive', object: null, container: null, path: [], message: 'Do the liveness endpoints always answer with success, without asking a dependency?', detail: ''};
}

function* impatience(workload: Workload, container: Container, value: unknown, command: readonly string[]): Iterable<Seen> {
	const patience = patienceSeconds(value);
	const about = (code: string, message: string, field: string): Seen => aboutContainer(workload, container, code, message, ['livenessProbe', field]);
	if (patience < 10) yield about('impatient', `${container.name} is restarted after ${patience} s without an answer.`, 'failureThreshold');
	else if (/\b(psql|mysql|mysqladmin|mongo|mongosh|redis-cli|pg_isready)\b/.test(command.join(' ')) && !isDatabase(container)) yield about('asks-dependency', `${container.name} is restarted when another service does not answer.`, 'exec');
	else if (probeOf(container, 'startupProbe').kind === 'missing' && (numberAt(value, 'initialDelaySeconds') ?? 0) === 0 && runsJava(container))
		yield about('slow-starter', `${container.name} runs on the JVM, and its liveness is asked from the first second on.`, 'initialDelaySeconds');
	else yield aboutContainer(workload, container, 'pass', 'has a patient liveness probe', ['livenessProbe']);
}

/** A database that asks itself. */
export const isDatabase = (container: Container): boolean => /postgres|postgis|timescale|mysql|mariadb|percona|mongo|redis|valkey|cockroach/.test(imageBaseName(container.image));

const runsJava = (container: Container): boolean =>
	/java|jdk|jre|temurin|corretto|spring|tomcat|wildfly|jetty|keycloak|kafka|elasticsearch|zookeeper|quarkus/.test(imageBaseName(container.image)) ||
	listAt(container.value, 'env').some(variable => /^(JAVA_OPTS|JAVA_TOOL_OPTIONS|JVM_OPTS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS)$/.test(textAt(variable, 'name') ?? ''));

export function* differentProbes(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		if (!workload.isLongRunning) continue;
		for (const container of runningContainers(workload)) {
			const ready = probeOf(container, 'readinessProbe');
			const live = probeOf(container, 'livenessProbe');
			if (ready.kind !== 'asks' || live.kind !== 'asks') yield aboutContainer(workload, container, 'na', 'It has not both probes.');
			else if (ready.key === live.key) yield aboutContainer(workload, container, 'same', `${container.name} asks the same for liveness and readiness: ${ready.key}.`, ['livenessProbe']);
			else yield aboutContainer(workload, container, 'pass', 'asks different things for liveness and readiness', ['livenessProbe']);
		}
	}
}
