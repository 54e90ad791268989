import process from 'node:process';

import {planRunbook, type Chosen, type LoadedRunbook} from '../engine/load-runbook.ts';
import type {Machine} from '../engine/machine.ts';
import {Problem} from '../errors.ts';
import {inputVariable} from '../runbook/bind-inputs.ts';
import type {FromEnvironment, InputSpec, TargetSpec} from '../runbook/runbook.ts';
import type {Answers, Question, Start} from '../ui/start-app.tsx';

/**
At a terminal, asks for the target and the inputs that are not given; null when the operator leaves. What the flags give is not asked again,
and when nothing is left to ask, nothing is.
*/
export const askForRest = async (loaded: LoadedRunbook, given: Chosen, machine: Machine, isPlain: boolean): Promise<Chosen | null> => {
	const questions = [...targetQuestion(loaded, given), ...inputQuestions(loaded, given, machine)];
	if (!questions.some(({isRequired, value}) => isRequired && value === '')) return given;
	const {steps, name} = loaded.runbook;
	const start: Start = {
		name,
		file: loaded.path,
		about: `${steps.length} steps, ${steps.reduce((count, {tasks}) => count + tasks.length, 0)} tasks`,
		who: machine.by,
		questions,
		check: answered => whyNot(() => planRunbook(loaded, withAnswers(given, answered), machine)),
	};
	const answers = isPlain ? await (await import('../ui/plain/plain-start.ts')).askInLines(start, process.stdin, line => void process.stdout.write(`${line}\n`)) : await (await import('../ui/start-app.tsx')).runStart(start);
	return answers === null ? null : withAnswers(given, answers);
};

const whyNot = (plan: () => unknown): string | null => {
	try {
		plan();
		return null;
	} catch (error) {
		if (error instanceof Problem) return `${error.what} ${error.why} ${error.todo}`;
		throw error;
	}
};

const targetQuestion = ({runbook: {targets}}: LoadedRunbook, {targetName}: Chosen): readonly Question[] => {
	const names = Object.keys(targets);
	if (targetName !== undefined || names.length < 2) return [];
	return [
		{
			id: 'target',
			label: 'Target',
			hint: '',
			isRequired: true,
			value: '',
			kind: 'choice',
			options: Object.entries(targets).map(([value, target]) => ({value, hint: describeTarget(target), isDangerous: target.protected})),
		},
	];
};

const describeTarget = (target: TargetSpec): string =>
	[
		...(['context', 'namespace', 'database'] as const).flatMap(key => (target[key] === undefined ? [] : [`${key} ${settingText(target[key])}`])),
		...(target.protected ? ['protected: its name is typed before anything changes there'] : []),
	].join(' · ');

const settingText = (setting: string | FromEnvironment): string => (typeof setting === 'string' ? setting : `from ${setting.env}`);

const inputQuestions = ({runbook: {inputs}}: LoadedRunbook, given: Chosen, {environment}: Machine): readonly Question[] =>
	Object.entries(inputs).flatMap(([name, input]): readonly Question[] => {
		if (given.inputs[name] !== undefined || (environment[inputVariable(name)] ?? '') !== '') return [];
		const common = {id: `input:${name}`, label: name, hint: input.describe ?? '', isRequired: input.required, value: input.default === undefined ? '' : String(input.default)};
		const options = optionsOf(input);
		if (options !== null) return [{...common, kind: 'choice', options: options.map(value => ({value, hint: '', isDangerous: false}))}];
		return [{...common, kind: input.type === 'secret' ? 'secret' : 'text'}];
	});

const optionsOf = ({type, options}: InputSpec): readonly string[] | null => (type === 'choice' ? (options ?? []) : type === 'boolean' ? ['true', 'false'] : null);

const withAnswers = (given: Chosen, answers: Answers): Chosen => ({
	targetName: answers['target'] ?? given.targetName,
	inputs: {
		...given.inputs,
		...Object.fromEntries(Object.entries(answers).flatMap(([id, text]) => (id.startsWith('input:') && text.trim() !== '' ? [[id.slice('input:'.length), text]] : []))),
	},
});
