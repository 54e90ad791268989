import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';

import type {Engine} from '../../engine/engine.ts';
import type {Usual} from '../../run/durations.ts';
import {openOutputLog} from '../../supervisor/output.ts';
import type {SafeText} from '../../text/safe-text.ts';
import {leaveOnSignal} from '../leave-on-signal.ts';
import {leaveRun} from '../leave-run.ts';
import type {ItemWord} from '../screens/checklist/checklist-state.ts';
import type {OutputLines} from '../hooks/output-lines.ts';
import {readBytes} from '../read-bytes.ts';
import type {Action, FieldSpec, Panel, ViewName} from '../screens/run/panel.ts';
import {openRunSession, type RunSession} from '../screens/run/run-session.ts';
import {themeFrom} from '../theme.ts';
import {readLines} from './line-reader.ts';
import {askLines, offeredWords, panelLines, textOf} from './plain-text.ts';

export type PlainParts = {
	readonly engine: Engine;
	readonly clean: (text: string) => SafeText;
	readonly clock: () => Date;
	readonly usual: Usual;
	/** Answers, line by line; it ends when there are no more. */
	readonly input: NodeJS.ReadableStream;
	readonly print: (line: string) => void;
};

/** Text is wrapped at this width; a screen reader reads a line at a time. */
const columns = 76;

/**
Drives a run in lines that are only ever added, for screen readers, dumb terminals and slow connections: the same panels, questions and rules as
the full screen. Answers are words or numbers; anything that is not clearly a yes starts nothing. The end of the input leaves the run, and so does
who takes it over. Gives the exit status of `leaveRun`.
*/
export const runPlain = async ({engine, clean, clock, usual, input, print}: PlainParts): Promise<number> => {
	let isLeft = false;
	const theme = themeFrom({...process.env, NO_COLOR: '1'});
	let output: OutputLines | null = null;
	const session = openRunSession({
		engine,
		theme,
		clean,
		clock,
		openOutput: folder => (output = openOutputLog(folder, clean)),
		readFile: readBytes,
		usual,
		onLeave: () => (isLeft = true),
		settleMs: 0,
	});
	const lines = readLines(input);
	const signals = leaveOnSignal(() => {
		isLeft = true;
		lines.close();
	});
	const ask = async (prompt: string): Promise<string | null> => {
		print(prompt);
		return lines.take();
	};

	try {
		while (!isLeft) {
			const panel = await settledPanel(session);
			if (panel.ask.kind === 'nothing' && engine.snapshot().ending !== null) break;
			for (const line of ['', ...panelLines(panel, columns), '', ...askLines(panel)]) print(line);
			if (panel.ask.kind === 'nothing') await follow(session, panel, () => output, print, lines.peek);
			await answerPanel(session, panel, {ask, print});
			const {notice} = session.screen();
			if (notice !== null) print(`${clean(notice.what)} ${clean(notice.todo)}`);
		}
	} finally {
		session.close();
		lines.close();
	}

	const caught = signals.caught();
	const {told, status} = await leaveRun(engine, {theme, clean, caught});
	signals.stop();
	if (caught?.signal !== 'SIGHUP') for (const line of ['', ...told.split('\n')]) print(line);
	return status;
};

type Talk = {readonly ask: (prompt: string) => Promise<string | null>; readonly print: (line: string) => void};

/** A panel that asks nothing may only be waiting for a look at the disk: so long it is not printed yet. */
const settledPanel = async (session: RunSession): Promise<Panel> => {
	const deadline = Date.now() + lookMs;
	while (session.panel().ask.kind === 'nothing' && !session.isLively() && Date.now() < deadline) await pause(pollMs);
	return session.panel();
};

const lookMs = 1000;
const pollMs = 50;

/** Prints what the action says until something else is asked, or until the operator says something. */
const follow = async (session: RunSession, panel: Panel, output: () => OutputLines | null, print: (line: string) => void, peek: () => Promise<string | null>): Promise<void> => {
	let printed = 0;
	let isSpoken = false;
	void peek().then(() => (isSpoken = true));
	if (session.isLively()) print('What it says follows. Type cancel to cancel it, leave to leave it running.');
	while (session.panel().id === panel.id && !isSpoken) {
		const count = output()?.lineCount() ?? 0;
		for (const line of output()?.lines(printed, count - printed) ?? []) print(line.text);
		printed = Math.max(printed, count);
		await pause(pollMs);
	}
};

