import {readServerAddress, serverOf} from '../actions/postgres/server-address.ts';
import type {Target} from '../runbook/plan.ts';
import type {TargetPlace} from '../stores/target-lock.ts';
import {contextOf} from './target-kubeconfig.ts';

/**
What a run on a target acts on, whoever it acts as and however it is spelled: the namespace at the address of the API server, and the
database at its host and port. Where that can't be read, what the target says stands for it, for this state folder alone.
*/
export const targetPlaces = (target: Target): readonly TargetPlace[] => {
	const places = [...clusterPlaces(target), ...databasePlaces(target)];
	return places.length > 0 ? places : [{key: ['target', target.name], name: `the target ${target.name}`, isShared: false}];
};

const clusterPlaces = ({kubeconfig, context, namespace}: Target): readonly TargetPlace[] => {
	const found = kubeconfig === undefined ? null : contextOf(kubeconfig, context);
	const name = `namespace ${namespace ?? found?.namespace ?? 'default'} of ${context ?? found?.name}`;
	if (found !== null) return [{key: ['cluster', addressOf(found.server), namespace ?? found.namespace ?? 'default'], name, isShared: true}];
	return context === undefined ? [] : [{key: ['cluster', kubeconfig ?? '', context, namespace ?? ''], name, isShared: false}];
};

/** `https://EXAMPLE.org:443/` is `https://example.org`. */
const addressOf = (server: string): string => (URL.canParse(server) ? new URL(server).href : server).replace(/\/+$/, '');

const databasePlaces = ({database}: Target): readonly TargetPlace[] => {
	if (database === undefined) return [];
	const name = `the database ${database}`;
	const address = readServerAddress(database);
	return 'fault' in address ? [{key: ['database', database], name, isShared: false}] : [{key: ['database', serverOf(address).toLowerCase(), address.name], name, isShared: true}];
};
