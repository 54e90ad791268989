import {openRunList, type ListedRun, type RunList} from '../engine/list-runs.ts';
import {readQuery} from '../engine/read-query.ts';
import {figuresOf, type Figures} from '../run/figures.ts';
import {tookMs} from '../run/summary.ts';
import {attemptFolderOf, runFolderPath, stateFolder} from '../stores/run-folder.ts';
import {runOwner} from '../stores/run-lock.ts';
import {createSupervisor} from '../supervisor/create-supervisor.ts';
import type {Home} from '../ui/home-app.tsx';
import type {Io} from './command.ts';

type RunSource = Home['runs'];
type Row = ReturnType<RunSource['unfinished']>[number];

/** More open runs than that are not for a screen. */
const mostUnfinished = 100;

/** The runs of this machine for the screens. To be closed. */
export const openRunSource = (io: Io): RunSource & {readonly list: RunList; readonly close: () => void} => {
	const list = openRunList(io.env);
	const owners = rememberOwners();
	const queryOf = (filter: string, isOpen: boolean) => ({...readQuery(filter, new Date()), isOpen, rehearsals: 'with'}) as const;
	const pages = rememberPage((filter, sort, from, count) => list.list({...queryOf(filter, false), sort}, from, count).map(run => pastRow(run)));
	return {
		list,
		look: budgetMs => {
			pages.forget();
			return list.refresh(budgetMs);
		},
		unfinished: filter => list.list(queryOf(filter, true), 0, mostUnfinished).map(run => openRow(run, io, owners)),
		pastCount: filter => list.count(queryOf(filter, false)),
		past: pages.past,
		figures: rememberFigures(list),
		late: days => {
			const released = {rehearsals: 'without', changed: true, since: Date.now() - days * 86_400_000} as const;
			return {releases: list.count({...released, standings: ['succeeded', 'rolled-back', 'abandoned']}), rolledBack: list.count({...released, standings: ['rolled-back']})};
		},
		close: () => list.close(),
	};
};

/** A page is asked for to be drawn, and then each row of it to be named and chosen: only the first finds it, until it is looked again. */
const rememberPage = (read: RunSource['past']): {readonly past: RunSource['past']; readonly forget: () => void} => {
	let known: {readonly filter: string; readonly sort: string; readonly from: number; readonly rows: readonly Row[]} | null = null;
	return {
		past: (filter, sort, from, count) => {
			if (known === null || known.filter !== filter || known.sort !== sort || from < known.from || from + count > known.from + known.rows.length) {
				const rows = read(filter, sort, from, count);
				// One row is no page: it must not take the place of the one that it stands on.
				if (count === 1) return rows;
				known = {filter, sort, from, rows};
			}

			return known.rows.slice(from - known.from, from - known.from + count);
		},
		forget: () => void (known = null),
	};
};

/** They are drawn again at every key, and made from each run. */
const rememberFigures = (list: RunList): RunSource['figures'] => {
	const known = new Map<number, {readonly at: number; readonly figures: Figures}>();
	return days => {
		const before = known.get(days);
		if (before !== undefined && performance.now() - before.at < rememberMs) return before.figures;
		const until = Date.now();
		const since = until - days * 86_400_000;
		const figures = figuresOf(list.known({rehearsals: 'without', changed: true, since}), {since, until});
		known.set(days, {at: performance.now(), figures});
		return figures;
	};
};

const pastRow = (run: ListedRun): Row => {
	if (run.unreadable !== null) return {id: run.id, name: run.id, from: null, to: null, target: '', standing: 'unreadable', where: run.unreadable, startedAt: new Date(run.startedAt), durationMs: 0, by: '', isDriven: false, waivers: 0, rehearsal: false};
	const {id, name, from, to, target, standing, where, by, startedAt, waivers, rehearsal, damage} = run;
	return {id, name, from, to, target, standing: damage === null ? standing : 'unreadable', where: damage ?? where, startedAt: new Date(startedAt), durationMs: tookMs(run), by, isDriven: false, waivers, rehearsal};
};

/** Looks also at who drives it, and what became of what was running when nobody does. */
const openRow = (run: ListedRun, io: Io, ownerOf: OwnerOf): Row => {
	const row = {...pastRow(run), durationMs: Date.now() - (run.unreadable === null ? Date.parse(run.startedAt) : 0)};
	if (run.unreadable !== null) return row;
	const folder = runFolderPath(stateFolder(io.env), run.id);
	const owner = ownerOf(folder);
	if (owner !== null) return {...row, by: owner, isDriven: true};
	return run.running === null ? row : {...row, ...undriven(run.running, folder)};
};

type OwnerOf = (folder: string) => string | null;

/** To ask a lock that is held takes a tenth of a second, so that it is not done at every look. */
const rememberMs = 10_000;

const rememberOwners = (): OwnerOf => {
	const known = new Map<string, {readonly at: number; readonly owner: string | null}>();
	return folder => {
		const before = known.get(folder);
		if (before !== undefined && performance.now() - before.at < rememberMs) return before.owner;
		const owner = readOwner(folder);
		known.set(folder, {at: performance.now(), owner});
		return owner;
	};
};

const readOwner = (folder: string): string | null => {
	try {
		const owner = runOwner(folder);
		return owner === 'unnamed' ? 'somebody' : (owner?.by ?? null);
	} catch {
		return null;
	}
};

/** Nobody follows the action, so its journal does not say how it ended; its trace does. */
const undriven = ({task, name, attempt}: {readonly task: string; readonly name: string; readonly attempt: number}, folder: string): Pick<Row, 'standing' | 'where'> => {
	const trace = createSupervisor().readTrace(attemptFolderOf(folder, task, attempt));
	switch (trace.kind) {
		case 'running':
		case 'starting':
			return {standing: 'running', where: `${name} running, nobody follows`};
		case 'finished':
			return {standing: 'open', where: `${name} has ended: resume`};
		case 'never-started':
			return {standing: 'open', where: `${name} never started: resume`};
		case 'in-doubt':
			return {standing: 'in-doubt', where: `${name} in doubt: resume`};
	}
};
