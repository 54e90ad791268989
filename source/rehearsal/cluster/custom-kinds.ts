import {builtInKinds, kindNamed, type Kind} from './kinds.ts';
import type {Store} from './store.ts';

type Definition = {
	readonly group: string;
	readonly scope: string;
	readonly names: {readonly plural: string; readonly kind: string; readonly shortNames?: readonly string[]};
	readonly versions: readonly {readonly name: string; readonly served: boolean; readonly storage: boolean; readonly subresources?: {readonly status?: object}}[];
};

/** The kinds of the cluster: those that are built in, then those of the definitions that it has now, each in its first served version. */
export const kindsOf = (store: Store): readonly Kind[] => [
	...builtInKinds,
	...store.list(kindNamed('CustomResourceDefinition')).flatMap(({spec}): readonly Kind[] => {
		const {group, scope, names, versions} = spec as Definition;
		return versions.filter(({served}) => served).slice(0, 1).map(({name, subresources}) => ({
			group,
			version: name,
			kind: names.kind,
			resource: names.plural,
			isNamespaced: scope === 'Namespaced',
			shortNames: names.shortNames ?? [],
			isInAll: false,
			subresources: subresources?.status === undefined ? [] : ['status'],
		}));
	}),
];
