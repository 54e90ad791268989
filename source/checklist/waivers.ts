import {isDay} from './day.ts';
import type {Item} from './item.ts';
import {objectPatternFrom, type ObjectPattern} from './object-pattern.ts';
import {itemById} from './table.ts';
import {at, isMapping, textAt} from './values.ts';

/**
A finding that is passed, for a reason and until a day. In `waivers.yaml`:

	waivers:
	  - item: readonly-rootfs            # or item/code: rbac-least-privilege/wildcard
	    object: Deployment/shop/web      # or {kind, namespace, name, labels}; * matches anything
	    container: istio-proxy           # optional
	    reason: The proxy writes its own certificates
	    by: asha@example.org
	    until: 2027-03-31                # its last day
*/
export type Waiver = {readonly item: string; readonly code: string | null; readonly pattern: ObjectPattern; /** Of one finding alone; null: of all that the pattern is about. */ readonly fingerprint: string | null; readonly reason: string; readonly by: string; readonly until: string; readonly from: string};

/** Reads waivers from parsed YAML; `mistakes` is what is wrong with it, a sentence each. `from` names the file. */
export const waiversFrom = (value: unknown, from: string): {readonly waivers: readonly Waiver[]; readonly mistakes: readonly string[]} => {
	const list = isMapping(value) ? at(value, 'waivers') : value;
	if (list === undefined || list === null) return {waivers: [], mistakes: isMapping(value) && Object.keys(value).length > 0 ? [`${from} has no list named waivers.`] : []};
	if (!Array.isArray(list)) return {waivers: [], mistakes: [`${from}: waivers is not a list.`]};
	const mistakes: string[] = [];
	const waivers = list.flatMap((entry: unknown, index): readonly Waiver[] => {
		const name = `${from}, waiver ${index + 1}`;
		const reference = codeReference(textAt(entry, 'item') ?? '');
		const needed = ['reason', 'by', 'until'].filter(key => !textAt(entry, key)?.trim());
		const until = textAt(entry, 'until') ?? '';
		const unknown = isMapping(entry) ? Object.keys(entry).filter(key => !['item', 'object', 'container', 'reason', 'by', 'until'].includes(key)) : [];
		if (typeof reference === 'string') mistakes.push(`${name}: ${reference}`);
		if (needed.length > 0) mistakes.push(`${name} lacks ${needed.join(', ')}.`);
		if (unknown.length > 0) mistakes.push(`${name}: ${unknown.join(', ')} is no key of a waiver.`);
		if (until !== '' && !isDay(until)) mistakes.push(`${name}: until is ${until}, but must be a day such as 2027-03-31.`);
		if (typeof reference === 'string' || needed.length > 0 || unknown.length > 0 || !isDay(until)) return [];
		return [{...reference, pattern: objectPatternFrom(at(entry, 'object'), at(entry, 'container')), fingerprint: null, reason: textAt(entry, 'reason') ?? '', by: textAt(entry, 'by') ?? '', until, from: name}];
	});
	return {waivers, mistakes};
};

/** `item` or `item/code`, checked against the table; a sentence when there is none such. */
export const codeReference = (text: string): {readonly item: string; readonly code: string | null} | string => {
	const slash = text.indexOf('/');
	const id = slash === -1 ? text : text.slice(0, slash);
	const code = slash === -1 ? null : text.slice(slash + 1);
	const item: Item | undefined = itemById.get(id);
	if (item === undefined) return id === '' ? 'it names no item.' : `there is no item ${id}.`;
	return code === null || Object.hasOwn(item.codes, code) ? {item: id, code} : `${id} has no code ${code}; it has ${Object.keys(item.codes).join(', ')}.`;
};
