import {makeSafe} from '../../../text/safe-text.ts';
import {editField, type TextField} from '../../components/text-field.ts';
import type {Key} from '../../keys.ts';
import type {Answers, Question, Start} from './start.ts';

/** Where the operator is in the form. `problem`: why the last enter began nothing. */
export type StartState = {readonly at: number; readonly fields: Readonly<Record<string, TextField>>; readonly problem: string | null};

export type StartPressed = {readonly state: StartState; readonly done: {readonly kind: 'begin'; readonly answers: Answers} | {readonly kind: 'leave'} | null};

/** On the first question that has no answer yet. */
export const freshStart = ({questions}: Start): StartState => ({
	at: Math.max(0, questions.findIndex(({value, isRequired}) => isRequired && value === '')),
	fields: Object.fromEntries(questions.map(({id, value}) => [id, {text: makeSafe(value), at: value.length}])),
	problem: null,
});

export const answersIn = ({fields}: StartState): Answers => Object.fromEntries(Object.entries(fields).map(([id, {text}]) => [id, text]));

export const pressStart = (start: Start, state: StartState, key: Key): StartPressed => {
	const {questions} = start;
	const question = questions[state.at];
	const stay = (changes: Partial<StartState>): StartPressed => ({state: {...state, problem: null, ...changes}, done: null});
	const move = (by: number): StartPressed => stay({at: (state.at + by + questions.length) % Math.max(1, questions.length)});
	if (key.name === 'escape' || (key.ctrl && key.text.toLowerCase() === 'c')) return {state, done: {kind: 'leave'}};
	if (key.name === 'enter') return begin(start, state);
	if (key.name === 'up') return move(-1);
	if (key.name === 'down') return move(1);
	if (key.name === 'tab') return move(key.shift ? -1 : 1);
	if (question === undefined) return stay({});
	const field = state.fields[question.id];
	if (field === undefined) return stay({});
	const edited = question.kind === 'choice' ? choose(question, field, key) : editField(field, key);
	return edited === null ? stay({}) : stay({fields: {...state.fields, [question.id]: edited}});
};

const begin = (start: Start, state: StartState): StartPressed => {
	const answers = answersIn(state);
	const missing = start.questions.findIndex(({id, isRequired}) => isRequired && (answers[id] ?? '').trim() === '');
	if (missing !== -1) return {state: {...state, at: missing, problem: `${start.questions[missing]?.label ?? ''} needs an answer.`}, done: null};
	const problem = start.check(answers);
	return problem === null ? {state, done: {kind: 'begin', answers}} : {state: {...state, problem}, done: null};
};

/** Left and right go around; a letter goes to the next option that begins with it. */
const choose = ({options, isRequired}: Question & {kind: 'choice'}, field: TextField, key: Key): TextField | null => {
	const values = [...(isRequired ? [] : ['']), ...options.map(({value}) => value)];
	const now = values.indexOf(field.text);
	const put = (index: number): TextField => {
		const value = makeSafe(values[(index + values.length) % values.length] ?? '');
		return {text: value, at: value.length};
	};
	if (key.name === 'right' || key.text === ' ') return put(now + 1);
	if (key.name === 'left') return put(now === -1 ? -1 : now - 1);
	if (key.name !== 'text') return null;
	const next = [...values.keys()].map(step => (now + 1 + step) % values.length).find(index => values[index]?.toLowerCase().startsWith(key.text.toLowerCase()));
	return next === undefined ? null : put(next);
};
