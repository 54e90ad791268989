import type {KubeObject} from './kube-object.ts';

/** What was read from a live cluster, and what could not be. */
export type Cluster = {
	readonly context: string;
	readonly objects: readonly KubeObject[];
	/** By resource name as kubectl knows it: `limitranges`. A resource that is not here was not asked for. */
	readonly reads: Readonly<Record<string, ClusterRead>>;
	/** The nine live items are wanted (`--live`); otherwise the cluster only fills in what the manifests refer to. */
	readonly isLive: boolean;
};

/** `absent`: this cluster has no such kind. `namespaces` limits a read to these; null is all of them. */
export type ClusterRead = {readonly state: 'read' | 'absent' | 'forbidden' | 'failed'; readonly reason: string; readonly namespaces: readonly string[] | null};
