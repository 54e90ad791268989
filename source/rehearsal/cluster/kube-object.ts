/** An object as the API shows it. The store keeps them whole and never changes one: an update is a new object. */
export type KubeObject = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: Metadata;
	readonly spec?: Fields;
	readonly status?: Fields;
	readonly [more: string]: unknown;
};

export type Fields = Readonly<Record<string, unknown>>;

export type Metadata = {
	readonly name: string;
	readonly namespace?: string;
	readonly uid: string;
	readonly resourceVersion: string;
	readonly generation?: number;
	readonly generateName?: string;
	readonly creationTimestamp: string;
	readonly deletionTimestamp?: string;
	readonly deletionGracePeriodSeconds?: number;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly ownerReferences?: readonly OwnerReference[];
	readonly finalizers?: readonly string[];
	readonly managedFields?: readonly Fields[];
};

export type OwnerReference = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
	readonly uid: string;
	readonly controller?: boolean;
	readonly blockOwnerDeletion?: boolean;
};

/** What a client sends: most of the metadata is not there yet. */
export type SentObject = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata?: Partial<Metadata>;
	readonly spec?: Fields;
	readonly status?: Fields;
	readonly [more: string]: unknown;
};

/** The reference of an object that another one's controller made. */
export const ownerOf = ({apiVersion, kind, metadata: {name, uid}}: KubeObject): OwnerReference => ({apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true});

/** As Kubernetes writes it: whole seconds, `2026-11-24T09:18:00Z`. */
export const timestamp = (now: Date): string => now.toISOString().replace(/\.\d+Z$/, 'Z');
