import type {Identity} from './identity.ts';
import type {Trace} from './supervisor.ts';

/** What the files of an attempt and the process table said, read in the order that `readFacts` explains. */
export type TraceFacts = {
	readonly folder: 'present' | 'missing';
	readonly pid: Slot<Identity>;
	readonly exit: Slot<Ending>;
	readonly shim: 'alive' | 'dead';
	readonly action: 'alive' | 'dead';
	/** Some process of the tree has the FIFO `alive` open. */
	readonly isHeld: boolean;
	/** The action's pid was written in this boot of the machine. */
	readonly isThisBoot: boolean;
};

/** `absent` and `pending` mean the same for the action: nobody wrote. `damaged` is anything else. */
export type Slot<Value> = {readonly kind: 'absent'} | {readonly kind: 'pending'} | {readonly kind: 'damaged'} | {readonly kind: 'written'; readonly value: Value};

export type Ending = {readonly exitCode: number | null; readonly signal: string | null; readonly endedAt: Date};

/**
What became of an attempt. Pure. Nothing here is a guess: what is not proved by a file or a living process is in doubt.

| pid | exit | shim, action, FIFO | trace |
|---|---|---|---|
| no | written | | never started: the shim could not prove the start, so it did not run it |
| no | no | one lives | starting |
| no | no | none lives | never started |
| yes | written | | finished |
| yes | no | action or shim alive | running (shim gone: unsupervised) |
| yes | no | dead | in doubt |
| damaged | | one lives: starting or running, else | in doubt |
*/
export const classifyTrace = (facts: TraceFacts): Trace => {
	if (facts.folder === 'missing') {
		return {kind: 'in-doubt', why: 'The folder of this attempt is missing, so nothing says whether it ran.'};
	}

	const lives = facts.shim === 'alive' || facts.isHeld;
	if (facts.pid.kind === 'absent' || facts.pid.kind === 'pending') {
		return facts.exit.kind !== 'written' && lives ? {kind: 'starting'} : {kind: 'never-started'};
	}

	if (facts.pid.kind === 'damaged') {
		return lives ? {kind: 'starting'} : {kind: 'in-doubt', why: 'The file `pid` is damaged, so it is not known whether the action ran.'};
	}

	if (facts.exit.kind === 'written') {
		return {kind: 'finished', ...facts.exit.value};
	}

	if (facts.action === 'alive' || facts.shim === 'alive') {
		return {kind: 'running', pid: facts.pid.value.pid, supervised: facts.shim === 'alive'};
	}

	return {kind: 'in-doubt', why: whyInDoubt(facts)};
};

/** No later reading can give another answer. */
export const isEnd = (trace: Trace): boolean => trace.kind === 'never-started' || trace.kind === 'finished' || trace.kind === 'in-doubt';

const whyInDoubt = (facts: TraceFacts): string => {
	if (facts.exit.kind === 'damaged') {
		return 'The action is gone and the file `exit` is damaged, so its exit status is lost.';
	}

	if (!facts.isThisBoot) {
		return 'The action was started before the last restart of this machine, or on another machine, and no end was written down.';
	}

	// What still runs of it changes; `findStrays` tells it as it is now.
	return 'The action and its supervisor are gone, and no end was written down.';
};
