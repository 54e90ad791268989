import * as z from 'zod';

/** What a sandbox is asked for, as JSON in its arguments. Paths are absolute. */
export type SandboxOrder = {
	/** `auto`: the machine's PostgreSQL, else PGlite. */
	readonly database: 'auto' | 'pglite';
	/** `auto`: Helm and kubectl on PATH, else those of the npm package. */
	readonly tools: 'auto' | 'packaged';
	/** Where programs are kept that were taken out of the npm package. */
	readonly cacheFolder: string;
	/** The chart that is live when the rehearsal begins, and what its release is called. */
	readonly chart: string;
	readonly release: string;
	readonly namespace: string;
};

export const sandboxOrder = z.object({
	database: z.enum(['auto', 'pglite']),
	tools: z.enum(['auto', 'packaged']),
	cacheFolder: z.string(),
	chart: z.string(),
	release: z.string(),
	namespace: z.string(),
}) satisfies z.ZodType<SandboxOrder>;

/** One line of JSON on the sandbox's stdout each. After `ready` or `problem` there are no more. */
export const sandboxMessage = z.discriminatedUnion('kind', [
	/** `tookMs`: null for a remark, a number for a part that is there. */
	z.object({kind: z.literal('progress'), text: z.string(), tookMs: z.number().nullable()}),
	/** `environment`: what a run in the sandbox needs over the operator's own, PATH included. */
	z.object({kind: z.literal('ready'), folder: z.string(), environment: z.record(z.string(), z.string())}),
	z.object({kind: z.literal('problem'), code: z.string(), what: z.string(), why: z.string(), todo: z.string()}),
]);

export type SandboxMessage = z.infer<typeof sandboxMessage>;
export type SandboxFacts = Omit<Extract<SandboxMessage, {kind: 'ready'}>, 'kind'>;
