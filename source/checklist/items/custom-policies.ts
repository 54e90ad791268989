import {bundle, deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {approvedDomains, knownRegistries, uniqueHosts} from '../policy-rules.ts';

const group = groups.customPolicies;
const source = 'governance.md, Custom policies (now 03)';
const ingress = (name: string, namespace: string, host: string, path: string): string =>
	`apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec:\n  rules:\n    - host: ${host}\n      http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n`;
const hostFix = 'spec:\n  rules:\n    - host: shop.example.com';

export const customPolicies: readonly Item[] = [
	{
		number: 43,
		id: 'known-registries',
		group,
		title: 'Allow deploying containers only from known registries',
		class: 'manifest',
		why: 'An image from anywhere may contain anything, and may contain something else tomorrow.',
		source,
		rule: 'Each image, of every kind of container, comes from a registry, or a path in one, that the settings name; `nginx` is docker.io/library/nginx. Whole path parts are compared. Images that operators start by themselves are not seen. Without a list: unconfigured.',
		peers: 'kube-linter latest-tag (custom lists); kubescape C-0078, C-0001; trivy KSV-0125',
		codes: {
			'unknown-registry': {verdict: 'fail', means: 'The image comes from a registry that is not known.', fix: 'containers:\n  - name: CONTAINER\n    image: registry.example.com/team/app:1.4.2'},
			unconfigured: {verdict: 'unconfigured', means: 'No registries are given.'},
		},
		passes: deployment('', {image: 'ghcr.io/acme/web:1.4.2'}),
		fails: deployment('', {image: 'ghcr.io/acme-evil/web:1.4.2'}),
		check: knownRegistries,
	},
	{
		number: 44,
		id: 'ingress-host-unique',
		group,
		title: 'Enforce uniqueness in Ingress hostnames',
		class: 'manifest',
		why: 'When two Ingresses claim one host and path, the controller picks one, and another team gets the traffic.',
		source,
		rule: 'Class, host, path and path type occur once, in the bundle and in the cluster that is read; one host is not served from two namespaces. HTTPRoute, GRPCRoute, OpenShift Route and VirtualService count too. What the same release has in the cluster, and nginx canaries, do not.',
		peers: 'none',
		codes: {
			'duplicate-route': {verdict: 'fail', means: 'Host and path are claimed twice.', fix: hostFix},
			'host-in-two-namespaces': {verdict: 'fail', means: 'One host is served from two namespaces.', fix: hostFix},
		},
		passes: bundle(ingress('web', 'shop', 'shop.example.com', '/'), ingress('api', 'shop', 'shop.example.com', '/api')),
		fails: bundle(ingress('web', 'shop', 'shop.example.com', '/'), ingress('web', 'test', 'shop.example.com', '/')),
		check: uniqueHosts,
	},
	{
		number: 45,
		id: 'ingress-host-approved',
		group,
		title: 'Only use approved domain names in the Ingress hostnames',
		class: 'manifest',
		why: 'A host outside the domains of the organisation cannot be reached, or reaches somebody else.',
		source,
		rule: 'Each host of a rule and of its certificates is an approved domain or below one, by whole labels; `*.x` only where x is approved; a rule without a host fails. Without a list: unconfigured.',
		peers: 'none',
		codes: {
			'not-approved': {verdict: 'fail', means: 'The host is under none of the approved domains.', fix: hostFix},
			'no-host': {verdict: 'fail', means: 'A rule answers for every name.', fix: hostFix},
			unconfigured: {verdict: 'unconfigured', means: 'No domains are given.'},
		},
		passes: ingress('web', 'shop', 'shop.example.com', '/'),
		fails: ingress('web', 'shop', 'shop.evilexample.com', '/'),
		check: approvedDomains,
	},
];
