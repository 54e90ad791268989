import {readDocuments} from '../../checklist/documents.ts';
import {isHelmHook, objectsOf, type KubeObject} from '../../checklist/kube-object.ts';

export type ManifestObject = KubeObject & {
	/** What makes it the same object in two manifests: group, kind, namespace and name; not the version of its API. */
	readonly key: string;
	readonly isHook: boolean;
};

/** The objects of a manifest, and in words what of it could not be read: a part that is left out must be told. */
export type Manifest = {readonly objects: readonly ManifestObject[]; readonly unread: readonly string[]};

/** `namespace`: where an object goes that names none. `templates`: those of the chart by Helm's name for them, to lead a line back to. */
export const readManifest = (text: string, name: string, namespace: string, templates: ReadonlyMap<string, string> = new Map()): Manifest => {
	const {documents, problems} = readDocuments({name, text, templates});
	const objects = documents.flatMap(document => objectsOf(document, {namespace, isLive: false}));
	return {
		objects: objects.map(object => ({...object, key: keyOf(object), isHook: isHelmHook(object)})),
		unread: problems.filter(({level}) => level === 'error').map(({source, line, message, template}) => `${template ?? source}, line ${line}: ${message}`),
	};
};

const keyOf = ({group, kind, namespace, name}: KubeObject): string => `${group}/${kind}/${namespace}/${name}`;

/**
A manifest and the hooks of its release as one text, as `helm template` prints them. Helm keeps hooks apart, but they are applied too.

	---
	# Source: user/templates/hook.yaml
	apiVersion: batch/v1
*/
export const joinHooks = (manifest: string, hooks: readonly {readonly path: string; readonly manifest: string}[]): string =>
	joinManifests(manifest, hooks.map(hook => `---\n# Source: ${hook.path}\n${hook.manifest.trim()}`).join('\n'));

/** What `helm get manifest` and `helm get hooks` print, as one text. */
export const joinManifests = (manifest: string, hooks: string): string => [manifest.trim(), hooks.trim()].filter(part => part !== '').join('\n').concat('\n');
