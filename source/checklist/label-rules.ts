import type {Seen} from './item.ts';
import {isHelmHook, type KubeObject} from './kube-object.ts';
import type {Labels} from './selector.ts';
import type {RequiredLabel, Settings} from './settings.ts';
import {aboutObject} from './seen.ts';
import type {Path} from './values.ts';
import {workloadOf} from './workload.ts';
import type {World} from './world.ts';

/** Labels of every object of the bundle and of its pod templates. Not of hook pods and Jobs, which are gone in a minute. */
export const labelRule = (set: keyof Settings['labels']) =>
	function* (world: World): Iterable<Seen> {
		const wanted = world.settings.labels[set];
		const onTemplates = wanted.filter(({name}) => name !== 'app.kubernetes.io/managed-by');
		for (const object of world.objects) {
			if (isHelmHook(object) && (object.kind === 'Pod' || object.kind === 'Job')) {
				yield aboutObject(object, 'na', 'A Helm hook.');
				continue;
			}

			yield* judge(object, object.labels, wanted, ['metadata', 'labels'], '');
			const workload = workloadOf(object);
			if (workload !== null && object.kind !== 'Pod') yield* judge(object, workload.labels, onTemplates, [...workload.metadataPath, 'labels'], 'pod template');
		}
	};

function* judge(object: KubeObject, labels: Labels, wanted: readonly RequiredLabel[], path: Path, part: string): Iterable<Seen> {
	const where = part === '' ? '' : `Its ${part}: `;
	const missing: RequiredLabel[] = [];
	const invalid: RequiredLabel[] = [];
	for (const one of wanted) {
		const value = valueOf(labels, one);
		if (value === undefined) missing.push(one);
		else if (!isLabelValue(value)) invalid.push(one);
	}

	if (invalid.length > 0) yield aboutObject(object, 'invalid', `${where}${namesOf(invalid)}: not a label value (at most 63 letters, digits, - _ .).`, path, part);
	if (missing.length === 0) {
		if (invalid.length === 0) yield aboutObject(object, 'pass', part === '' ? 'has the labels' : `its ${part} has the labels`, path, part);
		return;
	}

	const annotated = part === '' && object.annotations.size > 0 ? missing.filter(one => valueOf(object.annotations, one) !== undefined) : [];
	const isRequired = missing.some(one => one.isRequired && !annotated.includes(one));
	if (isRequired && object.kind !== 'CustomResourceDefinition') yield aboutObject(object, 'missing', `${where}no label ${namesOf(missing)}.`, path, part);
	else if (annotated.length > 0) yield aboutObject(object, 'annotation-only', `${namesOf(annotated)}: an annotation, which nothing can select; a label is wanted.`, path, part);
	else yield aboutObject(object, 'recommended-missing', `${where}no label ${namesOf(missing)}.`, path, part);
}

const namesOf = (labels: readonly RequiredLabel[]): string => labels.map(({name}) => name).join(', ');

/** By its own name, by another one, or with a prefix of the organisation: `acme.org/owner`. An empty value is none. */
const valueOf = (labels: Labels, {name, aliases}: RequiredLabel): string | undefined => {
	const own = labels.get(name) || aliases.map(alias => labels.get(alias)).find(Boolean);
	if (own || name.includes('/')) return own || undefined;
	for (const [key, value] of labels) if (value !== '' && key.length > name.length && key.endsWith(name) && key[key.length - name.length - 1] === '/') return value;
	return undefined;
};

const isLabelValue = (value: string): boolean => value.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value);
