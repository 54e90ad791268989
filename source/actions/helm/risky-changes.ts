import {at, listAt, textAt} from '../../checklist/values.ts';
import {argvOf, workloadOf} from '../../checklist/workload.ts';
import type {Finding} from '../../journal/event.ts';
import type {ManifestObject} from './manifest.ts';
import type {Pair} from './object-pair.ts';
import {findingAbout, type ObjectFinding} from './object-finding.ts';

/** What a person should know of a difference before the lines: what goes, what Kubernetes refuses, what reaches beyond the namespace. */
export const judgeObjects = (pairs: readonly Pair[], namespace: string): readonly ObjectFinding[] => [
	...pairs.flatMap(judgeRemoved),
	...pairs.flatMap(judgeImmutable),
	...pairs.flatMap(pair => judgeReach(pair, namespace)),
	...pairs.flatMap(judgeMigration),
	...judgeHooks(pairs),
];

/** Helm keeps what is annotated so. */
const isKept = ({annotations}: ManifestObject): boolean => annotations.get('helm.sh/resource-policy')?.trim() === 'keep';

const losses: Readonly<Record<string, readonly [Finding['level'], string]>> = {
	PersistentVolumeClaim: ['danger', 'its data may go with it'],
	PersistentVolume: ['danger', 'its data may go with it'],
	Namespace: ['danger', 'everything in it goes'],
	CustomResourceDefinition: ['danger', 'every object of its kind goes, in every namespace'],
	StatefulSet: ['danger', 'its pods stop'],
	Secret: ['warning', 'what still reads it will fail'],
	ConfigMap: ['warning', 'what still reads it will fail'],
	ServiceAccount: ['warning', 'what still runs under it will fail'],
};

const judgeRemoved = ({live, coming}: Pair): readonly ObjectFinding[] => {
	if (coming !== null || live === null || live.isHook) return [];
	const loss = losses[live.kind];
	if (loss === undefined) return [];
	const [level, meaning] = loss;
	return [isKept(live) ? findingAbout(live, 'note', `${live.kind} ${live.name} is no longer part of the release; it stays in the cluster (helm.sh/resource-policy: keep).`) : findingAbout(live, level, `${live.kind} ${live.name} is deleted: ${meaning}.`)];
};

/** What the API server refuses to change in place. Source: validation of each kind in kubernetes/pkg/apis. */
const fixed: Readonly<Record<string, readonly (readonly string[])[]>> = {
	Job: [['spec', 'template'], ['spec', 'selector'], ['spec', 'completionMode']],
	Deployment: [['spec', 'selector']],
	DaemonSet: [['spec', 'selector']],
	StatefulSet: [['spec', 'selector'], ['spec', 'serviceName'], ['spec', 'volumeClaimTemplates'], ['spec', 'podManagementPolicy']],
	PersistentVolumeClaim: [['spec', 'accessModes'], ['spec', 'storageClassName'], ['spec', 'volumeName'], ['spec', 'selector']],
	RoleBinding: [['roleRef']],
	ClusterRoleBinding: [['roleRef']],
	StorageClass: [['provisioner'], ['parameters']],
};

const judgeImmutable = ({live, coming}: Pair): readonly ObjectFinding[] => {
	if (live === null || coming === null || coming.isHook || live.name !== coming.name) return [];
	const changed = (fixed[coming.kind] ?? []).filter(path => JSON.stringify(at(live.value, ...path)) !== JSON.stringify(at(coming.value, ...path)));
	if (changed.length > 0) {
		const what = `${coming.kind} ${coming.name} changes ${changed.map(path => path.join('.')).join(', ')}, which Kubernetes does not allow: the upgrade will fail there`;
		return [findingAbout(coming, 'danger', coming.kind === 'Job' ? `${what}. It has no hook annotation, so Helm does not delete the old one first.` : `${what}.`)];
	}

	return textAt(live.value, 'immutable') === 'true' && JSON.stringify(at(live.value, 'data')) !== JSON.stringify(at(coming.value, 'data'))
		? [findingAbout(coming, 'danger', `${coming.kind} ${coming.name} is immutable and its data changes: the upgrade will fail there.`)]
		: [];
};

