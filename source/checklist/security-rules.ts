import type {Seen} from './item.ts';
import {aboutContainer} from './seen.ts';
import {at, isFalse, isTrue, listAt, numberAt, textOf} from './values.ts';
import type {Container, Workload} from './workload.ts';
import type {World} from './world.ts';

type Judge = (workload: Workload, container: Container) => readonly Seen[];

/** A rule about the security context of every container, of every kind. */
const everyContainer = (windows: 'judged' | 'na', judge: Judge) =>
	function* (world: World): Iterable<Seen> {
		for (const workload of world.workloads)
			for (const container of workload.containers) {
				if (workload.isWindows && windows === 'na') yield aboutContainer(workload, container, 'na', 'It runs on Windows.');
				else yield* judge(workload, container);
			}
	};

/** Fields that exist per container only; what the pod says about them is ignored by Kubernetes. */
const own = ({value}: Container, ...path: readonly string[]): unknown => at(value, 'securityContext', ...path);
const field = (name: string): readonly string[] => ['securityContext', name];
const isPrivileged = (container: Container): boolean => isTrue(own(container, 'privileged'));

/** A hint for a field that somebody wrote where it has no effect. */
const podLevel = (workload: Workload, name: string): string => (at(workload.spec, 'securityContext', name) === undefined ? '' : ` (${name} of the pod has no effect; it belongs to the container)`);

export const privileged = everyContainer('judged', (workload, container) => {
	if (isPrivileged(container)) return [aboutContainer(workload, container, 'privileged', `${container.name} is privileged: it can do what root can do on the node.`, field('privileged'))];
	const isHostProcess = isTrue(own(container, 'windowsOptions', 'hostProcess') ?? at(workload.spec, 'securityContext', 'windowsOptions', 'hostProcess'));
	if (isHostProcess) return [aboutContainer(workload, container, 'host-process', `${container.name} runs as a process of the Windows host`, field('windowsOptions'))];
	return [aboutContainer(workload, container, 'pass', 'is not privileged', field('privileged'))];
});

export const readOnlyRoot = everyContainer('na', (workload, container) => {
	if (isTrue(own(container, 'readOnlyRootFilesystem'))) return [aboutContainer(workload, container, 'pass', 'has a read-only root filesystem', field('readOnlyRootFilesystem'))];
	return [aboutContainer(workload, container, 'writable', `${container.name} can write to its root filesystem${podLevel(workload, 'readOnlyRootFilesystem')}.`, field('readOnlyRootFilesystem'))];
});

export const nonRoot = everyContainer('judged', (workload, container) => {
	const value = (name: string): unknown => own(container, name) ?? at(workload.spec, 'securityContext', name);
	const about = (code: string, message: string, name: string): readonly Seen[] => [aboutContainer(workload, container, code, message, field(name))];
	const user = numberAt(value('runAsUser'));
	const isNonRootWanted = isTrue(value('runAsNonRoot'));
	const isMapped = isFalse(at(workload.spec, 'hostUsers'));
	const windowsUser = textOf(own(container, 'windowsOptions', 'runAsUserName') ?? at(workload.spec, 'securityContext', 'windowsOptions', 'runAsUserName'));
	if (workload.isWindows && windowsUser !== undefined)
		return /^(.*\\)?(containeradministrator|administrator|system)$/i.test(windowsUser) ? about('root', `${container.name} runs as ${windowsUser}.`, 'windowsOptions') : about('pass', `runs as ${windowsUser}`, 'windowsOptions');
	if (user === 0) {
		if (isNonRootWanted) return about('contradiction', `${container.name} has runAsNonRoot and runAsUser 0: the kubelet refuses to start it.`, 'runAsUser');
		return isMapped ? about('root-in-user-namespace', `${container.name} runs as root of a user namespace (hostUsers: false).`, 'runAsUser') : about('root', `${container.name} runs as root (runAsUser 0).`, 'runAsUser');
	}

	if (isNonRootWanted || (user !== undefined && user > 0)) return about('pass', user === undefined ? 'is refused when its image wants root' : `runs as user ${user}`, 'runAsNonRoot');
	return isMapped
		? about('root-in-user-namespace', `${container.name} may run as root of a user namespace (hostUsers: false).`, 'runAsNonRoot')
		: about('image-decides', `${container.name}: its image decides, and most images run as root.`, 'runAsNonRoot');
});

const dangerous = new Set([
	'ALL', 'SYS_ADMIN', 'NET_ADMIN', 'NET_RAW', 'SYS_PTRACE', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_BOOT', 'SYS_TIME', 'SYS_RESOURCE', 'DAC_READ_SEARCH',
	'BPF', 'PERFMON', 'MAC_ADMIN', 'MAC_OVERRIDE', 'SYSLOG', 'AUDIT_CONTROL', 'LINUX_IMMUTABLE',
]);

const capabilities = (container: Container, list: 'add' | 'drop'): readonly string[] => listAt(container.value, 'securityContext', 'capabilities', list).map(one => (textOf(one) ?? '').toUpperCase().replace(/^CAP_/, ''));

export const limitedCapabilities = everyContainer('na', (workload, container) => {
	const add = capabilities(container, 'add');
	const about = (code: string, message: string, path: readonly string[] = ['capabilities']): Seen => aboutContainer(workload, container, code, message, ['securityContext', ...path]);
	if (isPrivileged(container)) return [about('privileged', `${container.name} is privileged: it has every capability.`, ['privileged'])];
	const bad = add.filter(one => dangerous.has(one));
	const other = add.filter(one => !dangerous.has(one) && one !== 'NET_BIND_SERVICE');
	const seen = [
		...(bad.length > 0 ? [about('dangerous-add', `${container.name} adds ${bad.join(', ')}.`, ['capabilities', 'add'])] : []),
		...(capabilities(container, 'drop').includes('ALL') ? [] : [about('drop-all-missing', `${container.name} does not drop all capabilities${podLevel(workload, 'capabilities')}.`)]),
		...(other.length > 0 ? [about('other-add', `${container.name} adds ${other.join(', ')}.`, ['capabilities', 'add'])] : []),
	];
	return seen.length === 0 ? [about('pass', `drops all capabilities${add.length === 0 ? '' : ' but NET_BIND_SERVICE'}`)] : seen;
});

export const noEscalation = everyContainer('na', (workload, container) => {
	const value = own(container, 'allowPrivilegeEscalation');
	const about = (code: string, message: string): readonly Seen[] => [aboutContainer(workload, container, code, message, field('allowPrivilegeEscalation'))];
	if (isTrue(value)) return about('allowed', `${container.name} allows privilege escalation.`);
	if (!isFalse(value)) return about('unset', `${container.name} does not forbid privilege escalation, and it is allowed by default${podLevel(workload, 'allowPrivilegeEscalation')}.`);
	if (isPrivileged(container) || capabilities(container, 'add').includes('SYS_ADMIN')) return about('contradiction', `${container.name} forbids privilege escalation but is privileged or adds SYS_ADMIN: Kubernetes refuses it.`);
	return about('pass', 'forbids privilege escalation');
});
