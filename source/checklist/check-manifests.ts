import {Bug} from '../errors.ts';
import {annotationWaiver, uselessAnnotations, type AnnotationSetting} from './annotations.ts';
import {isStale, type Attestation} from './attestations.ts';
import type {Cluster} from './cluster.ts';
import {isOver} from './day.ts';
import {readDocuments, type ReadingProblem, type Source} from './documents.ts';
import {fingerprintOf, isOpen, isWorse, worstOf, type Baseline, type Finding, type WaiverFact} from './finding.ts';
import type {Item, Seen, Verdict} from './item.ts';
import {controllerOf, isOfTheCluster, nameOf, objectsOf, type KubeObject} from './kube-object.ts';
import {matchesObject} from './object-pattern.ts';
import type {Settings} from './settings.ts';
import {items} from './table.ts';
import {textAt} from './values.ts';
import type {Waiver} from './waivers.ts';
import {makeWorld, type Benchmark, type Dockerfile, type World} from './world.ts';

/** Everything that a check needs; nothing else is looked at. */
export type CheckInput = {
	readonly sources: readonly Source[];
	/** Namespace of what names none; empty when it is not known. */
	readonly namespace: string;
	readonly settings: Settings;
	/** What was read from a cluster, to complete the bundle, and for the live items. */
	readonly cluster: Cluster | null;
	/** Judge what is in these namespaces of the cluster (none named: in all) instead of a bundle; null: the bundle. */
	readonly judgeCluster: readonly string[] | null;
	readonly waivers: readonly Waiver[];
	readonly attestations: readonly Attestation[];
	readonly annotations: AnnotationSetting;
	/** Findings that are already known, unless they are worse now: what was asked and is answered no is new. Null when only the present counts. */
	readonly baseline: Baseline | null;
	readonly benchmark: Benchmark | null;
	readonly dockerfiles: readonly Dockerfile[];
	/** Ids of the items to check; null is all. */
	readonly only: ReadonlySet<string> | null;
	/** Keep the findings that pass or do not apply too; otherwise they are only counted. */
	readonly keepAll: boolean;
	readonly now: Date;
};

export type CheckResult = {
	/** In the order of the checklist. */
	readonly items: readonly ItemResult[];
	/** What could not be read. */
	readonly problems: readonly ReadingProblem[];
	readonly objects: number;
	readonly waivers: WaiverReport;
	/** The cluster that was read, or null. */
	readonly context: string | null;
	readonly checkedAt: Date;
};

export type ItemResult = {readonly item: Item; readonly verdict: Verdict; readonly findings: readonly Finding[]; readonly counts: Readonly<Record<Verdict, number>>};

/** What became of the waivers: expired ones whose finding is still there, those that match nothing, annotations without effect. */
export type WaiverReport = {readonly used: number; readonly expired: readonly Waiver[]; readonly unused: readonly Waiver[]; readonly useless: readonly string[]; readonly staleAnswers: readonly Attestation[]};

/** Checks manifests, and a cluster where one was read, against all items. Pure. */
export const checkManifests = (input: CheckInput): CheckResult => {
	const readings = input.sources.map(readDocuments);
	const bundle = readings.flatMap(({documents}) => documents).flatMap(document => objectsOf(document, {namespace: input.namespace, isLive: false}));
	const judged = input.judgeCluster === null ? withoutOwned(bundle) : ownedByNobody(input.cluster?.objects ?? [], input.judgeCluster, input.settings);
	const world = makeWorld({objects: judged, settings: input.settings, cluster: input.cluster, benchmark: input.benchmark, dockerfiles: input.dockerfiles});
	const book = makeBook(input);
	const results = items.filter(({id}) => input.only === null || input.only.has(id)).map(item => checkItem(item, world, input, book));
	return {
		items: results,
		problems: readings.flatMap(({problems}) => problems),
		objects: judged.length,
		waivers: {
			used: book.used.size,
			expired: [...book.expired],
			unused: input.waivers.filter(waiver => !book.used.has(waiver) && !book.expired.has(waiver) && (input.only === null || input.only.has(waiver.item))),
			useless: input.annotations.own ? judged.flatMap(object => uselessAnnotations(object).map(key => `${nameOf(object)}: ${key}`)) : [],
			staleAnswers: [...book.stale],
		},
		context: input.cluster?.context ?? null,
		checkedAt: input.now,
	};
};

/** What a controller made that is judged itself, as in the output of `kubectl get all -o yaml`, would be found twice. */
const withoutOwned = (objects: readonly KubeObject[]): readonly KubeObject[] => {
	const owned = objects.filter(object => controllerOf(object) !== undefined);
	if (owned.length === 0) return objects;
	const there = new Set(objects.map(({namespace, kind, name}) => `${namespace}\n${kind}\n${name}`));
	const doubled = new Set(owned.filter(object => there.has(`${object.namespace}\n${textAt(controllerOf(object), 'kind') ?? ''}\n${textAt(controllerOf(object), 'name') ?? ''}`)));
	return objects.filter(object => !doubled.has(object));
};

