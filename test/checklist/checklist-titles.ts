/** The second half of the deployment checklist, word for word (eGov Foundation, CC BY 4.0). */
export const checklistTitles = [
	{
		group: 'Health checks',
		items: [
			'Containers have Readiness probes',
			"Containers crash when there's a fatal error",
			'Configure a passive Liveness probe',
			"Liveness probes values aren't the same as the Readiness",
		],
	},
	{
		group: 'Apps are independent',
		items: [
			'The Readiness probes are independent',
			'The app retries connecting to dependent services',
		],
	},
	{
		group: 'Graceful shutdown',
		items: [
			"The app doesn't shut down on SIGTERM, but it gracefully terminates connections",
			'The app still processes incoming requests in the grace period',
			'The CMD in the Dockerfile forwards the SIGTERM to the process',
			'Close all idle keep-alive sockets',
		],
	},
	{
		group: 'Fault tolerance',
		items: [
			'Run more than one replica for your Deployment',
			'Avoid Pods being placed into a single node',
			'Set Pod disruption budgets',
		],
	},
	{
		group: 'Resources utilisation',
		items: [
			'Set memory limits and requests for all containers',
			'Set CPU request to 1 CPU or below',
			'Disable CPU limits — unless you have a good use case',
			'The namespace has a LimitRange',
			'Set an appropriate Quality of Service (QoS) for Pods',
		],
	},
	{
		group: 'Tagging resources',
		items: [
			'Resources have technical labels defined',
			'Resources have business labels defined',
			'Resources have security labels defined',
		],
	},
	{
		group: 'Logging',
		items: [
			'The application logs to stdout and stderr',
			'Avoid sidecars for logging (if you can)',
		],
	},
	{
		group: 'Scaling',
		items: [
			'Containers do not store any state in their local filesystem',
			'Use the Horizontal Pod Autoscaler for apps with variable usage patterns',
			"Don't use the Vertical Pod Autoscaler while it's still in beta",
			'Use the Cluster Autoscaler if you have highly varying workloads',
		],
	},
	{
		group: 'Configuration and secrets',
		items: [
			'Externalise all configuration',
			'Mount Secrets as volumes, not environment variables',
		],
	},
	{
		group: 'Namespace limits',
		items: [
			'Namespaces have LimitRange',
			'Namespaces have ResourceQuotas',
		],
	},
	{
		group: 'Pod security policies',
		items: [
			'Enable Pod Security Policies',
			'Disable privileged containers',
			'Use a read-only filesystem in containers',
			'Prevent containers from running as root',
			'Limit capabilities',
			'Prevent privilege escalation',
		],
	},
	{
		group: 'Network policies',
		items: [
			'Enable network policies',
			"There's a conservative NetworkPolicy in every namespace",
		],
	},
	{
		group: 'Role-Based Access Control (RBAC) policies',
		items: [
			'Disable auto-mounting of the default ServiceAccount',
			'RBAC policies are set to the least amount of privileges necessary',
			'RBAC policies are granular and not shared',
		],
	},
	{
		group: 'Custom policies',
		items: [
			'Allow deploying containers only from known registries',
			'Enforce uniqueness in Ingress hostnames',
			'Only use approved domain names in the Ingress hostnames',
		],
	},
	{
		group: 'Approved Kubernetes configuration',
		items: [
			'The cluster passes the CIS benchmark',
			'Disable metadata cloud providers metada API',
		],
	},
] as const;