const answerPanel = async (session: RunSession, panel: Panel, talk: Talk): Promise<void> => {
	// It may have ended while its output was read.
	if (session.panel().id !== panel.id) return;
	if (panel.ask.kind === 'form') return fillForm(session, panel.ask.fields, panel.ask.does, talk);
	const words = offeredWords(panel.offers);
	const answer = await talk.ask(`Answer${words.size === 0 ? '' : `, or ${[...words.keys()].join(', ')}`}, help, leave:`);
	if (answer === null) return session.act({kind: 'leave'});
	const word = answer.toLowerCase();
	if (word === 'leave' || word === 'quit') return session.act({kind: 'leave'});
	if (word === 'help') return listView(session, 'help', talk);
	const command = words.get(word);
	const offer = command === undefined ? undefined : panel.offers[command];
	if (offer !== undefined) return take(session, offer, talk);

	const action = chosen(panel, answer);
	if (action === null) talk.print(answer === '' ? 'Nothing was answered.' : `${answer} is no answer here. Nothing was done.`);
	else await take(session, action, talk);
};

/** A view is printed; after a checklist it is asked what is said of it. */
const take = async (session: RunSession, action: Action, talk: Talk): Promise<void> => {
	if (action.kind !== 'view' || action.view === 'output') return session.act(action);
	listView(session, action.view, talk);
	if (action.view === 'checklist') await askAboutItem(session, talk);
};

/** What is said of an item of the checklist: `10 yes`, `34 waive`. The form that follows asks for the rest. */
const askAboutItem = async (session: RunSession, {ask, print}: Talk): Promise<void> => {
	const answer = await ask('A number with yes, no, partially, waive or withdraw, such as 10 yes, says something of an item; an empty line goes back:');
	if (answer === null) return session.act({kind: 'leave'});
	if (answer === '') return;
	const said = /^(\d+)\s+(yes|no|partially|waive|withdraw)$/i.exec(answer);
	const action = said === null ? null : session.aboutItem(Number(said[1]), said[2]?.toLowerCase() as ItemWord);
	if (action === null) print(`${answer} says nothing that can be recorded: only what is to answer is answered, only what is open is waived, only what was said in this run is withdrawn. Nothing was recorded.`);
	else await session.act(action);
};

const chosen = ({ask}: Panel, answer: string): Action | null => {
	switch (ask.kind) {
		case 'enter':
			return answer.toLowerCase() === 'yes' ? ask.does : null;
		case 'word':
			return answer === ask.word ? ask.does(answer) : null;
		case 'choices':
			return (/^\d+$/.test(answer) ? ask.choices[Number(answer) - 1]?.does : undefined) ?? null;
		default:
			return null;
	}
};

const listView = (session: RunSession, view: ViewName, talk: Talk): void => {
	if (view !== 'output') for (const line of textOf(session.list(view, columns))) talk.print(line);
};

/** Asks for each field; one that is needed and gets nothing leaves the form. After a refusal it is asked again, and what was said is kept. */
const fillForm = async (session: RunSession, fields: readonly FieldSpec[], does: (values: Readonly<Record<string, string>>) => Action, {ask, print}: Talk): Promise<void> => {
	const values = new Map<string, string>();
	for (;;) {
		for (const {id, label, hint, isRequired} of fields) {
			const said = values.get(id);
			const answer = await ask(said === undefined ? `${label} (${hint}):` : `${label} (${hint}; an empty line keeps ${said}, - takes it out):`);
			if (answer === null) return session.act({kind: 'leave'});
			if (answer === '-' && said !== undefined) values.delete(id);
			else if (answer !== '') values.set(id, answer);
			if (isRequired && !values.has(id)) {
				print('Nothing was recorded.');
				return session.act({kind: 'close'});
			}
		}

		await session.act(does(Object.fromEntries(values)));
		const {notice, dialog} = session.screen();
		// What no form can mend is told by whoever asked for the form.
		if (notice === null || dialog === null) return;
		print(`${notice.what} ${notice.todo}`);
	}
};
