import type {KubeObject} from './kube-object.ts';
import type {Path} from './values.ts';
import type {World} from './world.ts';

/**
What the checklist says about an item, or about one object under it. `attest`: only a person can say; `unconfigured`: a list that it needs
was not given; `unknown`: it could not be read. None of these three ever counts as passed.
*/
export type Verdict = 'pass' | 'warn' | 'fail' | 'na' | 'attest' | 'waived' | 'unconfigured' | 'unknown';

/** `manifest`: rendered YAML decides · `hybrid`: it decides some cases, a person the rest · `live`: the cluster · `attested`: a person. */
export type ItemClass = 'manifest' | 'hybrid' | 'live' | 'attested';

/** One of the 47 items: a row of the table. */
export type Item = {
	/** Its place in the source document, 1 to 47. */
	readonly number: number;
	readonly id: string;
	readonly group: Group;
	/** Verbatim. */
	readonly title: string;
	readonly class: ItemClass;
	/** Why it matters, in a sentence or two. */
	readonly why: string;
	/** Where the item is explained, in the Learnk8s text that the checklist lists. */
	readonly source: string;
	/** What exactly is checked. */
	readonly rule: string;
	/** What other tools call it; `none` when none has it. */
	readonly peers: string;
	/** Every answer that `check` can give, beside `pass` and `na`, by its code. */
	readonly codes: Readonly<Record<string, Code>>;
	/** YAML that passes and YAML that does not; both are checked by the tests. */
	readonly passes: string;
	readonly fails: string;
	readonly check: (world: World) => Iterable<Seen>;
};

/** The 15 groups of the source document, in three parts. */
export type Group = {readonly part: string; readonly title: string};

/** An answer of a rule. `fix` is YAML to change; CONTAINER, NAME, NAMESPACE and LABELS in it are replaced by those of the object. */
export type Code = {readonly verdict: Exclude<Verdict, 'pass' | 'na' | 'waived'>; readonly means: string; readonly fix?: string};

/** What a rule saw. `code` is one of the item's, or `pass`, or `na`. */
export type Seen = {
	readonly code: string;
	/** Null: about the whole bundle. */
	readonly object: KubeObject | null;
	readonly container: string | null;
	/** In the object; of a missing field, where it should stand. */
	readonly path: Path;
	readonly message: string;
	/** Tells two answers with one code about one container apart, and stays the same over releases: a variable's name, a port. */
	readonly detail: string;
};
