import {readdirSync, readFileSync} from 'node:fs';

import type {MarkedProcess, ProcessTable} from './identity.ts';

/** The process table of Linux, from /proc. `start` is in clock ticks since boot (field 22 of /proc/PID/stat, proc(5)). */
export const createProcTable = (): ProcessTable => {
	const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
	return {
		boot,
		isAlive(identity) {
			const stat = identity.boot === boot ? readStat(identity.pid) : null;
			return stat !== null && !stat.isGone && stat.start === identity.start;
		},
		findByEnvironment(variables) {
			const wanted = Object.entries(variables).map(([name, value]) => `\0${name}=${value}\0`);
			return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).flatMap((pid): MarkedProcess[] => {
				const environment = `\0${readProcText(pid, 'environ')}`;
				const stat = wanted.every(entry => environment.includes(entry)) ? readStat(pid) : null;
				if (stat === null || stat.isGone) {
					return [];
				}

				const folder = /\0SLIPWAY_ATTEMPT_FOLDER=([^\0]*)/.exec(environment)?.[1] ?? '';
				return [{pid, group: stat.group, command: readProcText(pid, 'cmdline').replaceAll('\0', ' ').trim(), folder}];
			});
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
