import {emptyField, type TextField} from '../../components/text-field.ts';
import {freshChecklist, type ChecklistState} from '../checklist/checklist-state.ts';
import {freshDifference, type DifferenceState} from '../difference/difference-state.ts';
import type {Dialog, FieldSpec, Panel, ViewName} from './panel.ts';

/** What the operator is looking at and writing. Nothing of the run itself: that is the engine's. */
export type ScreenState = {
	/** The panel that the choice, the scroll and the word belong to. */
	readonly panelId: string;
	/** The task that is looked back at; null: the one next thing. */
	readonly looking: string | null;
	/** A task that was tried before and whose next start is shown, before it is accepted. */
	readonly preparing: string | null;
	readonly view: View | null;
	/** Of the difference: what of it is looked at, and what was opened. */
	readonly difference: DifferenceState;
	/** Of the checklist: which item and which finding is looked at. */
	readonly checklist: ChecklistState;
	readonly dialog: OpenDialog | null;
	readonly choice: number;
	readonly scroll: number;
	readonly word: TextField;
	/** False: letters are commands, although a word is asked for. */
	readonly isTyping: boolean;
	readonly notice: Notice | null;
	/** A request is on its way to the disk; keys wait. */
	readonly isBusy: boolean;
};

/** Takes the whole width until it is left. `top`: the first line that is seen; null: the last lines, also when more come. */
export type View = {readonly name: ViewName; readonly top: number | null; readonly isFull: boolean; readonly search: Search | null};

export type Search = {readonly field: TextField; readonly isTyping: boolean; readonly wanted: string; readonly found: number | null; readonly state: 'typing' | 'looking' | 'found' | 'nowhere'};

export type OpenDialog = {readonly dialog: Dialog; readonly fields: Readonly<Record<string, TextField>>; readonly at: number};

/** What has to be said once: a refusal, a missing word. */
export type Notice = {readonly what: string; readonly todo: string};

export const freshScreen: ScreenState = {
	panelId: '',
	looking: null,
	preparing: null,
	view: null,
	difference: freshDifference,
	checklist: freshChecklist,
	dialog: null,
	choice: 0,
	scroll: 0,
	word: emptyField,
	isTyping: true,
	notice: null,
	isBusy: false,
};

/** The screen with what belonged to another panel put away. */
export const settleOn = (screen: ScreenState, panelId: string): ScreenState =>
	screen.panelId === panelId ? screen : {...screen, panelId, choice: 0, scroll: 0, word: emptyField, isTyping: true};

/** The field of a form that enter goes to, where it does not yet do what the form is for. */
export const fieldAfter = ({dialog}: ScreenState, {ask}: Pick<Panel, 'ask'>): FieldSpec | null => (ask.kind === 'form' ? (ask.fields[(dialog?.at ?? 0) + 1] ?? null) : null);

export const isBeforeLastField = (screen: ScreenState, panel: Pick<Panel, 'ask'>): boolean => fieldAfter(screen, panel) !== null;
