import {isDay, isOver} from './day.ts';
import type {WaiverFact} from './finding.ts';
import type {Seen} from './item.ts';
import {isCoveredBy, peerIgnoresIn, type Peer} from './peer-ignores.ts';
import {textMapAt} from './values.ts';
import {workloadOf} from './workload.ts';
import type {KubeObject} from './kube-object.ts';

/** Whose word in a manifest counts: our own annotations, and those that other tools are told to ignore by. */
export type AnnotationSetting = {readonly own: boolean; readonly imported: readonly Peer[]};

export type AnnotationWaiver = {readonly fact: WaiverFact; readonly isOver: boolean};

const prefix = 'slipway/waive.';

/**
What an object's own annotations (or its pod template's) say about a finding:

	slipway/waive.readonly-rootfs: "The proxy writes its certificates; container: istio-proxy; by: asha@example.org; until: 2027-03-31"

The key is `item` or `item.code`. Without a reason, a person and a day it has no effect.
*/
export const annotationWaiver = (seen: Seen, item: string, setting: AnnotationSetting, now: Date): AnnotationWaiver | null => {
	if (seen.object === null) return null;
	for (const annotations of annotationsOf(seen.object)) {
		if (setting.own) {
			for (const key of [`${prefix}${item}.${seen.code}`, `${prefix}${item}`]) {
				const said = readWords(annotations.get(key) ?? '');
				if (said !== null && (said.container === null || said.container === seen.container)) return {fact: {reason: said.reason, by: said.by, until: said.until, from: `annotation ${key}`}, isOver: isOver(said.until, now)};
			}
		}

		if (setting.imported.length === 0) continue;
		const ignored = peerIgnoresIn(annotations).find(one => setting.imported.includes(one.peer) && isCoveredBy(one, item, seen.code));
		if (ignored !== undefined) return {fact: {reason: ignored.reason || `ignored for ${ignored.peer}`, by: '', until: null, from: `imported from ${ignored.peer} (${ignored.check ?? 'all checks'})`}, isOver: false};
	}

	return null;
};

/** Keys of our annotations that have no effect, with what they lack. */
export const uselessAnnotations = (object: KubeObject): readonly string[] =>
	annotationsOf(object).flatMap(annotations => [...annotations].filter(([key, value]) => key.startsWith(prefix) && readWords(value) === null).map(([key]) => key));

const annotationsOf = (object: KubeObject): readonly ReadonlyMap<string, string>[] => {
	const workload = workloadOf(object);
	const own = object.annotations;
	const template = workload === null || object.kind === 'Pod' ? own : textMapAt(object.value, ...workload.metadataPath, 'annotations');
	return template.size === 0 || template === own ? (own.size === 0 ? [] : [own]) : [own, template];
};

const readWords = (text: string): {readonly reason: string; readonly by: string; readonly until: string; readonly container: string | null} | null => {
	const named = new Map<string, string>();
	const rest: string[] = [];
	for (const part of text.split(';')) {
		const match = /^\s*(by|until|container)\s*[:=]\s*(.*?)\s*$/.exec(part);
		if (match === null) rest.push(part.trim());
		else named.set(match[1] ?? '', match[2] ?? '');
	}

	const reason = rest.filter(part => part !== '').join('; ');
	const by = named.get('by') ?? '';
	const until = named.get('until') ?? '';
	return reason === '' || by === '' || !isDay(until) ? null : {reason, by, until, container: named.get('container') ?? null};
};