/** A ReplicaSet of a Deployment, a Pod of a ReplicaSet, and what the cluster brings along are judged elsewhere, or not at all. */
const ownedByNobody = (objects: readonly KubeObject[], namespaces: readonly string[], settings: Settings): readonly KubeObject[] => {
	const isSystem = (name: string): boolean => name.startsWith('kube-') || settings.systemNamespaces.includes(name);
	return objects.filter(object => {
		const place = object.kind === 'Namespace' ? object.name : object.namespace;
		if (isOfTheCluster(object) || isSystem(place) || (namespaces.length > 0 && !namespaces.includes(place))) return false;
		return controllerOf(object) === undefined;
	});
};

/** Notes which waivers and answers were used while the items are checked. */
type Book = {readonly used: Set<Waiver>; readonly expired: Set<Waiver>; readonly stale: Set<Attestation>; readonly byItem: ReadonlyMap<string, readonly Waiver[]>};

const makeBook = (input: CheckInput): Book => ({used: new Set(), expired: new Set(), stale: new Set(), byItem: Map.groupBy(input.waivers, ({item}) => item)});

const checkItem = (item: Item, world: World, input: CheckInput, book: Book): ItemResult => {
	const findings: Finding[] = [];
	const counts: Record<Verdict, number> = {fail: 0, warn: 0, unknown: 0, attest: 0, unconfigured: 0, waived: 0, pass: 0, na: 0};
	for (const seen of item.check(world)) {
		const {code} = seen;
		if (!input.keepAll && (code === 'pass' || code === 'na')) {
			counts[code] += 1;
			continue;
		}

		const finding = judge(item, seen, input, book);
		counts[finding.verdict] += 1;
		findings.push(finding);
	}

	return {item, verdict: worstOf((Object.keys(counts) as Verdict[]).filter(verdict => counts[verdict] > 0)), findings, counts};
};

const judge = (item: Item, seen: Seen, input: CheckInput, book: Book): Finding => {
	const verdict = verdictOf(item, seen, input.settings);
	const answer = verdict === 'attest' ? answerFor(item, seen, input, book) : null;
	const asked = answer === null ? verdict : ({yes: 'pass', no: 'fail', partially: 'warn'} as const)[answer.answer];
	const {waiver, expired} = isOpen(asked) ? waiverFor(item, seen, input, book) : noWaiver;
	const {code, object, container, path, message, detail} = seen;
	const before = isOpen(asked) ? input.baseline?.get(fingerprintOf({item, code, object, container, detail})) : undefined;
	const isKnown = before !== undefined && !isWorse(asked, before);
	return {code, object, container, path, message, detail, item, verdict: waiver === null ? asked : 'waived', waiver, expired, answer, isKnown};
};

const noWaiver = {waiver: null, expired: null} as const;

const verdictOf = (item: Item, {code}: Seen, settings: Settings): Verdict => {
	if (code === 'pass' || code === 'na') return code;
	const known = item.codes[code];
	if (known === undefined) throw new Bug(`Item ${item.id} gives the code ${code}, which its row does not name.`);
	return settings.levels[`${item.id}/${code}`] ?? known.verdict;
};

/** Whether something that was said of an item is about what was seen. */
const isAbout = ({code, pattern, fingerprint}: Pick<Waiver | Attestation, 'code' | 'pattern' | 'fingerprint'>, item: Item, seen: Seen): boolean =>
	(code === null || code === seen.code) && matchesObject(pattern, seen.object, seen.container) && (fingerprint === null || fingerprint === fingerprintOf({item, ...seen}));

const answerFor = (item: Item, seen: Seen, input: CheckInput, book: Book): Finding['answer'] => {
	const given = input.attestations.filter(one => one.item === item.id && isAbout(one, item, seen));
	// Of one day the last one given.
	const fresh = given.filter(one => !isStale(one, input.now)).toSorted((a, b) => a.on.localeCompare(b.on)).at(-1);
	if (fresh === undefined) for (const one of given) book.stale.add(one);
	return fresh === undefined ? null : {answer: fresh.answer, person: fresh.person, reference: fresh.reference, remark: fresh.remark, on: fresh.on};
};

const waiverFor = (item: Item, seen: Seen, input: CheckInput, book: Book): {readonly waiver: WaiverFact | null; readonly expired: WaiverFact | null} => {
	let expired: WaiverFact | null = null;
	for (const waiver of book.byItem.get(item.id) ?? []) {
		if (!isAbout(waiver, item, seen)) continue;
		const fact = {reason: waiver.reason, by: waiver.by, until: waiver.until, from: waiver.from};
		if (isOver(waiver.until, input.now)) {
			book.expired.add(waiver);
			expired ??= fact;
		} else {
			book.used.add(waiver);
			return {waiver: fact, expired: null};
		}
	}

	const written = annotationWaiver(seen, item.id, input.annotations, input.now);
	if (written !== null && !written.isOver) return {waiver: written.fact, expired: null};
	return {waiver: null, expired: expired ?? written?.fact ?? null};
};
