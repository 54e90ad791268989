import type {Finding} from '../journal/event.ts';

/** What stops a preview, in one line; `findings` say more. */
export class Stop extends Error {
	readonly findings: readonly Finding[];
	constructor(summary: string, findings: readonly Finding[] = []) {
		super(summary);
		this.findings = findings;
	}
}

/** Ends the preview. */
export function stop(summary: string, findings: readonly Finding[] = []): never {
	throw new Stop(summary, findings);
}

export const firstLine = (text: string): string => text.split('\n')[0] ?? '';
