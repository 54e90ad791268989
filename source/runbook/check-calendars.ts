import {readCalendar, type CalendarFault} from './calendar.ts';
import {isRecord, listIn} from './outline.ts';
import type {RunbookProblem} from './runbook-problem.ts';
import type {YamlSource} from './yaml-source.ts';

/** How the calendars are found: `read` gives the text of a file named relative to the runbook's folder, or why it can't be read. */
export type Calendars = {readonly read: (name: string) => {readonly text: string} | {readonly why: string}; readonly year: number};

/** What is wrong with the calendars that the windows of a runbook name, each at its name. The runbook is in shape. */
export const checkCalendars = (source: YamlSource, {read, year}: Calendars): readonly RunbookProblem[] =>
	listIn(source.value, 'steps').flatMap((step, stepIndex) =>
		listIn(step, 'tasks').flatMap((task, taskIndex) => {
			const window = isRecord(task) ? task['window'] : undefined;
			if (!isRecord(window)) return [];
			return listIn(window, 'freezes').flatMap((name, index) => {
				if (typeof name !== 'string') return [];
				const found = read(name);
				const faults: readonly CalendarFault[] = 'why' in found ? [{line: null, why: found.why}] : readCalendar(found.text, {path: name, timezone: String(window['timezone']), year}).faults;
				return faults.map(({line, why}) => source.problemAt(['steps', stepIndex, 'tasks', taskIndex, 'window', 'freezes', index], {what: `${name}${line === null ? '' : `:${line}`}: ${why}`}));
			});
		}),
	);
