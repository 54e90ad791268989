import {readdirSync, readFileSync, readlinkSync} from 'node:fs';

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
			return describeAll(pid => {
				const environment = `\0${readProcText(pid, 'environ')}`;
				return wanted.every(entry => environment.includes(entry));
			});
		},
		findByOpenFile(path) {
			return describeAll(pid => writtenFiles(pid).includes(path));
		},
	};
};

const describeAll = (isWanted: (pid: number) => boolean): readonly MarkedProcess[] =>
	readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).flatMap((pid): MarkedProcess[] => {
		const stat = isWanted(pid) ? readStat(pid) : null;
		return stat === null || stat.isGone ? [] : [{pid, group: stat.group, command: readProcText(pid, 'cmdline').replaceAll('\0', ' ').trim()}];
	});

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

/** As `readProcText`; a file that is only read is none: whoever looks whether the FIFO is held opens it. */
const writtenFiles = (pid: number): readonly string[] => {
	try {
		return readdirSync(`/proc/${pid}/fd`).filter(name => isWritten(readProcText(pid, `fdinfo/${name}`))).map(name => readlinkSync(`/proc/${pid}/fd/${name}`));
	} catch {
		return [];
	}
};

/** `flags:	0100002`, octal; its last two bits are 0 for a file that is only read (open(2)). */
const isWritten = (fdinfo: string): boolean => (Number.parseInt(/^flags:\s*(\d+)/m.exec(fdinfo)?.[1] ?? '0', 8) & 3) !== 0;
