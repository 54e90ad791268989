import type {Home, ListedRun} from '../screens/home/home.ts';

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
	...changes,
});

export const usualHome: Home = {
	who: 'op-a@ops1',
	unfinished: [
		aRun({id: '01JDK9', from: '2.9.1', to: '2.9.2', standing: 'running', where: 'Upgrade user running', durationMs: 72_000}),
		aRun({id: '01JDJ2', name: 'egov-mdms', from: '1.4.0', to: '1.4.1', target: 'uat', standing: 'open', where: 'open at 4 Back up', durationMs: 2 * 86_400_000, by: 'op-b@ops2'}),
		aRun({id: '01JDJ1', name: 'egov-idgen', from: '2.8.4', to: '2.9.0', target: 'uat', standing: 'in-doubt', where: 'Upgrade idgen in doubt', durationMs: 3 * 3_600_000, by: 'op-b@ops2'}),
	],
	runbooks: [
		{path: '/books/digit.runbook.yaml', file: 'digit.runbook.yaml', name: 'Release a service', about: '6 steps, 23 tasks', isValid: true},
		{path: '/books/rehearsal.runbook.yaml', file: 'rehearsal.runbook.yaml', name: 'Rehearse in a sandbox', about: '6 steps, 14 tasks', isValid: true},
		{path: '/books/draft.runbook.yaml', file: 'draft.runbook.yaml', name: '', about: 'line 12: unknown key taks', isValid: false},
	],
	past: [
		aRun({id: '01JDH4', name: 'egov-hrms'}),
		aRun({id: '01JDG8', startedAt: new Date('2026-11-23T10:02:00.000Z'), durationMs: 21 * 60_000, by: 'op-b@ops2'}),
		aRun({id: '01JDC1', name: 'egov-idgen', from: '2.8.4', to: '2.9.0', target: 'uat', standing: 'rolled-back', startedAt: new Date('2026-11-20T12:00:00.000Z'), durationMs: 34 * 60_000}),
		aRun({id: '01JD91', name: 'egov-otp', standing: 'abandoned', startedAt: new Date('2026-11-18T12:00:00.000Z'), durationMs: 9 * 60_000, by: 'op-c@ops1'}),
		aRun({id: '01J111', name: 'egov-otp', standing: 'unreadable', startedAt: new Date('2025-11-18T12:00:00.000Z'), durationMs: 9 * 60_000, by: 'op-c@ops1'}),
	],
};

export const emptyHome: Home = {who: 'op-a@ops1', unfinished: [], runbooks: [], past: []};

/** More past runs than any screen has rows. */
export const longHome = (count: number): Home => ({
	...usualHome,
	past: Array.from({length: count}, (_, index) => aRun({id: `01J${index}`, name: `egov-${['user', 'otp', 'idgen', 'hrms'][index % 4]}`, to: `2.${index % 10}.${index % 7}`, startedAt: new Date(homeNow.getTime() - index * 7_200_000)})),
});
