import type {Workload} from '../workload.ts';

/** Surge is rounded up, unavailable down; both zero would never move. */
export const limitsOf = ({spec: {replicas, strategy}}: Deployment): {readonly surge: number; readonly unavailable: number} => {
	if (strategy.type === 'Recreate') return {surge: 0, unavailable: 0};
	const {maxSurge = '25%', maxUnavailable = '25%'} = strategy.rollingUpdate ?? {};
	const share = (limit: number | string, round: (number: number) => number): number => (typeof limit === 'number' ? limit : round((Number.parseInt(limit, 10) / 100) * replicas));
	const surge = share(maxSurge, Math.ceil);
	const unavailable = share(maxUnavailable, Math.floor);
	return {surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas)};
};

export type Deployment = Workload & {
	readonly spec: {
		readonly paused?: boolean;
		readonly progressDeadlineSeconds: number;
		readonly revisionHistoryLimit: number;
		readonly strategy: {readonly type: string; readonly rollingUpdate?: {readonly maxSurge: number | string; readonly maxUnavailable: number | string}};
	};
};
