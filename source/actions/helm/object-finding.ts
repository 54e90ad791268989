import type {Finding} from '../../journal/event.ts';
import type {ManifestObject} from './manifest.ts';

/** A finding, and the key of the object that it is about; without one it is about the whole release. The journal keeps the finding alone. */
export type ObjectFinding = Finding & {readonly object?: string};

/** It stands where the object's template is. */
export const findingAbout = (object: ManifestObject, level: Finding['level'], what: string): ObjectFinding => ({level, what, where: object.document.template ?? `${object.kind}/${object.name}`, object: object.key});
