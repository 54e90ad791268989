import type {Group} from './item.ts';

const application = '1. Application Development';
const governance = '2. Governance';
const cluster = '3. Cluster Configuration';

/** The headings of the source document. */
export const groups = {
	healthChecks: {part: application, title: 'Health checks'},
	independentApps: {part: application, title: 'Apps are independent'},
	gracefulShutdown: {part: application, title: 'Graceful shutdown'},
	faultTolerance: {part: application, title: 'Fault tolerance'},
	resources: {part: application, title: 'Resources utilisation'},
	tagging: {part: application, title: 'Tagging resources'},
	logging: {part: application, title: 'Logging'},
	scaling: {part: application, title: 'Scaling'},
	configuration: {part: application, title: 'Configuration and secrets'},
	namespaceLimits: {part: governance, title: 'Namespace limits'},
	podSecurity: {part: governance, title: 'Pod security policies'},
	networkPolicies: {part: governance, title: 'Network policies'},
	rbac: {part: governance, title: 'Role-Based Access Control (RBAC) policies'},
	customPolicies: {part: governance, title: 'Custom policies'},
	clusterConfiguration: {part: cluster, title: 'Approved Kubernetes configuration'},
} as const satisfies Readonly<Record<string, Group>>;
