import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

import type {Ended, Judgement} from '../actions/action.ts';
import {judgeRun} from '../actions/run-command.ts';
import type {EventData, Finding} from '../journal/event.ts';
import type {Attempt, RunState} from '../run/state.ts';
import {taskOf} from '../run/walk.ts';
import {windowFindings} from '../run/window-closed.ts';
import {readTail} from '../stores/read-tail.ts';
import type {Stray, Trace} from '../supervisor/supervisor.ts';
import {makeSafe} from '../text/safe-text.ts';
import {factsOnDisk} from './facts-on-disk.ts';
import {actionOf, type PlanningFacts} from './plan-task.ts';

type Parts = {
	readonly state: RunState;
	readonly attempt: Attempt;
	readonly trace: Trace & {kind: 'finished'};
	/** What it started and left behind. */
	readonly strays: readonly Stray[];
	readonly facts: PlanningFacts;
	readonly now: Date;
	readonly redact: (text: string) => string;
};

/** Reads what a finished attempt left on disk and has its action judge it. Secrets are taken out of everything that goes into the journal. */
export const readEnd = async ({state, attempt, trace, strays, facts, now, redact}: Parts): Promise<EventData['attempt.finished']> => {
	const {task} = taskOf(state, attempt.task);
	const folder = facts.attemptFolder(attempt.task, attempt.number);
	const report = readReport(folder);
	const clean = (text: string): string => redact(makeSafe(redact(text)));
	const cleanLines = (text: string): string => text.split('\n').map(clean).join('\n');
	const ended: Ended = {
		exitCode: trace.exitCode,
		signal: trace.signal,
		report: report?.data,
		outTail: cleanLines(readTail(join(folder, 'out'), tailBytes)),
		errTail: cleanLines(readTail(join(folder, 'err'), tailBytes)),
	};
	const judged: Judgement = task.kind === 'uses' ? actionOf(task.uses).judge(ended) : judgeRun(ended, readOutputFile(folder));
	const evidence = await factsOnDisk(report?.evidence ?? [], facts.runFolder);
	const output = await factsOnDisk(['out', 'err'].map(name => join(folder, name)), facts.runFolder);
	return {
		task: attempt.task,
		attempt: attempt.number,
		outcome: judged.outcome === 'succeeded' ? 'succeeded' : outcomeOf(attempt),
		summary: clean(describeEnd(attempt, judged)),
		exitCode: trace.exitCode,
		signal: trace.signal,
		durationMs: Math.max(0, Math.round(endedAt(folder, now) - Date.parse(attempt.startedAt))),
		output,
		evidence,
		outputs: Object.fromEntries(Object.entries(judged.outputs).map(([name, value]) => [name, redact(value)])),
		findings: [...judged.findings, ...strays.map(strayFinding), ...windowFindings(state, attempt, new Date(endedAt(folder, now)))].map(finding => ({...finding, what: clean(finding.what), ...(finding.where === undefined ? {} : {where: clean(finding.where)})})),
	};
};

const tailBytes = 64 * 1024;

const strayFinding = ({pid, command}: Stray): Finding => ({level: 'warning', what: `A process that it started still runs: ${command}`, ...(pid === null ? {} : {where: `process ${pid}`})});

const outcomeOf = ({cancels}: Attempt): 'failed' | 'cancelled' | 'timed-out' =>
	cancels.length === 0 ? 'failed' : cancels.some(({because}) => because === 'timeout') ? 'timed-out' : 'cancelled';

const describeEnd = (attempt: Attempt, {outcome, summary}: Judgement): string =>
	outcome === 'succeeded' ? summary : {failed: summary, cancelled: `Cancelled: ${summary}`, 'timed-out': `It took longer than it may: ${summary}`}[outcomeOf(attempt)];

const readReport = (folder: string): {readonly data: unknown; readonly evidence: readonly string[]} | null => {
	const path = join(folder, 'report.json');
	if (!existsSync(path)) return null;
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as {data: unknown; evidence: string[]};
	} catch {
		return null;
	}
};

/** `name=value` lines that a `run:` or `script:` wrote to `$SLIPWAY_OUTPUT`. */
const readOutputFile = (folder: string): string => {
	const path = join(folder, 'outputs');
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

/** When the exit status was written; the outcome may be read much later, after a resume. */
const endedAt = (folder: string, now: Date): number => {
	const path = join(folder, 'exit');
	return existsSync(path) ? statSync(path).mtimeMs : now.getTime();
};
