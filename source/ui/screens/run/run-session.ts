import type {Engine, Preview} from '../../../engine/engine.ts';
import type {WorkloadObserver} from '../../../engine/observe-workloads.ts';
import {Problem} from '../../../errors.ts';
import type {Usual} from '../../../run/durations.ts';
import type {Request} from '../../../run/request.ts';
import {signerNotice} from '../../../run/signer-words.ts';
import type {TaskStatus} from '../../../run/state.ts';
import {taskOf} from '../../../run/walk.ts';
import {safe, type SafeText} from '../../../text/safe-text.ts';
import {layFrame, leftColumns, type Laid, type Size} from '../../components/frame.ts';
import {blank, paragraph, rowOf, type Row} from '../../components/row.ts';
import {stepLine, stepsList} from '../../components/steps-list.ts';
import type {OutputLines} from '../../hooks/output-lines.ts';
import type {Key} from '../../keys.ts';
import type {Theme} from '../../theme.ts';
import type {DifferenceModel} from '../difference/difference-model.ts';
import {checklistItem, checklistNext, checklistText, checklistTree} from '../checklist/lay-checklist.ts';
import {decidable, decisionDialog, freshChecklist, type ItemWord} from '../checklist/checklist-state.ts';
import {openChecklistView} from '../checklist/checklist-view.ts';
import type {LaidChecklist} from '../checklist/item-rows.ts';
import {openChecklists} from '../checklist/read-checklist.ts';
import type {ChecklistModel} from '../checklist/checklist-model.ts';
import {openItem, selectedItem, type DifferenceSight} from '../difference/difference-state.ts';
import {openDifferenceView} from '../difference/difference-view.ts';
import {differenceNext, itemRows, treeRows} from '../difference/lay-difference.ts';
import {footerRow} from './footer.ts';
import {headerRows} from './header.ts';
import {layPanel, layView, nextRows, type Body} from './lay-body.ts';
import type {Action, Dialog, Panel, RunContext, ViewName} from './panel.ts';
import {panelFor, shownTask} from './panel-for.ts';
import {press, type SearchFor} from './press.ts';
import {currentTask, taskOrder} from './release.ts';
import {viewRows} from './views.ts';
import {freshScreen, isBeforeLastField, settleOn, type Notice, type ScreenState} from './screen-state.ts';

export type RunSessionParts = {
	readonly engine: Engine;
	readonly theme: Theme;
	/** The gate for text from outside: makes it safe and takes secrets out. */
	readonly clean: (text: string) => SafeText;
	readonly clock: () => Date;
	/** Opens the output in an attempt's folder. */
	readonly openOutput: (folder: string) => OutputLines;
	/** A file of the run's; null when it can't be read. */
	readonly readFile: (path: string) => Uint8Array | null;
	readonly usual: Usual;
	readonly onLeave: () => void;
	/** How long a panel must have been on the screen before enter starts something: a key that was meant for the one before does nothing. */
	readonly settleMs: number;
};

/** What the run screen is made of, without React: state, keys, and the screen as rows. */
export type RunSession = {
	readonly press: (key: Key) => void;
	readonly draw: (size: Size, tick: number) => Laid;
	/** Whether something moves by itself: the clock of what runs. */
	readonly isLively: () => boolean;
	readonly subscribe: (listener: () => void) => () => void;
	/** Another number whenever the screen must be drawn again. */
	readonly version: () => number;
	readonly screen: () => ScreenState;
	/** For a face in lines: what is asked now, and doing one of the things that it offers. */
	readonly panel: () => Panel;
	readonly act: (action: Action) => Promise<void>;
	/** A list in full; of a difference every object, which then counts as read. */
	readonly list: (view: Exclude<ViewName, 'output'>, columns: number) => readonly Row[];
	/** The form for what is said of an item of the checklist that is shown, by its number; null where nothing may be said. */
	readonly aboutItem: (number: number, said: ItemWord) => Action | null;
	readonly close: () => void;
};

