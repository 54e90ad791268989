import {spawnSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';

export const mount = (...argv: string[]): boolean => spawnSync('mount', argv).status === 0;

/** A disk of 256 KiB, or null where this user may not mount one. */
export const aSmallDisk = (context: TestContext): string | null => {
	const disk = mkdtempSync(join(tmpdir(), 'slipway-disk-'));
	context.after(() => {
		// Lazily: a process of the action may still be on its way out.
		spawnSync('umount', ['-l', disk]);
		rmSync(disk, {recursive: true});
	});
	if (!mount('-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk)) {
		context.skip('a small disk needs the right to mount one');
		return null;
	}

	return disk;
};

/** Until nothing more fits, not even a byte. */
export const fill = (disk: string): void => {
	const file = openSync(join(disk, 'filling'), 'a');
	try {
		for (const size of [65_536, 4096, 1]) {
			try {
				while (writeSync(file, Buffer.alloc(size)) > 0) {
					// Until it refuses.
				}
			} catch {
				// Full for pieces of this size.
			}
		}
	} finally {
		closeSync(file);
	}
};
