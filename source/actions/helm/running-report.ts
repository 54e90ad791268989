import * as z from 'zod';

import type {Finding} from '../../journal/event.ts';

const state = z.lazy(() => z.object({
	kind: z.string(),
	namespace: z.string(),
	name: z.string(),
	ready: z.number(),
	desired: z.number(),
	isReady: z.boolean(),
	restarts: z.number(),
	fault: z.string().nullable(),
	images: z.array(z.object({container: z.string(), image: z.string(), digests: z.array(z.string())})),
	added: z.array(z.string()),
}));

/** What was read of the cluster. `unread`: why it could not be. */
export const runningReport = z.lazy(() => z.object({unread: z.string().nullable(), states: z.array(state), waitedMs: z.number()}));

export type RunningReport = z.infer<typeof runningReport>;

/** `2 workloads ready, images as confirmed`, or what is wrong first. */
export const summarizeRunning = ({unread, states}: RunningReport): {readonly isGood: boolean; readonly summary: string} => {
	if (unread !== null) return {isGood: false, summary: `What runs is unknown: ${unread}`};
	if (states.length === 0) return {isGood: false, summary: 'The manifest has no workload, so there is nothing that could run'};
	const bad = states.filter(({fault}) => fault !== null);
	const [first] = bad;
	if (first !== undefined) return {isGood: false, summary: `${first.kind}/${first.name}: ${first.fault ?? ''}${bad.length > 1 ? `, and ${bad.length - 1} more` : ''}`};
	const images = new Set(states.flatMap(one => one.images.map(({image}) => image)));
	return {isGood: true, summary: `${states.length} ${states.length === 1 ? 'workload' : 'workloads'} ready, ${images.size} ${images.size === 1 ? 'image' : 'images'} as confirmed`};
};

export const judgeStates = ({states}: RunningReport): readonly Finding[] => [
	...states.filter(({fault}) => fault !== null).slice(0, 30).map(({kind, name, namespace, fault}): Finding => ({level: 'danger', what: `${kind}/${name}: ${fault ?? ''}`, where: namespace})),
	...states.filter(({restarts, fault}) => restarts > 0 && fault === null).slice(0, 10).map(({kind, name, namespace, restarts}): Finding => ({level: 'warning', what: `${kind}/${name}: ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`, where: namespace})),
	...states.filter(({added}) => added.length > 0).slice(0, 10).map(({kind, name, namespace, added}): Finding => ({level: 'note', what: `${kind}/${name} runs containers that the manifest does not have: ${added.join(', ')}.`, where: namespace})),
];

/** What each output of a look at what runs is. */
export const runningOutputWords = {
	ready: 'How many workloads are ready, of how many: `2/2`',
	images: 'The images that run, each with its digest where all its pods have the same, with spaces between; at most 40',
} as const;

/** The outputs in the journal, for later tasks. */
export const runningOutputs = ({states}: RunningReport): Readonly<Record<keyof typeof runningOutputWords, string>> => ({
	ready: `${states.filter(({isReady}) => isReady).length}/${states.length}`,
	images: [...new Set(states.flatMap(one => one.images.map(({image, digests}) => `${image}${digests.length === 1 ? `@${digests[0]}` : ''}`)))].slice(0, 40).join(' '),
});
