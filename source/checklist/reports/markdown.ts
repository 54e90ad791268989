import type {CheckResult, ItemResult} from '../check-manifests.ts';
import {fixFor, isOpen, type Finding} from '../finding.ts';
import type {Item} from '../item.ts';
import {nameOf} from '../kube-object.ts';
import {placeOf, placeText} from '../place.ts';
import {countVerdicts} from '../summary.ts';

/** The report for a pull request or a wiki: waivers first, then the 15 groups. */
export const markdownReport = (result: CheckResult): string => {
	const counts = Object.entries(countVerdicts(result)).filter(([, count]) => count > 0);
	const waived = result.items.flatMap(({findings}) => findings).filter(({verdict}) => verdict === 'waived');
	const groups = Map.groupBy(result.items, ({item}) => item.group as Item['group']);
	return [
		'# Kubernetes deployment checklist',
		'',
		`${result.objects} objects, ${result.checkedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC${result.context === null ? '' : `, cluster ${escape(result.context)}`}: ${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.`,
		'',
		...(waived.length === 0 ? [] : ['## Waived', '', ...waived.map(finding => `- \`${finding.item.id}/${finding.code}\` ${subject(finding)}: ${escape(finding.waiver?.reason ?? '')} (${escape([finding.waiver?.by ?? '', finding.waiver?.until ? `until ${finding.waiver.until}` : '', finding.waiver?.from ?? ''].filter(part => part !== '').join(', '))})`), '']),
		...(result.problems.length === 0 ? [] : ['## Not read', '', ...result.problems.map(({source, line, message}) => `- ${escape(source)}:${line}: ${escape(message)}`), '']),
		...[...groups].flatMap(([group, results]) => [`## ${group.title}`, '', '| item | verdict | |', '|---|---|---|', ...results.map(rowOf), '', ...results.flatMap(detailsOf)]),
	].join('\n');
};

const rowOf = ({item, verdict, counts}: ItemResult): string => `| ${item.number}. ${escape(item.title)} | ${verdict} | ${(['fail', 'warn', 'waived', 'pass'] as const).filter(one => counts[one] > 0).map(one => `${counts[one]} ${one}`).join(', ')} |`;

const detailsOf = ({item, findings}: ItemResult): readonly string[] => {
	const open = findings.filter(({verdict}) => isOpen(verdict));
	if (open.length === 0) return [];
	const byCode = Map.groupBy(open, ({code}) => code);
	return [
		`**${escape(item.title)}** (\`${item.id}\`): ${escape(item.why)} *${escape(item.source)}*`,
		'',
		...[...byCode].flatMap(([, same]) => {
			const fix = same[0] === undefined ? null : fixFor(same[0]);
			return [
				...same.slice(0, most).map(finding => `- ${finding.verdict}${finding.isKnown ? ' (known)' : ''} \`${finding.code}\` ${subject(finding)}${escape(finding.message)}`),
				...(same.length > most ? [`- and ${same.length - most} more of \`${same[0]?.code ?? ''}\``] : []),
				...(fix === null ? [] : ['', '  ```yaml', ...fix.split('\n').map(line => `  ${line}`), '  ```']),
			];
		}),
		'',
	];
};

const most = 20;

const subject = (finding: Finding): string => {
	const place = placeOf(finding);
	return finding.object === null ? '' : `${escape(nameOf(finding.object))}${place === null ? '' : ` (${escape(placeText(place))})`}: `;
};

/** Text that stays text: what a manifest says is never markup. */
const escape = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/([\\`*_{}[\]<>|#!~])/g, '\\$1');
