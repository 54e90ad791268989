import {resolve} from 'node:path';

import {Problem} from '../../errors.ts';
import type {PlanInput} from '../action.ts';

/** The absolute path of a program that a runbook names: on PATH, or, with a slash in it, relative to the runbook. Throws `Problem` when it is not there. */
export const resolveProgram = ({findTool, taskId, runbookFolder}: Pick<PlanInput<unknown>, 'findTool' | 'taskId' | 'runbookFolder'>, name: string, purpose: string): string => {
	const program = name.includes('/') ? resolve(runbookFolder, name) : findTool(name);
	if (program === null) throw new Problem({code: 'tool-missing', what: `${name} is not there.`, why: `${purpose}, the task ${taskId} says, and no folder of PATH has it.`, todo: `Install ${name}, or add its folder to PATH, and start Slipway again.`});
	return program;
};
