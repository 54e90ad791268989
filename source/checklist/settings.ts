import {at, entriesAt, isMapping, listAt, numberAt, textAt, textOf} from './values.ts';

/** What a team decides about the checklist. Everything has a default, but the two lists that nobody can guess. */
export type Settings = {
	/** Images may come from these: `docker.io/library`, `ghcr.io/acme`. Empty: item 43 is unconfigured. */
	readonly registries: readonly string[];
	/** Ingress hosts may be these or below them. Empty: item 45 is unconfigured. */
	readonly domains: readonly string[];
	readonly minimumReplicas: number;
	/** Cores. */
	readonly maximumCpuRequest: number;
	/** Labels that each resource needs; `required` ones fail, the others warn. Each may have other names. */
	readonly labels: Readonly<Record<'technical' | 'business' | 'security', readonly RequiredLabel[]>>;
	/** Namespaces of the cluster itself, beside `kube-*`. */
	readonly systemNamespaces: readonly string[];
	/** Quality of service that a workload must have at least, by `Kind/name`. */
	readonly qos: Readonly<Record<string, QosClass>>;
	/** Another verdict for a code: `liveness-probe/missing: fail`. */
	readonly levels: Readonly<Record<string, 'fail' | 'warn'>>;
};

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';
export type RequiredLabel = {readonly name: string; readonly aliases: readonly string[]; readonly isRequired: boolean};

const label = (name: string, isRequired = true): RequiredLabel => ({name, aliases: [], isRequired});

export const defaultSettings: Settings = {
	registries: [],
	domains: [],
	minimumReplicas: 2,
	maximumCpuRequest: 1,
	labels: {
		technical: [
			label('app.kubernetes.io/name'),
			label('app.kubernetes.io/instance'),
			label('app.kubernetes.io/version', false),
			label('app.kubernetes.io/component', false),
			label('app.kubernetes.io/part-of', false),
			label('app.kubernetes.io/managed-by', false),
		],
		business: [label('owner'), label('project'), label('business-unit')],
		security: [label('confidentiality'), label('compliance')],
	},
	systemNamespaces: [],
	qos: {},
	levels: {},
};

/** Settings from a parsed YAML file, and what is wrong with it, a sentence each. */
export const settingsFrom = (value: unknown): {readonly settings: Settings; readonly mistakes: readonly string[]} => {
	const mistakes: string[] = [];
	if (!isMapping(value)) return {settings: defaultSettings, mistakes: value === undefined || value === null ? [] : ['The settings are not a mapping.']};
	const known = Object.keys(defaultSettings);
	for (const key of Object.keys(value)) if (!known.includes(key)) mistakes.push(`${key} is no setting; known are ${known.join(', ')}.`);
	const texts = (key: string): readonly string[] => listAt(value, key).flatMap(one => textOf(one) ?? []);
	const levels: Record<string, 'fail' | 'warn'> = {};
	for (const [code, level] of entriesAt(value, 'levels')) {
		if (level === 'fail' || level === 'warn') levels[code] = level;
		else mistakes.push(`levels: ${code} is ${String(level)}, but can be fail or warn.`);
	}

	const qos: Record<string, QosClass> = {};
	for (const [name, wanted] of entriesAt(value, 'qos')) {
		if (wanted === 'Guaranteed' || wanted === 'Burstable' || wanted === 'BestEffort') qos[name] = wanted;
		else mistakes.push(`qos: ${name} is ${String(wanted)}, but can be Guaranteed, Burstable or BestEffort.`);
	}

	const positive = (key: 'minimumReplicas' | 'maximumCpuRequest'): number => {
		const given = at(value, key);
		if (given === undefined) return defaultSettings[key];
		const number = typeof given === 'number' ? given : numberAt(value, key);
		if (number !== undefined && number > 0) return number;
		mistakes.push(`${key} must be a number above 0.`);
		return defaultSettings[key];
	};

	return {
		settings: {
			registries: texts('registries'),
			domains: texts('domains'),
			minimumReplicas: positive('minimumReplicas'),
			maximumCpuRequest: positive('maximumCpuRequest'),
			labels: {
				technical: labelsFrom(value, 'technical'),
				business: labelsFrom(value, 'business'),
				security: labelsFrom(value, 'security'),
			},
			systemNamespaces: texts('systemNamespaces'),
			qos,
			levels,
		},
		mistakes,
	};
};

/** `labels: {business: [owner, {name: business-unit, aliases: [cost-center], required: false}]}` */
const labelsFrom = (value: unknown, set: keyof Settings['labels']): readonly RequiredLabel[] => {
	if (!Array.isArray(at(value, 'labels', set))) return defaultSettings.labels[set];
	return listAt(value, 'labels', set).flatMap(one => {
		const name = textOf(one) ?? textAt(one, 'name');
		return name === undefined ? [] : [{name, aliases: listAt(one, 'aliases').flatMap(alias => textOf(alias) ?? []), isRequired: at(one, 'required') !== false}];
	});
};