const judgeReach = ({live, coming, isChanged}: Pair, namespace: string): readonly ObjectFinding[] => {
	const object = coming ?? live;
	if (object === null || !isChanged) return [];
	const change = live === null ? 'is new' : coming === null ? 'is deleted' : 'changes';
	if (object.kind === 'CustomResourceDefinition') return coming === null ? [] : [findingAbout(coming, 'danger', `CustomResourceDefinition ${object.name} ${change}: it is read by the whole cluster, and a roll-back does not bring old objects back.`)];
	if (object.group === 'rbac.authorization.k8s.io') return [];
	if (/^(Validating|Mutating)Webhook/.test(object.kind)) return [findingAbout(object, 'danger', `${object.kind} ${object.name} ${change}: it can refuse or alter what anybody in the cluster creates.`)];
	if (object.namespace === '') return [findingAbout(object, 'warning', `${object.kind} ${object.name} ${change}: it belongs to the whole cluster, not to a namespace.`)];
	if (object.namespace !== namespace) return [findingAbout(object, 'warning', `${object.kind} ${object.name} ${change} in the namespace ${object.namespace}, not in ${namespace}.`)];
	if (object.kind === 'Job' && !object.isHook && live === null) return [findingAbout(object, 'note', `Job ${object.name} is no hook: it runs once, and a later upgrade that changes it will fail.`)];
	return [];
};

const migration = /migrat|flyway|liquibase|alembic|goose|db-?init|initdb|schema/i;

/** `egovio/egov-user-db:2.9.2`: DIGIT's name for the image that carries the migrations of a service. */
const migrationImage = /[-_]db(:|@|$)|migrat|flyway|liquibase/i;

/** Containers that look like they migrate a database: they run before the app, and once they ran the schema is another one. */
export const migrationsOf = (object: ManifestObject): readonly {readonly container: string; readonly image: string}[] =>
	(workloadOf(object)?.containers ?? [])
		.filter(container => container.role === 'init' || object.isHook || object.kind === 'Job')
		.filter(container => migration.test(container.name) || migrationImage.test(container.image) || argvOf(container).some(word => migration.test(word)) || (object.kind === 'Job' && migration.test(object.name)))
		.map(({name, image}) => ({container: name, image}));

const judgeMigration = ({live, coming}: Pair): readonly ObjectFinding[] => {
	if (coming === null) return [];
	const before = live === null ? [] : migrationsOf(live).map(({image}) => image);
	return migrationsOf(coming).map(({container, image}) => {
		const how = coming.isHook ? `the ${coming.annotations.get('helm.sh/hook') ?? ''} hook ${coming.name}` : `the init container ${container} of ${coming.kind} ${coming.name}`;
		return before.includes(image)
			? findingAbout(coming, 'note', `A database migration runs in ${how}, with the image that is live already (${image}).`)
			: findingAbout(coming, 'danger', `A database migration runs in ${how} (${image}): the schema will change, and a Helm rollback does not undo it.`);
	});
};

const judgeHooks = (pairs: readonly Pair[]): readonly ObjectFinding[] =>
	pairs.flatMap(({coming}) => {
		if (coming === null || !coming.isHook) return [];
		const events = (coming.annotations.get('helm.sh/hook') ?? '').split(',').map(event => event.trim()).filter(event => !event.startsWith('test'));
		return events.length === 0 ? [] : [findingAbout(coming, 'note', `${coming.kind} ${coming.name} is a hook and runs at ${events.join(', ')}; a roll-back does not undo what it does.`)];
	});

/** Definitions in the chart's own `crds/` folder: Helm installs them once and never looks at them again. */
export const judgeCrdFolder = (names: readonly string[], isFirstInstall: boolean): readonly Finding[] =>
	names.length === 0
		? []
		: [
				isFirstInstall
					? {level: 'warning', what: `The chart installs ${names.length} CustomResourceDefinitions from its crds folder where they are missing: ${list(names)}. Helm never upgrades or removes them.`}
					: {level: 'note', what: `The chart has ${names.length} CustomResourceDefinitions in its crds folder, which an upgrade does not touch: ${list(names)}.`},
			];

const list = (names: readonly string[]): string => (names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', '));

/** Namespaces in which the workloads of a release run. */
export const workloadNamespaces = (objects: readonly ManifestObject[]): readonly string[] =>
	[...new Set(objects.filter(object => !object.isHook && workloadOf(object) !== null).map(({namespace}) => namespace))].toSorted();

/** Persistent claims, also those that StatefulSets make: their data stays as it is whatever Helm does. */
export const claimsOf = (objects: readonly ManifestObject[]): readonly string[] =>
	objects.flatMap(({kind, name, value}) => (kind === 'PersistentVolumeClaim' ? [name] : listAt(value, 'spec', 'volumeClaimTemplates').map(claim => `${textAt(claim, 'metadata', 'name') ?? ''} of ${kind} ${name}`)));
