/**
A Kubernetes quantity as a number of its base unit (bytes, cores): `128Mi` is 134217728, `250m` is 0.25. Null when it is none.
Source: kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
*/
export const quantityOf = (value: unknown): number | null => {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	if (typeof value !== 'string') return null;
	const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(value.trim());
	if (match === null) return null;
	const [, digits = '', exponent = '', suffix = ''] = match;
	return Number(`${digits}${exponent}`) * (factors[suffix] ?? 1);
};

const factors: Readonly<Record<string, number>> = {
	n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
	Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/**
How many pods a PodDisruptionBudget's number means: `2`, or `50%` of the replicas, rounded up as the eviction API does. Null when it is none.
*/
export const podCountOf = (value: unknown, replicas: number): number | null => {
	if (typeof value === 'number') return value;
	if (typeof value !== 'string') return null;
	const percent = /^(\d+)%$/.exec(value);
	if (percent !== null) return Math.ceil((Number(percent[1]) / 100) * replicas);
	return /^\d+$/.test(value) ? Number(value) : null;
};
