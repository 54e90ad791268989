import {Problem} from '../errors.ts';
import {ExpressionFault, hasExpression, type Lookup} from './expressions.ts';
import {nearestWord} from './nearest-word.ts';
import type {PlannedTask} from './plan.ts';
import {bindTexts} from './task-texts.ts';

/**
The task with what was known only at its start: outputs of the tasks that succeeded before it (by task id and name), and the run's id.
Secret inputs stay as `${{ inputs.NAME }}` in `env`. Throws `Problem` when an output is not there.
*/
export const bindTask = <Task extends PlannedTask>(task: Task, outputs: Readonly<Record<string, Readonly<Record<string, string>>>>, runId?: string): Task => {
	const lookup: Lookup = ([context, id = '', , name = '']) => {
		if (context === 'run') return runId;
		if (context !== 'tasks') return undefined;
		const given = Object.hasOwn(outputs, id) ? outputs[id] : undefined;
		const value = given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
		if (value === undefined) throw missingOutput(task.id, id, name, given === undefined ? null : Object.keys(given));
		if (hasExpression(value)) throw strangeOutput(task.id, id, name);
		return value;
	};
	try {
		return bindTexts(task, lookup);
	} catch (error) {
		if (error instanceof ExpressionFault) throw new Problem({code: 'expression-failed', what: `The task ${task.id} can't be prepared.`, why: `${error.message}.`, todo: 'Waive it with a reason, or mend the runbook and begin a new run.'});
		throw error;
	}
};

const missingOutput = (taskId: string, id: string, name: string, known: readonly string[] | null): Problem => {
	const near = known === null ? null : nearestWord(name, known);
	return new Problem({
		code: 'output-missing',
		what: `The task ${taskId} needs the output ${name} of ${id}.`,
		why: known === null ? `${id} has not succeeded in this run.` : `${id} gave ${known.length === 0 ? 'no outputs' : `only ${known.join(', ')}`}${near === null ? '' : `; ${near} may be meant`}.`,
		todo: known === null ? `Run ${id} first, or waive ${taskId} with a reason.` : 'Mend the runbook and begin a new run, or waive the task with a reason.',
	});
};

const strangeOutput = (taskId: string, id: string, name: string): Problem =>
	new Problem({
		code: 'output-strange',
		what: `The output ${name} of ${id} holds \${{.`,
		why: `It would be read as an expression of the runbook in ${taskId}.`,
		todo: `Look at the output of ${id}; waive ${taskId} with a reason when it is meant so.`,
	});
