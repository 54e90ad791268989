import {isOpen, worstFirst, worstOf} from '../../../checklist/finding.ts';
import type {Verdict} from '../../../checklist/item.ts';
import type {ChecklistFile, ListedFinding, ListedItem} from '../../../checklist/reports/json-shape.ts';
import type {ChecklistDecision} from '../../../journal/event.ts';

/** A checklist as it was checked, with what was said of it since. */
export type ChecklistModel = {
	/** SHA-256 of the report: what is said here is about it. */
	readonly seen: string;
	readonly task: string;
	readonly file: ChecklistFile;
	readonly groups: readonly ChecklistGroup[];
	/** All items, in the order of the checklist. */
	readonly items: readonly ChecklistEntry[];
	/** What was said since it was checked. */
	readonly decisions: readonly ChecklistDecision[];
};

export type ChecklistGroup = {readonly title: string; readonly entries: readonly ChecklistEntry[]; readonly settled: number; readonly verdict: Verdict};

export type ChecklistEntry = {
	readonly item: ListedItem;
	/** As it will be judged once it is checked again. */
	readonly verdict: Verdict;
	/** The open ones first: new ones, then those that the live release has too; then what is waived or answered. */
	readonly sections: readonly Section[];
	readonly findings: readonly ChecklistFinding[];
	/** How many findings somebody still has to act on. */
	readonly open: number;
};

export type SectionName = 'open' | 'new' | 'known' | 'waived' | 'answered';
export type Section = {readonly name: SectionName; readonly findings: readonly ChecklistFinding[]};

/** `said`: what was said of it since it was checked; it counts from the next check on. */
export type ChecklistFinding = {readonly finding: ListedFinding; readonly verdict: Verdict; readonly said: ChecklistDecision | null};

export const checklistModel = (file: ChecklistFile, {seen, task, decisions: all}: {readonly seen: string; readonly task: string; readonly decisions: readonly ChecklistDecision[]}): ChecklistModel => {
	const decisions = all.filter(decision => decision.seen === seen);
	const hasKnown = file.items.some(({findings}) => findings.some(({known}) => known));
	const items = file.items.map(item => entryOf(item, decisions.filter(decision => decision.item === item.id), hasKnown));
	const groups = [...Map.groupBy(items, ({item}) => item.group)].map(([title, entries]) => ({title, entries, settled: entries.filter(({verdict}) => !isOpen(verdict)).length, verdict: worstOf(entries.map(({verdict}) => verdict))}));
	return {seen, task, file, groups, items, decisions};
};

const entryOf = (item: ListedItem, decisions: readonly ChecklistDecision[], hasKnown: boolean): ChecklistEntry => {
	const judged = item.findings.map((finding): ChecklistFinding => withDecisions(finding, decisions));
	const bySection = Map.groupBy(judged, one => sectionOf(one, hasKnown));
	const sections = order.flatMap((name): readonly Section[] => {
		const findings = bySection.get(name);
		return findings === undefined ? [] : [{name, findings: findings.toSorted((a, b) => rankOf(a.verdict) - rankOf(b.verdict))}];
	});
	// Findings that pass are not listed, only counted.
	const unlisted: readonly Verdict[] = item.counts.pass - item.findings.filter(({verdict}) => verdict === 'pass').length > 0 ? ['pass'] : [];
	return {
		item,
		verdict: judged.length === 0 ? item.verdict : worstOf([...judged.map(({verdict}) => verdict), ...unlisted]),
		sections,
		findings: sections.flatMap(({findings}) => findings),
		open: judged.filter(({verdict}) => isOpen(verdict)).length,
	};
};

const order: readonly SectionName[] = ['new', 'open', 'known', 'waived', 'answered'];

const sectionOf = ({finding, verdict}: ChecklistFinding, hasKnown: boolean): SectionName => {
	if (verdict === 'waived') return 'waived';
	if (!isOpen(verdict)) return 'answered';
	return finding.known ? 'known' : hasKnown ? 'new' : 'open';
};

/** The same rules as those of the check: the last answer counts, and a waiver covers what is open then. */
const withDecisions = (finding: ListedFinding, decisions: readonly ChecklistDecision[]): ChecklistFinding => {
	const about = decisions.filter(({finding: mark}) => mark === undefined || mark.fingerprint === finding.fingerprint);
	const answer = isQuestion(finding) ? about.findLast(({kind}) => kind === 'answer') : undefined;
	const answered = answer?.kind === 'answer' ? answers[answer.answer] : finding.verdict;
	const waiver = isOpen(answered) ? about.findLast(({kind}) => kind === 'waiver') : undefined;
	return {finding, verdict: waiver === undefined ? answered : 'waived', said: waiver ?? answer ?? null};
};

const answers = {yes: 'pass', no: 'fail', partially: 'warn'} as const;

/** Whether a person's answer decides it, whatever the answer was last time. */
export const isQuestion = ({verdict, answer}: Pick<ListedFinding, 'verdict' | 'answer'>): boolean => verdict === 'attest' || answer !== null;

const rankOf = (verdict: Verdict): number => worstFirst.indexOf(verdict);
