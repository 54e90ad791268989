import type {ChecklistDecision, ChecklistWithdrawal} from '../journal/event.ts';

/** What still counts of what was said of the items of a checklist, in its order: nothing that was withdrawn later. */
export const standingDecisions = (said: readonly (ChecklistDecision | ChecklistWithdrawal)[]): readonly ChecklistDecision[] =>
	said.flatMap((one, index) => (one.kind === 'withdrawal' || said.some((later, place) => place > index && later.kind === 'withdrawal' && takesBack(later, one)) ? [] : [one]));

/** That of an item takes back all that was said of it, also of its single findings; that of one finding only what was said of that one alone. */
export const takesBack = (withdrawal: Pick<ChecklistWithdrawal, 'item' | 'finding'>, {item, finding}: Pick<ChecklistDecision, 'item' | 'finding'>): boolean =>
	withdrawal.item === item && (withdrawal.finding === undefined || withdrawal.finding.fingerprint === finding?.fingerprint);
