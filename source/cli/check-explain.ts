import type {Item} from '../checklist/item.ts';
import {makeSafe} from '../text/safe-text.ts';

const classes = {manifest: 'the manifests decide', hybrid: 'the manifests decide some cases, a person the rest', live: 'the cluster decides', attested: 'a person answers'} as const;

/** One item as text: what it means, what is checked, what each answer means. */
export const explainItem = (item: Item): string =>
	makeSafe(
		[
			`${item.number}. ${item.title} (${item.id}; ${classes[item.class]})`,
			'',
			item.why,
			'',
			`Checked: ${item.rule}`,
			`Source:  ${item.source}`,
			`Peers:   ${item.peers}`,
			'',
			...Object.entries(item.codes).map(([code, {verdict, means}]) => `  ${verdict.padEnd(12)} ${code}: ${means}`),
			'',
			'Passes:',
			...item.passes.trimEnd().split('\n').map(line => `  ${line}`),
			'',
			item.class === 'attested' ? 'Is asked, or raises a flag:' : 'Does not pass:',
			...item.fails.trimEnd().split('\n').map(line => `  ${line}`),
			'',
		].join('\n'),
	);
