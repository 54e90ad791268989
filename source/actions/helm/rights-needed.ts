import type {Pair} from './object-pair.ts';

/** A thing that Helm will do. `resource`: `deployment.apps`, as kubectl takes it. */
export type Right = {readonly verb: string; readonly resource: string; readonly namespace: string};

/** The rights without which the upgrade would stop in the middle, each once. */
export const rightsNeeded = (pairs: readonly Pair[]): readonly Right[] => {
	const rights = pairs.flatMap(({live, coming, isChanged}): readonly Right[] => {
		const object = coming ?? live;
		if (object === null || !isChanged) return [];
		const resource = `${object.kind.toLowerCase()}${object.group === '' ? '' : `.${object.group}`}`;
		const verbs = coming === null ? ['delete'] : live === null ? ['create'] : object.isHook ? ['create', 'delete'] : ['patch'];
		return verbs.map(verb => ({verb, resource, namespace: object.namespace}));
	});
	return [...new Map(rights.map(right => [JSON.stringify(right), right])).values()];
};
