import type {Answers, Question, Start} from '../screens/start/start.ts';
import {readLines} from './line-reader.ts';

/** Asks in lines for what a run needs before it begins; null when the input ends or a needed answer stays away. */
export const askInLines = async (start: Start, input: NodeJS.ReadableStream, print: (line: string) => void): Promise<Answers | null> => {
	const lines = readLines(input);
	try {
		print(`${start.name}, ${start.about}`);
		const answers: Record<string, string> = {};
		for (const question of start.questions) {
			for (const line of questionLines(question)) print(line);
			const answer = await lines.take();
			if (answer === null) return null;
			answers[question.id] = answer === '' ? question.value : answer;
		}

		const problem = start.check(answers);
		if (problem === null) return answers;
		print(`${problem} Nothing was begun.`);
		return null;
	} finally {
		lines.close();
	}
};

const questionLines = (question: Question): readonly string[] => [
	`${question.label}${question.hint === '' ? '' : `: ${question.hint}`}${question.value === '' ? (question.isRequired ? ' (needed)' : ' (may be left empty)') : ` (empty: ${question.value})`}`,
	...(question.kind === 'choice' ? question.options.map(({value, hint}) => `  ${value}${hint === '' ? '' : `: ${hint}`}`) : []),
];
