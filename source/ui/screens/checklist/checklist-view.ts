import type {ChecklistEntry, ChecklistModel} from './checklist-model.ts';
import type {ChecklistParts} from './finding-rows.ts';
import {itemPage, type ItemPage, type LaidChecklist} from './item-rows.ts';
import {titleRows} from './lay-checklist.ts';

/** Items whose rows are kept: the one that is looked at and those around it. */
const mostPages = 32;

/** Lays an item out once for each width and each finding that is looked at. */
export const openChecklistView = (parts: ChecklistParts): ((model: ChecklistModel, space: {readonly columns: number; readonly rows: number}, mayDecide: boolean) => LaidChecklist) => {
	let last: ChecklistModel | null = null;
	const pages = new Map<string, ItemPage>();
	return (model, {columns, rows}, mayDecide) => {
		if (last !== model) pages.clear();
		last = model;
		const pageOf = (entry: ChecklistEntry, finding: number | null): ItemPage => {
			const key = `${entry.item.id} ${columns} ${finding ?? ''}`;
			const known = pages.get(key);
			if (known !== undefined) return known;
			if (pages.size >= mostPages) pages.clear();
			const page = itemPage(entry, finding, columns, parts);
			pages.set(key, page);
			return page;
		};
		return {model, rows: Math.max(1, rows - titleRows), pageOf, mayDecide};
	};
};
