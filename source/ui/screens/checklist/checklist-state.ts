import type {FindingMark} from '../../../journal/event.ts';
import {takesBack} from '../../../run/standing-decisions.ts';
import type {Command, Key} from '../../keys.ts';
import type {Dialog} from '../run/panel.ts';
import {isQuestion, type ChecklistEntry, type ChecklistFinding, type ChecklistModel} from './checklist-model.ts';

/** What of a checklist is looked at. It stays when the view is left and opened again. */
export type ChecklistState = {
	/** Id of an item; one that the model does not have stands for the first that newly fails, or else that somebody must act on. */
	readonly selected: string;
	/** The finding that is looked at, by its place among those of the item; null: the item as a whole. */
	readonly finding: number | null;
	/** The first row of the item that is seen. */
	readonly top: number;
};

export const freshChecklist: ChecklistState = {selected: '', finding: null, top: 0};

/** What a key needs to know: what there is, and how the item is laid out. */
export type ChecklistSight = {
	readonly model: ChecklistModel;
	/** Rows of the item that are in sight. */
	readonly rows: number;
	readonly pageOf: (entry: ChecklistEntry, finding: number | null) => ChecklistPage;
	/** Whether anything may be said: not by one who only follows, and not of a run that has ended. */
	readonly mayDecide: boolean;
};

/** An item's rows: how many there are, and where each finding begins and ends. */
export type ChecklistPage = {readonly count: number; readonly placeOf: (finding: number) => readonly [from: number, to: number]};

export const checklistCommands: readonly Command[] = ['back', 'tasks', 'openItem', 'toDo', 'groups', 'yes', 'no', 'partially', 'waive', 'withdraw', 'repeat', 'scroll', 'first', 'last', 'full', 'help', 'quit', 'commandLog', 'events'];

export const selectedEntry = ({selected}: ChecklistState, {items}: ChecklistModel): ChecklistEntry | null =>
	items.find(({item}) => item.id === selected) ?? items.find(isNewFailure) ?? items.find(isToDo) ?? items[0] ?? null;

/** The finding that is looked at; null while the item is looked at as a whole. */
export const selectedFinding = ({finding}: ChecklistState, entry: ChecklistEntry): ChecklistFinding | null => (finding === null ? null : (entry.findings[Math.min(finding, entry.findings.length - 1)] ?? null));

/** What a command does to what is looked at. Pure. */
export const steerChecklist = (state: ChecklistState, command: Command, key: Key, sight: ChecklistSight): ChecklistState => {
	const {model, rows} = sight;
	const entry = selectedEntry(state, model);
	if (entry === null) return state;
	const here = model.items.indexOf(entry);
	const end = Math.max(0, sight.pageOf(entry, state.finding).count - rows);
	const isBack = key.name === 'up' || key.name === 'left' || key.text === 'k' || key.text === '[';
	switch (command) {
		case 'tasks':
			return state.finding === null ? goTo(state, model.items[here + (isBack ? -1 : 1)]) : goToFinding(state, entry, Math.max(0, Math.min(entry.findings.length - 1, state.finding + (isBack ? -1 : 1))), sight);
		case 'openItem':
			return state.finding === null && entry.findings.length > 0 ? goToFinding(state, entry, 0, sight) : state;
		case 'back':
			return {...state, finding: null, top: 0};
		case 'toDo':
			return goTo(state, isBack ? model.items.slice(0, here).findLast(isToDo) : model.items.slice(here + 1).find(isToDo));
		case 'groups': {
			const group = model.groups.findIndex(({entries}) => entries.includes(entry)) + (isBack ? -1 : 1);
			return goTo(state, model.groups[group]?.entries[0]);
		}
		case 'scroll':
			return {...state, top: Math.max(0, Math.min(end, state.top + (key.name === 'pageUp' ? -1 : 1) * Math.max(1, rows - 1)))};
		case 'first':
			return state.finding === null ? goTo(state, model.items[0]) : goToFinding(state, entry, 0, sight);
		case 'last':
			return state.finding === null ? goTo(state, model.items.at(-1)) : goToFinding(state, entry, entry.findings.length - 1, sight);
		default:
			return state;
	}
};

