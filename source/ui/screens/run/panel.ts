import type {Difference} from '../../../actions/helm/difference.ts';
import type {Progress} from '../../../actions/helm/progress.ts';
import type {Preview} from '../../../engine/engine.ts';
import type {Answer, FindingMark, JournalLine, RunResult} from '../../../journal/event.ts';
import type {Usual} from '../../../run/durations.ts';
import type {Request} from '../../../run/request.ts';
import type {RunState} from '../../../run/state.ts';
import type {SafeText} from '../../../text/safe-text.ts';
import type {Row, Span} from '../../components/row.ts';
import type {ListedChoice} from '../../components/choice-list.ts';
import type {OutputLines} from '../../hooks/output-lines.ts';
import type {Command} from '../../keys.ts';
import type {Theme, Tone} from '../../theme.ts';

/** All that a panel is drawn from. */
export type RunContext = {
	readonly state: RunState;
	readonly now: Date;
	readonly theme: Theme;
	/** The gate for text from outside: makes it safe and takes secrets out. */
	readonly clean: (text: string) => SafeText;
	/** Of the task that is shown; null where nothing can be started. */
	readonly preview: Preview | null;
	/** Of the last attempt of the task that is shown. */
	readonly output: OutputLines | null;
	/** What the task works on, or has worked on without success, as the cluster says it now; null where there is nothing to see. */
	readonly progress: Progress | {readonly unknown: string} | null;
	readonly lines: readonly JournalLine[];
	/** Why this process only follows; null when it drives. */
	readonly readOnly: string | null;
	readonly spinner: SafeText;
	/** Whether all that has to be read before the confirmation may be given was opened. */
	readonly toRead: (taskId: string) => ToRead;
	/** How long good runs took before, when that is known. */
	readonly usual: Usual;
};

/** What the previews say, of which `unread` of `count` dangerous changes were not opened yet; `unreadable`: it can't be shown, so nobody can have read it. */
export type ToRead =
	| {readonly kind: 'nothing'; readonly differences: readonly Difference[]}
	| {readonly kind: 'some'; readonly differences: readonly Difference[]; readonly count: number; readonly unread: number}
	| {readonly kind: 'unreadable'; readonly why: string};

/** The one thing on the right side of the run screen, and what can be done about it. */
export type Panel = {
	/** Another one whenever enter would do something else; an enter that was pressed for the one before does not count. */
	readonly id: string;
	readonly title: SafeText;
	readonly badge: Span | null;
	readonly content: (columns: number) => readonly Row[];
	/** Fills what the content leaves free. */
	readonly tail?: (space: {readonly columns: number; readonly rows: number}) => readonly Row[];
	readonly ask: Ask;
	/** The line above the keys: the one next thing, or what happens if nothing is done. */
	readonly next: {readonly text: SafeText; readonly tone?: Tone};
	/** Keys that work here beside those of the ask and those of every screen. */
	readonly offers: Offers;
};

export type Offers = Partial<Readonly<Record<Command, Action>>>;

/** What a panel waits for. */
export type Ask =
	| {readonly kind: 'nothing'}
	| {readonly kind: 'enter'; readonly does: Action}
	/** The word must be typed; anything else does nothing. */
	| {readonly kind: 'word'; readonly word: SafeText; readonly does: (typed: string) => Action}
	/** The first one is harmless. */
	| {readonly kind: 'choices'; readonly choices: readonly Choice[]}
	| {readonly kind: 'form'; readonly fields: readonly FieldSpec[]; readonly does: (values: Readonly<Record<string, string>>) => Action};

export type Choice = ListedChoice & {readonly does: Action};

export type FieldSpec = {
	readonly id: string;
	readonly label: SafeText;
	readonly isRequired: boolean;
	readonly hint: SafeText;
	/** Exactly this must be written. */
	readonly word?: SafeText;
};

/** What a key leads to. */
export type Action =
	| {readonly kind: 'send'; readonly request: Request}
	| {readonly kind: 'open'; readonly dialog: Dialog}
	| {readonly kind: 'view'; readonly view: ViewName}
	| {readonly kind: 'look'; readonly task: string | null}
	/** Shows what starting the task would do; starts nothing. */
	| {readonly kind: 'prepare'; readonly task: string}
	| {readonly kind: 'close'}
	| {readonly kind: 'stay'}
	| {readonly kind: 'leave'};

export type ViewName = 'help' | 'commandLog' | 'events' | 'output' | 'difference' | 'checklist';

/** A question that takes the place of the panel until it is answered or left. */
export type Dialog =
	| {readonly kind: 'confirm'; readonly task: string; readonly answer: Answer}
	| {readonly kind: 'approve'; readonly task: string}
	| {readonly kind: 'waive'; readonly task: string}
	| ({readonly kind: 'answer-item'; readonly answer: Answer} & AboutItem)
	| ({readonly kind: 'waive-item'} & AboutItem)
	| ({readonly kind: 'withdraw-item'} & AboutItem)
	| {readonly kind: 'override'; readonly task: string; readonly gate: string}
	| {readonly kind: 'resolve'; readonly task: string; readonly as: 'succeeded' | 'failed'}
	| {readonly kind: 'cancel'; readonly task: string}
	| {readonly kind: 'finish'}
	| {readonly kind: 'end'; readonly result: RunResult}
	| {readonly kind: 'quit'};

/** An item of a checklist, or one finding of it; `what`: in words what it is about, `seen`: SHA-256 of the report that is looked at. */
export type AboutItem = {readonly task: string; readonly item: string; readonly title: string; readonly what: string; readonly seen: string; readonly finding?: FindingMark};
