import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';

import type {Identity, MarkedProcess, ProcessTable} from './identity.ts';

/** An answer of ps(1) is used for so long: asking costs a process, and a follower asks several times a second. */
const answerMs = 1000;

/** ps counts from a boot time that wanders with the clock. */
const startToleranceSeconds = 2;

/** The process table as ps(1) tells it, for systems without /proc. `start` is in seconds since 1970. */
export const createPsTable = (): ProcessTable => {
	const boot = readBoot();
	const answers = new Map<number, {readonly atMs: number; readonly identity: Identity | null}>();

	const identify = (pid: number): Identity | null => {
		const now = performance.now();
		const known = answers.get(pid);
		if (!exists(pid)) {
			answers.delete(pid);
			return null;
		}

		if (known !== undefined && now - known.atMs < answerMs) {
			return known.identity;
		}

		const [, state, started] = /^(\S+)\s+(.+)$/.exec(askPs(['-o', 'stat=,lstart=', '-p', String(pid)]).trim()) ?? [];
		const identity = started === undefined || state!.startsWith('Z') ? null : {pid, start: Date.parse(`${started} UTC`) / 1000, boot};
		answers.set(pid, {atMs: now, identity});
		return identity;
	};

	return {
		boot,
		isAlive(identity) {
			const now = identity.boot === boot ? identify(identity.pid) : null;
			return now !== null && Math.abs(now.start - identity.start) <= startToleranceSeconds;
		},
		findByEnvironment(variables) {
			const wanted = Object.entries(variables).map(([name, value]) => ` ${name}=${value} `);
			const lines = askPs(['axeww', '-o', 'pid=,pgid=,command=']).split('\n').map(line => `${line} `);
			return lines.filter(line => wanted.every(entry => line.includes(entry))).map((line): MarkedProcess => {
				const [pid, group] = line.trim().split(/\s+/, 2).map(Number) as [number, number];
				return describe(pid, group);
			});
		},
		findByOpenFile: path => askLsof(path).map(({pid, group}) => describe(pid, group)),
	};
};

/** Asked without the environment, which may hold secrets and is not for showing. */
const describe = (pid: number, group: number): MarkedProcess => ({pid, group, command: askPs(['-ww', '-o', 'command=', '-p', String(pid)]).trim()});

/** Who writes to the file, as lsof(8) tells it, which is part of macOS: `p4711`, `g4711`, and `aw` or `au` for each of its files. Nobody where there is no lsof. */
const askLsof = (path: string): readonly {readonly pid: number; readonly group: number}[] => {
	const program = ['/usr/sbin/lsof', '/usr/bin/lsof'].find(candidate => existsSync(candidate));
	const answer = program === undefined ? '' : (spawnSync(program, ['-w', '-F', 'pga', '--', path], {encoding: 'utf8', env: {LC_ALL: 'C'}}).stdout ?? '');
	return answer.split(/^p/m).slice(1).filter(text => /^a[wu]/m.test(text)).map(text => ({pid: Number.parseInt(text, 10), group: Number(/^g(\d+)/m.exec(text)?.[1] ?? 0)}));
};

const askPs = (argv: readonly string[]): string =>
	spawnSync('/bin/ps', argv, {encoding: 'utf8', env: {TZ: 'UTC', LC_ALL: 'C'}, maxBuffer: 64 * 1024 * 1024}).stdout ?? '';

const exists = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};

const readBoot = (): string => {
	const linux = '/proc/sys/kernel/random/boot_id';
	if (existsSync(linux)) {
		return readFileSync(linux, 'latin1').trim();
	}

	// macOS names each boot; other BSDs only tell when it was.
	for (const name of ['kern.bootsessionuuid', 'kern.boottime']) {
		const answer = spawnSync('sysctl', ['-n', name], {encoding: 'utf8'}).stdout?.match(/[\w-]{8,36}/)?.[0];
		if (answer !== undefined) {
			return answer;
		}
	}

	return 'unknown';
};
