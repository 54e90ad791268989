import type {FileFact, JournalLine} from '../../../journal/event.ts';
import {formatDuration} from '../../../text/format-duration.ts';
import {formatSize} from '../../../text/format-size.ts';
import {makeSafe, safe, type SafeText} from '../../../text/safe-text.ts';
import {commandTexts} from '../../components/command-block.ts';
import {paragraph, rowOf, spaces, words, type Row} from '../../components/row.ts';
import type {RunState} from '../../../run/state.ts';

export type EventDetailProps = {readonly line: JournalLine; readonly state: RunState; readonly columns: number; readonly clean: (text: string) => SafeText};

/** All that a line of the journal says: its commands as they were shown, its files with a number to open them, everything else by its name. */
export const eventDetail = ({line, columns, clean}: EventDetailProps): readonly Row[] => {
	const {commands: _, effect: __, changing: ___, output: ____, evidence: _____, attachments: ______, ...rest} = line.data as Readonly<Record<string, unknown>>;
	const shown = line.type === 'attempt.started' ? commandTexts(line.data, {columns, clean}) : [];
	const files = filesOf(line);
	return [
		...shown,
		...Object.entries(rest).flatMap(([name, value]) => factRows(name, value, columns, clean)),
		...files.map((file, index) => rowOf(words(safe`  ${index < 9 ? safe`${index + 1}` : safe` `} `, 'accent'), words(clean(file.path)), words(safe`  ${makeSafe(formatSize(file.sizeBytes))}`, 'quiet'))),
	];
};

/** The files that a line names, in the order of their numbers. */
export const filesOf = (line: JournalLine): readonly FileFact[] => {
	if (line.type === 'attempt.finished') return [...line.data.output, ...line.data.evidence].filter(({sizeBytes}) => sizeBytes > 0);
	if (line.type === 'attempt.resolved') return [...(line.data.output ?? []), ...(line.data.evidence ?? [])].filter(({sizeBytes}) => sizeBytes > 0);
	if (line.type === 'task.confirmed') return line.data.attachments ?? [];
	return line.type === 'attempt.started' ? line.data.requires : [];
};

/** The attempt whose output belongs to a line; null when there is none. */
export const attemptOf = (line: JournalLine): {readonly task: string; readonly attempt: number} | null =>
	'attempt' in line.data && typeof line.data.attempt === 'number' ? {task: line.data.task, attempt: line.data.attempt} : null;

const nameColumns = 14;

const factRows = (name: string, value: unknown, columns: number, clean: EventDetailProps['clean']): readonly Row[] => {
	if (name.endsWith('Ms') && typeof value === 'number') return factRows(name.slice(0, -2), formatDuration(value), columns, clean);
	if (name === 'task' || name === 'attempt' || name === 'argv' || name === 'requires' || isEmpty(value)) return [];
	const [first, ...more] = paragraph(textOf(value, clean), columns - nameColumns);
	const label = clean(name);
	return [rowOf(words(safe`${label}${spaces(Math.max(1, nameColumns - label.length))}`, 'quiet'), ...(first?.left ?? [])), ...more.map(row => rowOf(words(spaces(nameColumns)), ...row.left))];
};

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

const textOf = (value: unknown, clean: EventDetailProps['clean']): SafeText => {
	if (Array.isArray(value)) return value.map(inner => textOf(inner, clean)).join(value.some(inner => typeof inner === 'object') ? '\n' : ', ') as SafeText;
	if (typeof value === 'object' && value !== null) return Object.entries(value).map(([name, inner]) => safe`${clean(name)} ${textOf(inner, clean)}`).join(', ') as SafeText;
	return clean(String(value));
};
