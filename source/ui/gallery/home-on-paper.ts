import type {Home} from '../screens/home/home.ts';
import type {ListedRun, RunSource} from '../screens/history/run-source.ts';

/** When the gallery's home screen is looked at. */
export const homeNow = new Date('2026-11-24T14:20:00.000Z');

const aRun = (changes: Partial<ListedRun>): ListedRun => ({
	id: '01JDK7',
	name: 'egov-user',
	from: '2.9.0',
	to: '2.9.1',
	target: 'production',
	standing: 'succeeded',
	where: '',
	startedAt: new Date('2026-11-24T09:14:00.000Z'),
	durationMs: 18 * 60_000,
	by: 'op-a@ops1',
	isDriven: false,
	waivers: 0,
	rehearsal: false,
	...changes,
});

/** Runs that lie on paper: every word of a filter must stand in the row. */
const runsOnPaper = (unfinished: readonly ListedRun[], past: readonly ListedRun[], unread = 0): RunSource => {
	const matching = (runs: readonly ListedRun[], filter: string): readonly ListedRun[] => {
		const wanted = filter.toLowerCase().split(/\s+/).filter(word => word !== '');
		return wanted.length === 0 ? runs : runs.filter(({id, name, from, to, target, standing, by}) => wanted.every(word => `${id} ${name} ${from} ${to} ${target} ${standing} ${by}`.toLowerCase().includes(word)));
	};
	return {
		look: () => unread,
		unfinished: filter => matching(unfinished, filter),
		pastCount: filter => matching(past, filter).length,
		past: (filter, sort, from, count) => (sort === 'longest' ? matching(past, filter).toSorted((a, b) => b.durationMs - a.durationMs) : matching(past, filter)).slice(from, from + count),
		late: () => ({releases: past.length === 0 ? 0 : 12, rolledBack: past.length === 0 ? 0 : 1}),
		figures: days => ({releases: past.length === 0 ? 0 : 12, rolledBack: past.length === 0 ? 0 : 1, abandoned: 0, perWeek: 84 / days, usualMs: 19 * 60_000, restoreMs: 11 * 60_000, weeks: Array.from({length: Math.ceil(days / 7)}, (_, index) => ({monday: new Date(Date.parse('2026-11-23') - (Math.ceil(days / 7) - 1 - index) * 7 * 86_400_000).toISOString().slice(0, 10), releases: (index * 5) % 7, failed: index % 4 === 3 ? 1 : 0}))}),
	};
};

const openRuns: readonly ListedRun[] = [
	aRun({id: '01JDK9', from: '2.9.1', to: '2.9.2', standing: 'running', where: 'Upgrade user running', durationMs: 72_000, isDriven: true}),
	aRun({id: '01JDJ2', name: 'egov-mdms', from: '1.4.0', to: '1.4.1', target: 'uat', standing: 'open', where: 'open at 4 Back up', durationMs: 2 * 86_400_000, by: 'op-b@ops2'}),
	aRun({id: '01JDJ1', name: 'egov-idgen', from: '2.8.4', to: '2.9.0', target: 'uat', standing: 'in-doubt', where: 'Upgrade idgen in doubt', durationMs: 3 * 3_600_000, by: 'op-b@ops2'}),
];

const endedRuns: readonly ListedRun[] = [
	aRun({id: '01JDH4', name: 'egov-hrms'}),
	aRun({id: '01JDG8', startedAt: new Date('2026-11-23T10:02:00.000Z'), durationMs: 21 * 60_000, by: 'op-b@ops2', waivers: 2}),
	aRun({id: '01JDF2', name: 'demo', from: '1.4.0', to: '1.5.0', target: 'sandbox', startedAt: new Date('2026-11-22T10:02:00.000Z'), durationMs: 4 * 60_000, rehearsal: true}),
	aRun({id: '01JDC1', name: 'egov-idgen', from: '2.8.4', to: '2.9.0', target: 'uat', standing: 'rolled-back', startedAt: new Date('2026-11-20T12:00:00.000Z'), durationMs: 34 * 60_000}),
	aRun({id: '01JD91', name: 'egov-otp', standing: 'abandoned', startedAt: new Date('2026-11-18T12:00:00.000Z'), durationMs: 9 * 60_000, by: 'op-c@ops1', waivers: 1}),
	aRun({id: '01J111', name: 'egov-otp', standing: 'unreadable', where: 'Line 7 of the journal is not what line 8 says that it was written after: one of them was changed, or lines were removed or inserted between them.', startedAt: new Date('2025-11-18T12:00:00.000Z'), durationMs: 9 * 60_000, by: 'op-c@ops1'}),
];

export const usualHome: Home = {
	who: 'op-a@ops1',
	look: () => ({unread: 0, more: false}),
	runbooks: () => [
		{path: '/books/digit.runbook.yaml', file: 'digit.runbook.yaml', name: 'Release a service', about: '6 steps, 23 tasks', isValid: true},
		{path: '/books/rehearsal.runbook.yaml', file: 'rehearsal.runbook.yaml', name: 'Rehearse in a sandbox', about: '6 steps, 14 tasks', isValid: true},
		{path: '/books/draft.runbook.yaml', file: 'draft.runbook.yaml', name: '', about: 'line 12: unknown key taks', isValid: false},
	],
	runs: runsOnPaper(openRuns, endedRuns),
};

export const emptyHome: Home = {who: 'op-a@ops1', look: () => ({unread: 0, more: false}), runbooks: () => [], runs: runsOnPaper([], [])};

/** Back from a run that could not be gone on with. */
export const refusedHome: Home = {...usualHome, notice: {what: 'Somebody else is running this release. op-b@ops2 has it since 2026-11-24 13:40 UTC (pts/3, process 4711 on ops2).', todo: 'Follow it with `slipway watch 01JDK9`, or ask them to leave it.'}};

/** More past runs than any screen has rows. */
export const longHome = (count: number, unread = 0): Home => ({
	...usualHome,
	look: () => ({unread, more: false}),
	runs: runsOnPaper(
		openRuns,
		Array.from({length: count}, (_, index) => aRun({id: `01J${index}`, name: `egov-${['user', 'otp', 'idgen', 'hrms'][index % 4]}`, to: `2.${index % 10}.${index % 7}`, startedAt: new Date(homeNow.getTime() - index * 7_200_000), durationMs: (8 + (index % 29)) * 60_000, waivers: index % 5 === 4 ? 1 : 0, standing: index % 11 === 7 ? 'rolled-back' : 'succeeded'})),
		unread,
	),
});
