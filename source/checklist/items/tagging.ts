import {groups} from '../groups.ts';
import type {Code, Item} from '../item.ts';
import {labelRule} from '../label-rules.ts';

const group = groups.tagging;
const source = 'application-development.md, Tagging resources (now 02, Resources have meaningful labels)';

const codes = (fix: string): Readonly<Record<string, Code>> => ({
	missing: {verdict: 'fail', means: 'A required label is missing.', fix},
	'recommended-missing': {verdict: 'warn', means: 'A recommended label is missing. Never add app.kubernetes.io/version to a selector: it cannot be changed later.', fix},
	'annotation-only': {verdict: 'warn', means: 'It is written as an annotation, which nothing can select.', fix},
	invalid: {verdict: 'fail', means: 'The label has a value that Kubernetes refuses.', fix},
});

const example = (labels: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  labels:\n${labels.split(', ').map(line => `    ${line}\n`).join('')}data: {mode: fast}\n`;
const technical = 'app.kubernetes.io/name: web, app.kubernetes.io/instance: web-uat, app.kubernetes.io/version: 1.4.2, app.kubernetes.io/component: server, app.kubernetes.io/part-of: shop, app.kubernetes.io/managed-by: Helm';
const fixFor = (labels: string): string => `metadata:\n  labels:\n${labels.split(', ').map(line => `    ${line}`).join('\n')}`;
const scope = 'Every object of the bundle and every pod template, not hooks; CustomResourceDefinitions are only warned about.';

export const tagging: readonly Item[] = [
	{
		number: 19,
		id: 'technical-labels',
		group,
		title: 'Resources have technical labels defined',
		class: 'manifest',
		why: 'With the recommended labels, tools and people can tell what belongs together: which app, which instance of it, which version.',
		source,
		rule: `${scope} app.kubernetes.io/name and instance are required; version, component, part-of and managed-by (not on pod templates) are recommended. The set can be changed.`,
		peers: 'kube-linter required-label-* (custom); Polaris metadataAndInstanceMismatched; kubescape C-0076, C-0077',
		codes: codes(fixFor(technical)),
		passes: example(technical),
		fails: example('app: web'),
		check: labelRule('technical'),
	},
	{
		number: 20,
		id: 'business-labels',
		group,
		title: 'Resources have business labels defined',
		class: 'manifest',
		why: 'When something costs too much or breaks at night, the label says whom to call and who pays.',
		source,
		rule: `${scope} owner, project and business-unit, as labels; an annotation alone is a warning. A prefix (acme.org/owner) is allowed, other names can be set.`,
		peers: 'kube-linter required-label-owner, required-annotation-email',
		codes: codes(fixFor('owner: payments, project: shop, business-unit: retail')),
		passes: example('owner: payments, project: shop, business-unit: retail'),
		fails: example('owner: payments'),
		check: labelRule('business'),
	},
	{
		number: 21,
		id: 'security-labels',
		group,
		title: 'Resources have security labels defined',
		class: 'manifest',
		why: 'Confidentiality and compliance rules can be held only where the resources say which apply.',
		source,
		rule: `${scope} confidentiality and compliance, as labels; an annotation alone is a warning. A prefix is allowed, other names can be set.`,
		peers: 'none built in',
		codes: codes(fixFor('confidentiality: internal, compliance: none')),
		passes: example('confidentiality: internal, compliance: pci'),
		fails: example('app: web'),
		check: labelRule('security'),
	},
];
