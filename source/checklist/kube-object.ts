import type {Document} from './documents.ts';
import type {Labels} from './selector.ts';
import {at, isMapping, listAt, textAt, textMapAt, type Path} from './values.ts';

/** One Kubernetes object and where it was written. */
export type KubeObject = {
	/** `apps`; empty for the core group. */
	readonly group: string;
	/** `apps/v1` */
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
	/** Of an object that names none: the release's namespace, or empty when that is not known. Empty for what belongs to no namespace. */
	readonly namespace: string;
	readonly labels: Labels;
	readonly annotations: ReadonlyMap<string, string>;
	readonly value: unknown;
	readonly document: Document;
	/** Where it stands in its document: not empty for an entry of a `List`. */
	readonly path: Path;
	/** Read from a cluster, not from a manifest. */
	readonly isLive: boolean;
};

export type ObjectSetting = {
	/** Where an object that names no namespace will be created. */
	readonly namespace: string;
	readonly isLive: boolean;
};

/** The objects of a document; a `List` gives its entries. What has no kind (values files, say) gives none. */
export const objectsOf = (document: Document, setting: ObjectSetting): readonly KubeObject[] => unfold(document, document.value, [], setting);

/** Lists in lists are unfolded so far; nobody nests more, but somebody may try. */
const deepest = 8;

const unfold = (document: Document, value: unknown, path: Path, setting: ObjectSetting): readonly KubeObject[] => {
	if (path.length > deepest) return [];
	if (Array.isArray(value)) return value.flatMap((entry, index) => unfold(document, entry, [...path, index], setting));
	if (!isMapping(value)) return [];
	const kind = textAt(value, 'kind');
	const apiVersion = textAt(value, 'apiVersion');
	if (kind === undefined || apiVersion === undefined) return [];
	if (kind.endsWith('List') && Array.isArray(at(value, 'items')))
		return listAt(value, 'items').flatMap((entry, index) => unfold(document, withKind(entry, kind, apiVersion), [...path, 'items', index], setting));

	const slash = apiVersion.indexOf('/');
	return [
		{
			group: slash === -1 ? '' : apiVersion.slice(0, slash),
			apiVersion,
			kind,
			name: textAt(value, 'metadata', 'name') ?? textAt(value, 'metadata', 'generateName') ?? '',
			namespace: clusterScoped.has(kind) ? '' : textAt(value, 'metadata', 'namespace') || setting.namespace,
			labels: textMapAt(value, 'metadata', 'labels'),
			annotations: textMapAt(value, 'metadata', 'annotations'),
			value,
			document,
			path,
			isLive: setting.isLive,
		},
	];
};

/** The entries of a `DeploymentList` may leave out what they are. */
const withKind = (entry: unknown, listKind: string, apiVersion: string): unknown =>
	isMapping(entry) && listKind !== 'List' && entry['kind'] === undefined ? {apiVersion, kind: listKind.slice(0, -'List'.length), ...entry} : entry;

const clusterScoped = new Set([
	'APIService', 'CertificateSigningRequest', 'ClusterIssuer', 'ClusterPolicy', 'ClusterRole', 'ClusterRoleBinding', 'CSIDriver', 'CSINode', 'CustomResourceDefinition', 'FlowSchema',
	'GatewayClass', 'IngressClass', 'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'MutatingWebhookConfiguration', 'Namespace', 'Node', 'NodeClass', 'NodePool', 'PersistentVolume', 'PodSecurityPolicy',
	'PriorityClass', 'PriorityLevelConfiguration', 'RuntimeClass', 'StorageClass', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration', 'VolumeAttachment',
]);

/** `Deployment egov/user`: how an object is named to people. */
export const nameOf = ({kind, namespace, name}: Pick<KubeObject, 'kind' | 'namespace' | 'name'>): string => `${kind} ${namespace === '' ? '' : `${namespace}/`}${name === '' ? '(no name)' : name}`;

/** The reference to what made it and looks after it: of a Pod its ReplicaSet. */
export const controllerOf = ({value}: KubeObject): unknown => listAt(value, 'metadata', 'ownerReferences').find(owner => at(owner, 'controller') === true);

export const isHelmHook = (object: KubeObject): boolean => object.annotations.has('helm.sh/hook');

/** What a cluster brings along itself, or makes in every namespace: nobody's release. */
export const isOfTheCluster = ({isLive, kind, name, namespace, labels, group}: KubeObject): boolean =>
	isLive &&
	((group === 'rbac.authorization.k8s.io' && (/^(system|kubeadm):/.test(name) || labels.get('kubernetes.io/bootstrapping') === 'rbac-defaults')) ||
		(kind === 'ServiceAccount' && name === 'default') ||
		(kind === 'ConfigMap' && name === 'kube-root-ca.crt') ||
		(kind === 'Service' && name === 'kubernetes' && namespace === 'default') ||
		kind === 'Node');
