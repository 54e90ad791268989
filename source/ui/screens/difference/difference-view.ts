import {isAbsolute, join} from 'node:path';

import type {Engine} from '../../../engine/engine.ts';
import type {ToRead} from '../run/panel.ts';
import type {PaneParts} from './diff-pane.ts';
import type {DifferenceModel, Item} from './difference-model.ts';
import {unreadIn, type DifferenceSight, type DifferenceState} from './difference-state.ts';
import {differencesFor, differencesToRead, type LeftDifference} from './differences-for.ts';
import {itemPage, type ItemPage} from './item-page.ts';
import {titleRows} from './lay-difference.ts';
import {readDifferences, type ReadDifferences} from './read-differences.ts';

/** Two sides need a terminal that is as wide as this. */
const wideColumns = 120;

/** Objects whose rows are kept; the one that is looked at and those around it. */
const mostPages = 32;

export type DifferenceView = {
	/** What the task is about; null when no preview has left anything. */
	readonly read: (taskId: string) => ReadDifferences | null;
	/** Whether the operator may confirm the task, as far as reading goes. */
	readonly toRead: (taskId: string, state: DifferenceState) => ToRead;
	/** How the objects lie in a space of that size. */
	readonly sight: (model: DifferenceModel, state: DifferenceState, space: {readonly columns: number; readonly rows: number; readonly screenColumns: number}) => DifferenceSight & {readonly isWide: boolean};
};

/** Reads evidence once, and lays an object out once for each width. */
export const openDifferenceView = ({engine, readFile, ...parts}: PaneParts & {readonly engine: Engine; readonly readFile: (path: string) => Uint8Array | null}): DifferenceView => {
	let last: {readonly key: string; readonly read: ReadDifferences} | null = null;
	let pages = new Map<string, ItemPage>();

	const pathOf = ({attempt, file}: LeftDifference): string => (isAbsolute(file.path) ? file.path : join(engine.attemptFolder(attempt.task, attempt.number), '../..', file.path));

	const readAll = (left: readonly LeftDifference[]): ReadDifferences | null => {
		if (left.length === 0) return null;
		const key = left.map(({file}) => `${file.path} ${file.sha256}`).join('\n');
		if (last?.key !== key) {
			last = {key, read: readDifferences(left, one => readFile(pathOf(one)))};
			pages = new Map();
		}

		return last.read;
	};

	return {
		read: taskId => readAll(differencesFor(engine.snapshot(), taskId)),
		toRead: (taskId, state) => {
			const read = readAll(differencesToRead(engine.snapshot(), taskId));
			if (read === null) return {kind: 'nothing', differences: []};
			if (read.kind === 'unreadable') return read;
			const {dangers, differences} = read.model;
			return dangers.length === 0 ? {kind: 'nothing', differences} : {kind: 'some', differences, count: dangers.length, unread: unreadIn(state, read.model).length};
		},
		sight: (model, {isSideBySide}, {columns, rows, screenColumns}) => {
			const isWide = screenColumns >= wideColumns;
			const layout = {columns, isSideBySide: isSideBySide && isWide};
			const pageOf = (item: Item): ItemPage => {
				const key = `${item.id} ${columns} ${layout.isSideBySide}`;
				const known = pages.get(key);
				if (known !== undefined) return known;
				if (pages.size >= mostPages) pages.clear();
				const page = itemPage(item, layout, parts);
				pages.set(key, page);
				return page;
			};
			return {model, rows: Math.max(1, rows - titleRows), pageOf, isWide};
		},
	};
};
