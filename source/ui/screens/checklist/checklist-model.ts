import {isOpen, worstFirst, worstOf} from '../../../checklist/finding.ts';
import type {Verdict} from '../../../checklist/item.ts';
import type {ChecklistFile, ListedFinding, ListedItem} from '../../../checklist/reports/json-shape.ts';
import {itemById} from '../../../checklist/table.ts';
import type {ChecklistDecision, ChecklistWithdrawal} from '../../../journal/event.ts';
import {standingDecisions, takesBack} from '../../../run/standing-decisions.ts';

/** A checklist as it was checked, with what was said of it since. */
export type ChecklistModel = {
	/** SHA-256 of the report: what is said here is about it. */
	readonly seen: string;
	readonly task: string;
	readonly file: ChecklistFile;
	readonly groups: readonly ChecklistGroup[];
	/** All items, in the order of the checklist. */
	readonly items: readonly ChecklistEntry[];
	/** What was said and withdrawn since it was checked. */
	readonly decisions: readonly Word[];
};

type Word = ChecklistDecision | ChecklistWithdrawal;

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
	/** What was said of it in this run, before or since, and not withdrawn. */
	readonly standing: readonly ChecklistDecision[];
};

export type SectionName = 'open' | 'new' | 'known' | 'waived' | 'answered';
export type Section = {readonly name: SectionName; readonly findings: readonly ChecklistFinding[]};

/** `said`: what was said of it since it was checked, or that it was withdrawn; it counts from the next check on. */
export type ChecklistFinding = {readonly finding: ListedFinding; readonly verdict: Verdict; readonly said: Word | null};

export const checklistModel = (file: ChecklistFile, {seen, task, decisions: all}: {readonly seen: string; readonly task: string; readonly decisions: readonly Word[]}): ChecklistModel => {
	const decisions = all.filter(decision => decision.seen === seen);
	const hasKnown = file.items.some(({findings}) => findings.some(({known}) => known));
	const items = file.items.map(item => entryOf(item, wordsAbout(all.filter(one => one.item === item.id), seen), hasKnown));
	const groups = [...Map.groupBy(items, ({item}) => item.group)].map(([title, entries]) => ({title, entries, settled: entries.filter(({verdict}) => !isOpen(verdict)).length, verdict: worstOf(entries.map(({verdict}) => verdict))}));
	return {seen, task, file, groups, items, decisions};
};

/** What was said of an item in this run: what counted when it was checked, what counts now, and what came since. */
type Words = {readonly before: readonly ChecklistDecision[]; readonly standing: readonly ChecklistDecision[]; readonly since: readonly Word[]; readonly seen: string};

const wordsAbout = (all: readonly Word[], seen: string): Words => ({before: standingDecisions(all.filter(one => one.seen !== seen)), standing: standingDecisions(all), since: all.filter(one => one.seen === seen), seen});

const entryOf = (item: ListedItem, words: Words, hasKnown: boolean): ChecklistEntry => {
	const judged = item.findings.map((finding): ChecklistFinding => withWords(item, finding, words));
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
		standing: words.standing,
	};
};

const order: readonly SectionName[] = ['new', 'open', 'known', 'waived', 'answered'];

const sectionOf = ({finding, verdict}: ChecklistFinding, hasKnown: boolean): SectionName => {
	if (verdict === 'waived') return 'waived';
	if (!isOpen(verdict)) return 'answered';
	return finding.known ? 'known' : hasKnown ? 'new' : 'open';
};

/** The same rules as those of the check: the last answer counts, and a waiver covers what is open then. */
const withWords = (item: ListedItem, finding: ListedFinding, {before, standing, since, seen}: Words): ChecklistFinding => {
	const isAbout = ({finding: mark}: Word): boolean => mark === undefined || mark.fingerprint === finding.fingerprint;
	const fresh = standing.filter(one => one.seen === seen && isAbout(one));
	const answer = isQuestion(finding) ? fresh.findLast(({kind}) => kind === 'answer') : undefined;
	const answered = answer?.kind === 'answer' ? answers[answer.answer] : verdictWithout(item, finding, kind => before.some(one => one.kind === kind && isAbout(one)) && !standing.some(one => one.kind === kind && isAbout(one)));
	const waiver = isOpen(answered) ? fresh.findLast(({kind}) => kind === 'waiver') : undefined;
	const withdrawal = since.findLast(one => one.kind === 'withdrawal' && [...before, ...since].some(said => said.kind !== 'withdrawal' && isAbout(said) && takesBack(one, said)));
	return {finding, verdict: waiver === undefined ? answered : 'waived', said: waiver ?? answer ?? withdrawal ?? null};
};

/** How it was judged, without the words that were withdrawn since. Other waivers, and levels of the settings, are known to the next check only. */
const verdictWithout = ({id}: ListedItem, {verdict, waiver, answer, code}: ListedFinding, isWithdrawn: (kind: ChecklistDecision['kind']) => boolean): Verdict => {
	if (verdict === 'waived') {
		if (waiver?.from !== 'this run' || !isWithdrawn('waiver')) return verdict;
		return answer !== null && !isWithdrawn('answer') ? answers[answer.answer] : (itemById.get(id)?.codes[code]?.verdict ?? 'fail');
	}

	return answer !== null && isWithdrawn('answer') ? 'attest' : verdict;
};

const answers = {yes: 'pass', no: 'fail', partially: 'warn'} as const;

/** Whether a person's answer decides it, whatever the answer was last time. */
export const isQuestion = ({verdict, answer}: Pick<ListedFinding, 'verdict' | 'answer'>): boolean => verdict === 'attest' || answer !== null;

const rankOf = (verdict: Verdict): number => worstFirst.indexOf(verdict);
