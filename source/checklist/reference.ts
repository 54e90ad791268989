import type {Item} from './item.ts';
import {items} from './table.ts';

const classes: Readonly<Record<Item['class'], string>> = {manifest: 'manifest', hybrid: 'manifest, else asked', live: 'cluster', attested: 'asked'};

/** `docs/checklist.md`, made from the table of items. */
export const checklistReference = (): string => {
	const groups = Map.groupBy(items, ({group}) => group as Item['group']);
	let part = '';
	return `${[
		...introduction,
		'',
		'| item | | decided by |',
		'|---|---|---|',
		...items.map(item => `| ${item.number} | [${item.title}](#${item.id}) | ${classes[item.class]} |`),
		'',
		...[...groups].flatMap(([group, some]) => {
			const heading = group.part === part ? [] : [`## ${group.part}`, ''];
			part = group.part;
			return [...heading, `### ${group.title}`, '', ...some.flatMap(section)];
		}),
	].join('\n')}\n`;
};

const introduction = [
	'# The Kubernetes deployment checklist',
	'',
	'<!-- Made from source/checklist/items by scripts/checklist-docs.ts: change the table, not this file. -->',
	'',
	'`slipway check` reads manifests, a Helm chart or a cluster and says for each of these 47 items whether it holds. It changes nothing.',
	'',
	'```sh',
	'slipway check k8s/                                        # files, folders, - for standard input',
	'slipway check --chart charts/user -f uat.yaml             # what Helm renders, by the name of each template',
	'slipway check --chart charts/user --context uat -n egov   # completed by what other charts installed there',
	'slipway check k8s/ --context uat -n egov --live           # and the facts of the cluster itself',
	'slipway check --context uat -n egov                       # what runs there',
	'```',
	'',
	'An item can `pass`, `warn`, `fail`, not apply (`na`) or be `waived`; it can be a question that only a person answers (`attest`), need a list that was not given (`unconfigured`), or not have been',
	'readable (`unknown`). These three never count as passed. The exit status is 0, 1 with findings at or above `--fail-on` (`fail`; `warn`; `open`: also the three above; `never`), 2 when something could not be checked.',
	'',
	'**Cluster.** kubectl is called with `get`, `api-resources` and, for the namespace of the context, `config view` only, always with an explicit context, never for Secrets. What may not be read in the whole cluster is read in the namespaces of the release; what may not be read at all is `unknown`, with the reason.',
	'',
	'**Waivers** stand in a file that is reviewed like code (`--waivers FILE`); expired ones fail again, unused ones are listed:',
	'',
	'```yaml',
	'waivers:',
	'  - item: readonly-rootfs            # or item/code: rbac-least-privilege/wildcard',
	'    object: Deployment/shop/web      # or {kind, namespace, name, labels}; * matches anything; optional',
	'    container: istio-proxy           # optional',
	'    reason: The proxy writes its own certificates',
	'    by: asha@example.org',
	'    until: 2027-03-31                # its last day',
	'```',
	'',
	'A manifest may carry its own, on the object or its pod template, unless `--no-annotations` is given: `slipway/waive.readonly-rootfs: "The proxy writes its certificates; container: istio-proxy; by: asha@example.org; until: 2027-03-31"`.',
	'With `--import kube-score,kube-linter,polaris` the ignore annotations of those tools count too, and are shown as imported.',
	'',
	'**Answers** to what only a person can say (`--attest FILE`); `valid` is how long they count:',
	'',
	'```yaml',
	'answers:',
	'  - item: sigterm-graceful',
	'    answer: yes                      # yes, no, partially',
	'    person: asha@example.org',
	'    on: 2026-11-20',
	'    reference: https://ci.example.org/runs/812',
	'    valid: 90d',
	'```',
	'',
	'**Settings** (`--config FILE`): `registries`, `domains`, `minimumReplicas`, `maximumCpuRequest`, `labels`, `systemNamespaces`, `qos` (`Deployment/web: Guaranteed`), `levels` (`liveness-probe/missing: fail`).',
	'**Baseline**: `--format json` of an earlier check, given as `--baseline FILE`; only what is new counts. **Formats**: `table`, `json`, `sarif`, `junit`, `markdown`.',
	'',
	'**In a run** (`uses: kubernetes/checklist`) the manifest of the preview is checked, the very one that will be deployed, and the cluster it goes to. `l` opens the checklist: the groups with their progress, each item with its findings,',
	'the place of each, what to change and why; what the live release does not have stands apart from what it has too (and does not keep the task from succeeding, unless `known: fail`). `y`, `n` and `p` answer what is looked at, `w` waives it, `u` withdraws what was said of it in this run,',
	'the item or one finding of it. What is said is recorded in the journal with the report that it is about, and counts once the checklist is checked again.',
	'',
	'Items and titles are those of the [Deployment Checklist](https://docs.digit.org) of the eGov Foundation (CC BY 4.0), which lists those of the Learnk8s',
	'[Kubernetes production best practices](https://github.com/learnk8s/kubernetes-production-best-practices) (MIT). Rules, reasons and examples here are our own.',
];

const section = (item: Item): readonly string[] => [
	`#### ${item.number}. ${item.title} <a id="${item.id}"></a>`,
	'',
	`\`${item.id}\` · ${classes[item.class]} · ${item.source}`,
	'',
	item.why,
	'',
	`**Checked:** ${item.rule}`,
	'',
	`**Peers:** ${item.peers}`,
	'',
	'| code | verdict | meaning |',
	'|---|---|---|',
	...Object.entries(item.codes).map(([code, {verdict, means}]) => `| \`${code}\` | ${verdict} | ${means} |`),
	'',
	'Passes:',
	'',
	'```yaml',
	item.passes.trimEnd(),
	'```',
	'',
	...(item.fails === item.passes ? [] : [item.class === 'attested' && !Object.values(item.codes).some(({verdict}) => verdict === 'fail' || verdict === 'warn') ? 'Is asked about:' : 'Does not:', '', '```yaml', item.fails.trimEnd(), '```', '']),
	...Object.entries(item.codes).flatMap(([code, {fix}]) => (fix === undefined ? [] : [{code, fix}])).filter(({fix}, index, all) => all.findIndex(other => other.fix === fix) === index).flatMap(({code, fix}) => [`To change (\`${code}\`):`, '', '```yaml', fix, '```', '']),
];
