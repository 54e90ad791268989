import {largestLineBytes} from './chain.ts';
import type {ChainEnd} from './chain.ts';

/** Disks write whole sectors: a hole that a power cut leaves begins and ends at a multiple of this, or at an end of what was written. */
const sectorBytes = 512;

/**
Whether the bytes after the last good line can be what a crash leaves of one line that was being written: the beginning of that line, with
NUL where a sector never reached the disk. Such a line was never acknowledged and may be cut off. Everything else was a line once, or is
foreign, and must not be touched. `at` is the tail's offset in the file.
*/
export const isTear = (tail: Uint8Array, at: number, after: ChainEnd): boolean => {
	if (tail.length > largestLineBytes) return false;
	const holes = holesIn(tail);
	const end = at + tail.length;
	if (!holes.every(hole => isEdge(at + hole.from, at, end) && isEdge(at + hole.to, at, end))) return false;
	const newlineAt = tail.indexOf(newline);
	if (newlineAt !== -1 && (holes.length === 0 || !isNothing(tail.subarray(newlineAt + 1)))) return false;
	return beginsLikeALine(tail, after) && !holdsControls(tail) && !outlivesItsLine(tail);
};

const newline = 0x0a;

const holesIn = (tail: Uint8Array): readonly {readonly from: number; readonly to: number}[] => {
	const holes: {from: number; to: number}[] = [];
	for (let index = tail.indexOf(0); index !== -1; index = tail.indexOf(0, index)) {
		let to = index;
		while (tail[to] === 0) to++;
		holes.push({from: index, to});
		index = to;
	}

	return holes;
};

const isEdge = (offset: number, at: number, end: number): boolean => offset === at || offset === end || offset % sectorBytes === 0;

const isNothing = (rest: Uint8Array): boolean => rest.every(byte => byte === 0);

const beginsLikeALine = (tail: Uint8Array, {seq, head}: ChainEnd): boolean => {
	const opening = Buffer.from(`{"v":1,"seq":${seq},"prev":"${head}","epoch":`);
	return opening.every((byte, index) => index >= tail.length || tail[index] === 0 || tail[index] === byte);
};

/** A line has no raw control characters: JSON escapes them. */
const holdsControls = (tail: Uint8Array): boolean => tail.some(byte => byte < 0x20 && byte !== 0 && byte !== newline);

/** A line that is whole but for its newline, with something else in its place: it was damaged after it had been written. */
const outlivesItsLine = (tail: Uint8Array): boolean => {
	const close = tail.lastIndexOf(0x7d);
	if (close === -1 || close === tail.length - 1 || tail.includes(0)) return false;
	try {
		JSON.parse(Buffer.from(tail.subarray(0, close + 1)).toString('utf8'));
		return true;
	} catch {
		return false;
	}
};