/** What keeps the checklist from passing. */
const isNewFailure = ({findings}: ChecklistEntry): boolean => findings.some(({verdict, finding}) => verdict === 'fail' && !finding.known);

const isToDo = ({open}: ChecklistEntry): boolean => open > 0;

const goTo = (state: ChecklistState, entry: ChecklistEntry | undefined): ChecklistState => (entry === undefined ? state : {selected: entry.item.id, finding: null, top: 0});

/** With the finding in sight, whole where it fits. */
const goToFinding = (state: ChecklistState, entry: ChecklistEntry, finding: number, {rows, pageOf}: ChecklistSight): ChecklistState => {
	const {count, placeOf} = pageOf(entry, finding);
	const [from, to] = placeOf(finding);
	const top = Math.max(0, Math.min(state.top, from, Math.max(0, count - rows)), Math.min(from, to - rows));
	return {selected: entry.item.id, finding, top};
};

/** What may be said of what is looked at: an answer where a person decides, a waiver where something is open, a withdrawal where something was said. */
export const decidable = (state: ChecklistState, entry: ChecklistEntry): Readonly<Record<ItemWord, boolean>> => {
	const about = aboutOf(state, entry);
	const mayAnswer = about.some(({finding}) => isQuestion(finding));
	const one = selectedFinding(state, entry);
	const withdrawal = {item: entry.item.id, ...(one === null ? {} : {finding: markOf(one)})};
	return {yes: mayAnswer, no: mayAnswer, partially: mayAnswer, waive: about.some(({verdict}) => openNow.has(verdict)), withdraw: entry.standing.some(said => takesBack(withdrawal, said))};
};

const openNow: ReadonlySet<string> = new Set(['fail', 'warn', 'unknown', 'attest', 'unconfigured']);

const aboutOf = (state: ChecklistState, entry: ChecklistEntry): readonly ChecklistFinding[] => {
	const one = selectedFinding(state, entry);
	return one === null ? entry.findings : [one];
};

/** What may be said of an item; `withdraw`: that what was said no longer counts. */
export type ItemWord = 'yes' | 'no' | 'partially' | 'waive' | 'withdraw';

/** The form for what is said of the item, or of the one finding that is looked at. */
export const decisionDialog = (state: ChecklistState, {task, seen}: ChecklistModel, entry: ChecklistEntry, said: ItemWord): Dialog => {
	const one = selectedFinding(state, entry);
	const {id, number, title} = entry.item;
	const [first] = entry.findings;
	const what = one === null && entry.findings.length !== 1 ? `All ${entry.findings.length} findings of the item.` : whatOf((one ?? first)?.finding);
	const about = {task, seen, item: id, title: `${number}. ${title}`, what, ...(one === null ? {} : {finding: markOf(one)})};
	if (said === 'withdraw') return {kind: 'withdraw-item', ...about};
	return said === 'waive' ? {kind: 'waive-item', ...about} : {kind: 'answer-item', answer: said, ...about};
};

const whatOf = (finding: ChecklistFinding['finding'] | undefined): string => (finding === undefined ? '' : finding.object === null ? finding.message : `${whereOf(finding)}: ${finding.message}`);

const markOf = ({finding}: ChecklistFinding): FindingMark => ({fingerprint: finding.fingerprint, where: whereOf(finding)});

/** `Deployment shop/web, container app`; what it says where it is about no object. */
export const whereOf = ({object, container, message}: ChecklistFinding['finding']): string =>
	object === null ? message : `${object.kind} ${object.namespace === null ? '' : `${object.namespace}/`}${object.name === '' ? '(no name)' : object.name}${container === null ? '' : `, container ${container}`}`;