export const openRunSession = (parts: RunSessionParts): RunSession => {
	const {engine, theme, clean, clock} = parts;
	let screen = freshScreen;
	let version = 0;
	let size: Size = {columns: 80, rows: 24};
	let body: Body = {rows: [], page: {rows: 1, count: 0}};
	let drawn = {panelId: '', at: 0};
	let tick = 0;
	let output: {readonly folder: string; readonly lines: OutputLines; readonly stop: () => void} | null = null;
	let preview: {readonly key: string; readonly state: unknown; readonly version: number; readonly value: Preview | null} | null = null;
	let observed: {readonly key: string; readonly observer: WorkloadObserver | null} | null = null;
	let searching: AbortController | null = null;
	let engineVersion = 0;
	let toldSignerAt: string | null = null;
	let sight: (DifferenceSight & {readonly isWide: boolean}) | null = null;
	let checklistSight: LaidChecklist | null = null;
	const checklists = openChecklists({engine, readFile: parts.readFile});
	const layChecklist = openChecklistView({theme, clean});
	const differences = openDifferenceView({engine, theme, clean, readFile: parts.readFile});
	const listeners = new Set<() => void>();

	const changed = (): void => {
		version++;
		for (const listener of listeners) listener();
	};

	const put = (next: ScreenState): void => {
		if (next === screen) return;
		screen = next;
		changed();
	};

	/** What happened to the run itself, and nobody asked for, is told once, above the keys. */
	const tellSigner = (): void => {
		const change = engine.snapshot().signerChanged;
		if (change === null || change.at === toldSignerAt || engine.readOnly !== null) return;
		toldSignerAt = change.at;
		put({...screen, notice: signerNotice(change)});
	};

	const stopEngine = engine.subscribe(() => {
		engineVersion++;
		tellSigner();
		changed();
	});
	tellSigner();

	/** Computed again when the run changed and once a second, as gates depend on the time. */
	const previewOf = (taskId: string | null): Preview | null => {
		if (taskId === null || engine.snapshot().ending !== null) return null;
		const {status} = taskOf(engine.snapshot(), taskId);
		if (status === 'running') return null;
		const key = `${taskId} ${Math.floor(clock().getTime() / 1000)}`;
		if (preview?.key !== key || preview.state !== engine.snapshot() || preview.version !== engineVersion) {
			// While it is computed the engine may tell of changes, which must not lead here again.
			preview = {key, state: engine.snapshot(), version: engineVersion, value: null};
			try {
				preview = {...preview, value: engine.preview(taskId), state: engine.snapshot(), version: engineVersion};
			} catch (error) {
				// Or the next draw would take the empty one for the answer.
				preview = null;
				throw error;
			}
		}

		return preview.value;
	};

	/** The output of the shown task's last attempt, opened while it is shown. */
	const outputOf = (taskId: string | null): OutputLines | null => {
		const attempt = taskId === null ? undefined : taskOf(engine.snapshot(), taskId).attempts.at(-1);
		const folder = attempt === undefined ? null : engine.attemptFolder(attempt.task, attempt.number);
		if (output !== null && output.folder === folder) return output.lines;
		output?.stop();
		output?.lines.close();
		output = null;
		if (folder === null) return null;
		const lines = parts.openOutput(folder);
		output = {folder, lines, stop: lines.subscribe(changed)};
		return lines;
	};

	/** What the shown task works on, looked at only while it is shown, and while it runs or has not succeeded. */
	const progressOf = (taskId: string | null): RunContext['progress'] => {
		const task = taskId === null ? null : taskOf(engine.snapshot(), taskId);
		const key = task !== null && inSight.has(task.status) ? `${task.task.id} ${task.attempts.length}` : '';
		if (observed?.key !== key) {
			observed?.observer?.close();
			const observer = key === '' || taskId === null ? null : (engine.observe?.(taskId) ?? null);
			observer?.subscribe(changed);
			observed = {key, observer};
		}

		const {observer} = observed;
		return observer === null ? null : (observer.progress() ?? {unknown: observer.unknown() ?? ''});
	};

	const contextNow = (): RunContext => {
		const state = engine.snapshot();
		const now = engine.shownAt ?? clock();
		const task = shownTask({state, now}, screen);
		return {
			state,
			now,
			theme,
			clean,
			preview: previewOf(task),
			output: outputOf(task),
			progress: progressOf(task),
			lines: engine.lines(),
			readOnly: state.ending === null ? engine.readOnly : null,
			spinner: theme.glyphs.spinner[tick % theme.glyphs.spinner.length] ?? theme.glyphs.running,
			toRead: id => differences.toRead(id, screen.difference),
			usual: parts.usual,
		};
	};

	const panelNow = (context: RunContext): Panel => {
		const panel = panelFor(context, screen);
		screen = settleOn(screen, panel.id);
		return panel;
	};

	/** The model of the difference that is shown; null when none is, or it can't be read. */
	const modelNow = (task: string | null): DifferenceModel | null => {
		const read = screen.view?.name === 'difference' && task !== null ? differences.read(task) : null;
		return read?.kind === 'read' ? read.model : null;
	};

	/** The checklist that is shown; null when none is, or it can't be read. */
	const checklistNow = (task: string | null): ChecklistModel | null => {
		const read = screen.view?.name === 'checklist' && screen.dialog === null && task !== null ? checklists(task) : null;
		return read?.kind === 'read' ? read.model : null;
	};

	const noChecklistWords = (context: RunContext, task: string | null): SafeText => {
		const read = task === null ? null : checklists(task);
		return read?.kind === 'unreadable' ? safe`The checklist can't be shown: ${context.clean(read.why)} Check it again.` : safe`No check has left a checklist.`;
	};

	const layNow = (context: RunContext, panel: Panel, space: {readonly columns: number; readonly rows: number}): Body => {
		const {view} = screen;
		sight = null;
		checklistSight = null;
		// A form stands over the view that it was opened from.
		if (view === null || screen.dialog !== null) return layPanel(context, screen, panel, space);
		if (view.name === 'checklist') {
			const task = shownTask(context, screen);
			const model = checklistNow(task);
			if (model === null) return {rows: paragraph(noChecklistWords(context, task), space.columns, {tone: 'warning'}), page: {rows: space.rows, count: 1}};
			checklistSight = layChecklist(model, space, context.readOnly === null && context.state.ending === null);
			return {rows: checklistItem(checklistSight, screen.checklist, {theme, clean}), page: {rows: checklistSight.rows, count: 0}};
		}

		if (view.name !== 'difference') return layView(context, {...view, name: view.name}, space);
		const task = shownTask(context, screen);
		const model = modelNow(task);
		if (model === null) return {rows: paragraph(unreadableWords(context, task), space.columns, {tone: 'warning'}), page: {rows: space.rows, count: 1}};
		sight = differences.sight(model, screen.difference, {...space, screenColumns: size.columns});
		return {rows: itemRows(sight, screen.difference, space.columns, {clean, theme}), page: {rows: sight.rows, count: 0}};
	};

	const unreadableWords = (context: RunContext, task: string | null): SafeText => {
		const read = task === null ? null : differences.read(task);
		return read?.kind === 'unreadable' ? safe`The difference can't be shown: ${context.clean(read.why)} Preview it again.` : safe`No preview has left a difference.`;
	};

	const draw = (newSize: Size, newTick: number): Laid => {
		size = newSize;
		tick = newTick;
		const context = contextNow();
		const panel = panelNow(context);
		if (drawn.panelId !== panel.id) drawn = {panelId: panel.id, at: clock().getTime()};
		const task = shownTask(context, screen);
		const steps = {state: context.state, theme, shownTask: task, currentTask: currentTask(context.state, context.now), now: context.now, spinner: context.spinner};
		const isWhole = screen.view !== null && screen.dialog === null;
		const model = modelNow(task);
		const checklist = checklistNow(task);
		const tree =
			screen.view?.isFull === true ? null
			: model !== null ? (rows: number) => treeRows(model, screen.difference, {columns: leftColumns(size.columns), rows}, {clean, theme})
			: checklist !== null ? (rows: number) => checklistTree(checklist, screen.checklist, rows, {clean, theme})
			: null;
		const lay = (): Laid => layFrame(
			{
				header: isWhole && screen.view?.isFull === true ? [] : headerRows(context, size.columns),
				...(isWhole ? (tree === null ? {} : {left: tree}) : {left: rows => stepsList({...steps, rows}), leftLine: stepLine(steps)}),
				body: space => {
					body = layNow(context, panel, space);
					return body.rows;
				},
				next: columns => {
					const unread = Math.max(0, body.page.count - body.page.rows - screen.scroll);
					const rows = checklist !== null && screen.notice === null ? checklistNext(checklist, columns) : model !== null && screen.notice === null ? [differenceNext(model, screen.difference, {columns, clean, isAsked: task !== null && context.toRead(task).kind !== 'nothing'})] : nextRows(context, screen, panel, {columns, unread});
					return rows.length === 0 ? [rowOf()] : rows;
				},
				footer: footerRow(context, screen, panel, size.columns),
			},
			size,
			theme,
		);
		// The line above the keys says how much is unread, which is known once the body is laid.
		const before = body.page;
		const laid = lay();
		return body.page.rows === before.rows && body.page.count === before.count ? laid : lay();
	};

	/** Enter starts and records only what has been on the screen long enough to be read. What was typed ahead may fill in a form. */
	const isSettled = (panel: Panel): boolean => drawn.panelId === panel.id && clock().getTime() - drawn.at >= parts.settleMs;

	/** Whether enter would start, choose or record something, not only go to the next field. */
	const isAsked = (panel: Panel): boolean => panel.ask.kind !== 'nothing' && !isBeforeLastField(screen, panel);

	const pressKey = (key: Key): void => {
		const context = contextNow();
		const panel = panelNow(context);
		if (key.name === 'enter' && screen.view === null && (screen.dialog === null || panel.ask.kind === 'form') && isAsked(panel) && !isSettled(panel)) return;
		const pressed = press(screen, key, {
			panel,
			order: taskOrder(context.state),
			shownTask: shownTask(context, screen),
			currentTask: currentTask(context.state, context.now),
			page: body.page,
			difference: sight,
			checklist: checklistSight,
			mayLeave: context.state.ending !== null || engine.readOnly !== null,
		});
		put(pressed.screen);
		if (pressed.action !== null) act(pressed.action);
	};

	const act = (action: Action | SearchFor): void => {
		switch (action.kind) {
			case 'send':
				void send(action.request);
				return;
			case 'open':
				// What is said of an item is said over the checklist, which comes back afterwards.
				put({...screen, dialog: {dialog: action.dialog, fields: {}, at: 0}, view: screen.view?.name === 'checklist' && isAboutItem(action.dialog) ? screen.view : null});
				return;
			case 'view':
				if (action.view === 'difference') openDifference();
				put({...screen, view: {name: action.view, top: action.view === 'help' || action.view === 'difference' || action.view === 'checklist' ? 0 : null, isFull: false, search: null}});
				return;
			case 'look':
				put({...screen, looking: action.task, preparing: null});
				return;
			case 'prepare':
				put({...screen, preparing: action.task});
				return;
			case 'close':
				put({...screen, dialog: null});
				return;
			case 'stay':
				put({...screen, choice: 0, looking: null});
				return;
			case 'search':
				void search(action);
				return;
			case 'leave':
				parts.onLeave();
		}
	};

	/** What is looked at first is the first that has to be read, unless something was looked at before. */
	const openDifference = (): void => {
		const task = shownTask(contextNow(), screen);
		const read = task === null ? null : differences.read(task);
		const item = read?.kind === 'read' ? selectedItem(screen.difference, read.model) : null;
		put({...screen, difference: openItem({...screen.difference, search: null}, item, item?.id === screen.difference.selected ? screen.difference.top : 0)});
	};

	/** Why a confirmation may not be sent yet: what was not opened can't have been read. */
	const unreadBefore = (request: Request): Notice | null => {
		if (request.kind !== 'confirm' || request.answer === 'no') return null;
		const toRead = differences.toRead(request.task, screen.difference);
		if (toRead.kind === 'unreadable') return {what: `The difference can't be shown: ${toRead.why}`, todo: 'Preview it again, or waive this with a reason.'};
		return toRead.kind === 'some' && toRead.unread > 0 ? {what: `${toRead.unread} of ${toRead.count} dangerous changes were not read.`, todo: 'Press d and open each of them.'} : null;
	};

	const wholeDifference = (columns: number): readonly Row[] => {
		const context = contextNow();
		const task = shownTask(context, screen);
		const read = task === null ? null : differences.read(task);
		if (read?.kind !== 'read') return paragraph(unreadableWords(context, task), columns, {tone: 'warning'});
		return read.model.items.flatMap(item => {
			put({...screen, difference: openItem({...screen.difference, search: null}, item)});
			const whole = differences.sight(read.model, screen.difference, {columns, rows: Number.MAX_SAFE_INTEGER, screenColumns: columns});
			return [...itemRows(whole, screen.difference, columns, {clean, theme}), blank];
		});
	};

	const wholeChecklist = (columns: number): readonly Row[] => {
		const context = contextNow();
		const task = shownTask(context, screen);
		const read = task === null ? null : checklists(task);
		return read?.kind === 'read' ? checklistText(read.model, columns, {theme, clean}) : paragraph(noChecklistWords(context, task), columns, {tone: 'warning'});
	};

	const aboutItem = (number: number, said: ItemWord): Action | null => {
		const context = contextNow();
		const {state, readOnly} = context;
		const task = shownTask(context, screen);
		const read = task === null || readOnly !== null || state.ending !== null ? null : checklists(task);
		const entry = read?.kind === 'read' ? read.model.items.find(({item}) => item.number === number) : undefined;
		if (read?.kind !== 'read' || entry === undefined) return null;
		return decidable(freshChecklist, entry)[said] ? {kind: 'open', dialog: decisionDialog(freshChecklist, read.model, entry, said)} : null;
	};

	const send = async (request: Request): Promise<void> => {
		const unread = unreadBefore(request);
		if (unread !== null) {
			put({...screen, dialog: null, notice: unread});
			return;
		}

		put({...screen, isBusy: true});
		try {
			const reply = await engine.send(request);
			if (reply.done) put({...screen, isBusy: false, dialog: null, looking: screen.view?.name === 'checklist' ? screen.looking : null, preparing: null, notice: null, panelId: ''});
			else put({...screen, isBusy: false, notice: {what: reply.refusal.what, todo: reply.refusal.todo}});
		} catch (error) {
			const notice = error instanceof Problem ? {what: error.what, todo: `${error.todo} ${error.why}`} : {what: error instanceof Error ? error.message : String(error), todo: 'Nothing more is done. Leave, and look with `slipway show`.'};
			put({...screen, isBusy: false, notice});
		}
	};

	const search = async ({text, from, direction}: SearchFor): Promise<void> => {
		searching?.abort();
		const control = new AbortController();
		searching = control;
		const lines = output?.lines;
		let found: number | null = null;
		try {
			found = from < 0 ? null : ((await lines?.search(text, from, direction, control.signal)) ?? null);
		} catch (error) {
			if (!control.signal.aborted) throw error;
		}

		const {view} = screen;
		if (control.signal.aborted || view?.search === undefined || view.search === null || view.search.wanted !== text) return;
		const search = {...view.search, state: found === null ? ('nowhere' as const) : ('found' as const), found: found ?? view.search.found};
		put({...screen, view: {...view, search, top: found === null ? view.top : Math.max(0, found - Math.floor(body.page.rows / 2))}});
	};

	return {
		press: pressKey,
		draw,
		isLively: () => engine.shownAt === undefined && engine.snapshot().ending === null && Object.values(engine.snapshot().tasks).some(({status}) => status === 'running'),
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		version: () => version,
		screen: () => screen,
		panel: () => panelNow(contextNow()),
		act: async action => (action.kind === 'send' ? send(action.request) : act(action)),
		list: (view, columns) => (view === 'difference' ? wholeDifference(columns) : view === 'checklist' ? wholeChecklist(columns) : viewRows(contextNow(), view, columns)),
		aboutItem,
		close: () => {
			searching?.abort();
			stopEngine();
			output?.stop();
			output?.lines.close();
			output = null;
			observed?.observer?.close();
			listeners.clear();
		},
	};
};

const isAboutItem = ({kind}: Dialog): boolean => kind === 'answer-item' || kind === 'waive-item' || kind === 'withdraw-item';

const inSight: ReadonlySet<TaskStatus> = new Set(['running', 'failed', 'cancelled', 'timed-out', 'in-doubt']);
