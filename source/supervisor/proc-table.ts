import {readdirSync, readFileSync} from 'node:fs';

import type {Identity, ProcessTable} from './identity.ts';

/** The process table of Linux, from /proc. `start` is in clock ticks since boot (field 22 of /proc/PID/stat, proc(5)). */
export const createProcTable = (): ProcessTable => {
	const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

	const identify = (pid: number): Identity | null => {
		const stat = readStat(pid);
		return stat === null || stat.isGone ? null : {pid, start: stat.start, boot};
	};

	return {
		boot,
		identify,
		isAlive: identity => identity.boot === boot && identify(identity.pid)?.start === identity.start,
		groupOf: pid => readStat(pid)?.group ?? null,
		findByEnvironment(variables) {
			const wanted = Object.entries(variables).map(([name, value]) => `\0${name}=${value}\0`);
			return readdirSync('/proc')
				.filter(name => /^\d+$/.test(name))
				.map(Number)
				.filter(pid => {
					const environment = `\0${readProcText(pid, 'environ')}`;
					return wanted.every(entry => environment.includes(entry));
				})
				.map(pid => ({pid, command: readProcText(pid, 'cmdline').replaceAll('\0', ' ').trim()}));
		},
	};
};

type Stat = {readonly start: number; readonly group: number; readonly isGone: boolean};

const readStat = (pid: number): Stat | null => {
	const text = readProcText(pid, 'stat');
	// The name of the program stands in parentheses and may itself have spaces and parentheses.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return fields.length < 20 ? null : {start: Number(fields[19]), group: Number(fields[2]), isGone: fields[0] === 'Z' || fields[0] === 'X'};
};

/** Empty when the process is gone or belongs to somebody else. */
const readProcText = (pid: number, name: string): string => {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'utf8');
	} catch {
		return '';
	}
};
