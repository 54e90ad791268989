import type {ManifestObject} from './manifest.ts';
import type {VolatilePlace} from './volatile.ts';

/** An object on both sides, with what is unlike at every rendering covered; null where it is not there. */
export type Pair = {readonly live: ManifestObject | null; readonly coming: ManifestObject | null; readonly isChanged: boolean; readonly volatile: readonly VolatilePlace[]};
