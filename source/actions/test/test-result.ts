import * as z from 'zod';

const counts = z.lazy(() => z.object({passed: z.number(), failed: z.number(), skipped: z.number()}));
const failure = z.lazy(() => z.object({name: z.string(), message: z.string(), where: z.string().optional()}));
const slow = z.lazy(() => z.object({name: z.string(), durationMs: z.number()}));

/** What one report says. `fault`: why it can't be taken as it is; null when it is whole. */
export const testResult = z.lazy(() => z.object({counts, failures: z.array(failure), slowest: z.array(slow), faults: z.array(z.string())}));

/** `report.json` of a test command. */
export const testReport = z.lazy(() => z.object({
	/** `null` when the command could not be started; `why` says it then. */
	command: z.object({exitCode: z.number().nullable(), signal: z.string().nullable(), durationMs: z.number(), why: z.string().nullable()}),
	/** Whether the task names reports at all; without one the exit status alone counts. */
	wantsReports: z.boolean(),
	reports: z.array(z.object({path: z.string(), result: testResult})),
	/** Why there is no report, or not the right one. */
	faults: z.array(z.string()),
	notes: z.array(z.string()),
	binding: z.record(z.string(), z.string()),
}));

export type Counts = z.infer<typeof counts>;
export type TestFailure = z.infer<typeof failure>;
export type SlowTest = z.infer<typeof slow>;
export type TestResult = z.infer<typeof testResult>;
export type TestReport = z.infer<typeof testReport>;

/** Failures of one report that are kept with their messages; all are counted, and the report itself is evidence. */
export const mostFailures = 50;
const mostSlow = 5;

export const sumCounts = (all: readonly Counts[]): Counts => ({
	passed: all.reduce((sum, {passed}) => sum + passed, 0),
	failed: all.reduce((sum, {failed}) => sum + failed, 0),
	skipped: all.reduce((sum, {skipped}) => sum + skipped, 0),
});

/** The longest ones, the slowest first. */
export const slowestOf = (tests: readonly SlowTest[]): SlowTest[] => tests.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, mostSlow);
