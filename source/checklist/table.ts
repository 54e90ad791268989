import type {Item} from './item.ts';
import {clusterConfiguration} from './items/cluster-configuration.ts';
import {configuration} from './items/configuration.ts';
import {customPolicies} from './items/custom-policies.ts';
import {faultTolerance} from './items/fault-tolerance.ts';
import {gracefulShutdown} from './items/graceful-shutdown.ts';
import {healthChecks} from './items/health-checks.ts';
import {independentApps} from './items/independent-apps.ts';
import {logging} from './items/logging.ts';
import {namespaceLimits} from './items/namespace-limits.ts';
import {networkPolicyItems} from './items/network-policies.ts';
import {podSecurityItems} from './items/pod-security.ts';
import {rbac} from './items/rbac.ts';
import {resources} from './items/resources.ts';
import {scaling} from './items/scaling.ts';
import {tagging} from './items/tagging.ts';

/** All 47 items of the deployment checklist, in its order. To add a rule: a row in `items/` and its test. */
export const items: readonly Item[] = [
	...healthChecks,
	...independentApps,
	...gracefulShutdown,
	...faultTolerance,
	...resources,
	...tagging,
	...logging,
	...scaling,
	...configuration,
	...namespaceLimits,
	...podSecurityItems,
	...networkPolicyItems,
	...rbac,
	...customPolicies,
	...clusterConfiguration,
];

export const itemById: ReadonlyMap<string, Item> = new Map(items.map(item => [item.id, item]));
