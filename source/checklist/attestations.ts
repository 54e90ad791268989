import {isDay} from './day.ts';
import {objectPatternFrom, type ObjectPattern} from './object-pattern.ts';
import {at, isMapping, textAt} from './values.ts';
import {codeReference} from './waivers.ts';

/**
What a person says about an item that no machine can prove. In `attest.yaml`:

	answers:
	  - item: sigterm-graceful
	    answer: yes                  # yes, no, partially
	    person: asha@example.org
	    on: 2026-11-20
	    reference: https://ci.example.org/runs/812
	    valid: 90d                   # asked again after that; 90d when it is not given
	    object: Deployment/shop/web  # optional: for this one only
*/
export type Attestation = {
	readonly item: string;
	readonly code: string | null;
	readonly pattern: ObjectPattern;
	/** Of one finding alone; null: of all that the pattern is about. */
	readonly fingerprint: string | null;
	readonly answer: 'yes' | 'no' | 'partially';
	readonly person: string;
	readonly on: string;
	readonly reference: string;
	readonly remark: string;
	readonly validDays: number;
	readonly from: string;
};

const defaultDays = 90;

export const attestationsFrom = (value: unknown, from: string): {readonly attestations: readonly Attestation[]; readonly mistakes: readonly string[]} => {
	const list = isMapping(value) ? at(value, 'answers') : value;
	if (list === undefined || list === null) return {attestations: [], mistakes: isMapping(value) && Object.keys(value).length > 0 ? [`${from} has no list named answers.`] : []};
	if (!Array.isArray(list)) return {attestations: [], mistakes: [`${from}: answers is not a list.`]};
	const mistakes: string[] = [];
	const attestations = list.flatMap((entry: unknown, index): readonly Attestation[] => {
		const name = `${from}, answer ${index + 1}`;
		const wrong: string[] = [];
		const reference = codeReference(textAt(entry, 'item') ?? '');
		const answer = answers[textAt(entry, 'answer')?.toLowerCase() ?? ''];
		const on = textAt(entry, 'on') ?? '';
		const valid = /^(\d+)d$/.exec(textAt(entry, 'valid') ?? `${defaultDays}d`);
		if (typeof reference === 'string') wrong.push(reference);
		if (answer === undefined) wrong.push('answer must be yes, no or partially.');
		if (!textAt(entry, 'person')?.trim()) wrong.push('it names no person.');
		if (!isDay(on)) wrong.push('on must be the day of the answer, such as 2026-11-20.');
		if (valid === null) wrong.push('valid must be a number of days, such as 90d.');
		mistakes.push(...wrong.map(one => `${name}: ${one}`));
		if (wrong.length > 0 || typeof reference === 'string' || answer === undefined) return [];
		return [{...reference, pattern: objectPatternFrom(at(entry, 'object'), at(entry, 'container')), fingerprint: null, answer, person: textAt(entry, 'person') ?? '', on, reference: textAt(entry, 'reference') ?? '', remark: textAt(entry, 'remark') ?? '', validDays: Number(valid?.[1] ?? defaultDays), from: name}];
	});
	return {attestations, mistakes};
};

const answers: Readonly<Record<string, Attestation['answer']>> = {yes: 'yes', true: 'yes', no: 'no', false: 'no', partially: 'partially'};

/** An answer counts from its day on, in whatever time zone that is, until so many days after it. */
export const isStale = (answer: Attestation, now: Date): boolean => isAhead(answer, now) || now.getTime() >= Date.parse(answer.on) + (answer.validDays + 1) * 24 * 60 * 60 * 1000;

/** Nobody has checked anything tomorrow. */
export const isAhead = ({on}: Pick<Attestation, 'on'>, now: Date): boolean => now.getTime() < Date.parse(on) - 24 * 60 * 60 * 1000;
