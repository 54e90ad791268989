import type {SafeText} from '../../../text/safe-text.ts';
import type {Laid, Size} from '../../components/frame.ts';
import {eventWords} from '../../event-words.ts';
import type {Key} from '../../keys.ts';
import type {Theme} from '../../theme.ts';
import {attemptOf, filesOf} from './event-detail.ts';
import {attemptTitle, layTimeline} from './lay-timeline.ts';
import type {Text, Timeline, TimelineChoice} from './timeline.ts';
import {freshTimeline, pressTimeline, type TimelineAction, type TimelineSight, type TimelineState} from './timeline-state.ts';

export type TimelineSessionParts = {
	readonly timeline: Timeline;
	readonly theme: Theme;
	readonly clean: (text: string) => SafeText;
	/** The line that is looked at first; the last one otherwise. */
	readonly from?: number;
	readonly onChoose: (choice: TimelineChoice) => void;
};

/** What the timeline is made of, without React. */
export type TimelineSession = {
	readonly press: (key: Key) => void;
	readonly draw: (size: Size) => Laid;
	readonly subscribe: (listener: () => void) => () => void;
	readonly version: () => number;
	readonly close: () => void;
};

export const openTimelineSession = ({timeline, theme, clean, from, onChoose}: TimelineSessionParts): TimelineSession => {
	let state: TimelineState = freshTimeline(timeline.lines.length, from);
	let sight: TimelineSight = {count: timeline.lines.length, page: 10, detail: {rows: 1, count: 0}, text: {rows: 1, count: 0}};
	let version = 0;
	let opened: {readonly text: Text; readonly stop: () => void} | null = null;
	let searching: AbortController | null = null;
	const listeners = new Set<() => void>();

	const changed = (): void => {
		version++;
		for (const listener of listeners) listener();
	};

	const put = (next: TimelineState): void => {
		state = next;
		changed();
	};

	const closeText = (): void => {
		searching?.abort();
		opened?.stop();
		opened?.text.close();
		opened = null;
	};

	const openText = (text: Text, title: string, standing: string, isAsRecorded: boolean): void => {
		closeText();
		opened = {text, stop: text.subscribe(changed)};
		put({...state, opened: {title, standing, isAsRecorded, top: 0, found: null, search: null}});
	};

	const findEvent = (text: string, fromLine: number, direction: 'forwards' | 'backwards'): void => {
		const last = timeline.stateAt(timeline.lines.length - 1);
		const step = direction === 'forwards' ? 1 : -1;
		const wanted = text.toLowerCase();
		let at = fromLine;
		for (let line = timeline.lines[at]; line !== undefined; line = timeline.lines[(at += step)]) {
			const {what, about} = eventWords(last, line);
			if (`${what} ${about} ${line.by} ${line.type}`.toLowerCase().includes(wanted)) break;
		}

		const found = timeline.lines[at] !== undefined;
		put({...state, ...(found ? {at, scroll: 0} : {}), search: state.search === null ? null : {...state.search, found}});
	};

	const findText = async (text: string, fromLine: number, direction: 'forwards' | 'backwards'): Promise<void> => {
		searching?.abort();
		const control = new AbortController();
		searching = control;
		try {
			const found = fromLine < 0 ? null : ((await opened?.text.search(text, fromLine, direction, control.signal)) ?? null);
			const {opened: shown} = state;
			if (control.signal.aborted || shown?.search === null || shown === null) return;
			put({...state, opened: {...shown, found: found ?? shown.found, top: found === null ? shown.top : Math.max(0, Math.min(Math.max(0, sight.text.count - sight.text.rows), found - Math.floor(sight.text.rows / 2))), search: {...shown.search, found: found !== null}}});
		} catch (error) {
			if (!control.signal.aborted) throw error;
		}
	};

	const act = (action: TimelineAction): void => {
		const line = timeline.lines[state.at];
		switch (action.kind) {
			case 'output': {
				const attempt = line === undefined ? null : attemptOf(line);
				if (attempt !== null) openText(timeline.openOutput(attempt.task, attempt.attempt), attemptTitle(timeline, state.at), 'The whole output, as it is now on disk; `slipway verify` holds it against the record.', true);
				return;
			}

			case 'file': {
				const file = line === undefined ? undefined : filesOf(line)[action.index];
				if (file !== undefined) void timeline.openFile(file).then(({text, standing, isAsRecorded}) => openText(text, file.path, standing, isAsRecorded));
				return;
			}

			case 'find':
				if (state.opened === null) findEvent(action.text, action.from, action.direction);
				else void findText(action.text, action.from, action.direction);
				return;
			case 'close':
				closeText();
				put({...state, opened: null});
				return;
			case 'look':
				onChoose({kind: 'look', line: state.at});
				return;
			case 'leave':
				onChoose({kind: 'leave'});
		}
	};

	return {
		press: key => {
			const {state: next, action} = pressTimeline(state, key, sight);
			put(next);
			if (action !== null) act(action);
		},
		draw: size => {
			const {laid, sight: seen} = layTimeline({timeline, state, text: opened?.text ?? null, theme, clean}, size);
			sight = seen;
			return laid;
		},
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		version: () => version,
		close: () => {
			closeText();
			listeners.clear();
		},
	};
};
