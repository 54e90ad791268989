import {statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';

import {attestationsFrom} from '../checklist/attestations.ts';
import {checkManifests, type CheckInput, type CheckResult} from '../checklist/check-manifests.ts';
import {readDocuments} from '../checklist/documents.ts';
import {objectsOf} from '../checklist/kube-object.ts';
import {peers, type Peer} from '../checklist/peer-ignores.ts';
import {defaultSettings, settingsFrom} from '../checklist/settings.ts';
import {baselineFrom, blockingFindings, failOns} from '../checklist/summary.ts';
import {itemById} from '../checklist/table.ts';
import {waiversFrom} from '../checklist/waivers.ts';
import {toolFinder} from '../engine/find-tool.ts';
import {Problem} from '../errors.ts';
import {readSetting, readSources} from '../workers/checklist-sources.ts';
import {nearest, type Arguments} from './arguments.ts';
import {explainItem} from './check-explain.ts';
import {writeReport} from './check-report.ts';
import type {Command, Io} from './command.ts';

/** `slipway check`: exit status 0 nothing at or above `--fail-on`, 1 findings, 2 something could not be checked. */
export const check: Command = {
	usage: 'check [PATH… | -] [--chart DIR] [--context NAME]',
	describe: 'Checks manifests, a chart or a cluster by the 47 items of the Kubernetes deployment checklist. Reads only.',
	options: {
		chart: {type: 'string', value: 'DIR', describe: 'Render this Helm chart and check it'},
		values: {type: 'string', short: 'f', multiple: true, value: 'FILE', describe: 'Values file of the chart; may be given again'},
		set: {type: 'string', multiple: true, value: 'KEY=VALUE', describe: 'A value of the chart; may be given again'},
		release: {type: 'string', value: 'NAME', describe: "Name of the release when it is rendered (default: the chart's folder)"},
		'no-hooks': {type: 'boolean', describe: 'Leave out the hooks of the chart'},
		namespace: {type: 'string', short: 'n', value: 'NAME', describe: 'Namespace of what names none'},
		context: {type: 'string', value: 'NAME', describe: 'Look into this cluster too; without paths and chart: check what runs there'},
		kubeconfig: {type: 'string', value: 'FILE', describe: 'Where the context is (default: $KUBECONFIG, or ~/.kube/config)'},
		live: {type: 'boolean', describe: 'Also check the nine items that are facts of the cluster'},
		only: {type: 'string', multiple: true, value: 'ITEM', describe: 'Check this item alone; may be given again'},
		config: {type: 'string', value: 'FILE', describe: 'Settings: registries, domains, labels, levels…'},
		registry: {type: 'string', multiple: true, value: 'HOST', describe: 'A registry, or a path in one, that images may come from; may be given again'},
		domain: {type: 'string', multiple: true, value: 'NAME', describe: 'A domain that hosts may be under; may be given again'},
		waivers: {type: 'string', value: 'FILE', describe: 'Findings that are passed, with reason, person and last day'},
		attest: {type: 'string', value: 'FILE', describe: 'Answers to what only a person can say'},
		baseline: {type: 'string', value: 'FILE', describe: 'An earlier --format json: only what is new counts'},
		import: {type: 'string', multiple: true, value: 'TOOL', describe: `Respect the ignore annotations of ${peers.join(', ')}; may be given again`},
		'no-annotations': {type: 'boolean', describe: 'Manifests may not waive their own findings'},
		'kube-bench': {type: 'string', value: 'FILE', describe: 'Report of `kube-bench --json`, for item 46'},
		format: {type: 'string', value: 'FORMAT', describe: 'table (default), json, sarif, junit, markdown'},
		all: {type: 'boolean', describe: 'Show everything, not only what needs somebody'},
		fixes: {type: 'boolean', describe: 'Show what to change, as YAML'},
		'fail-on': {type: 'string', value: 'LEVEL', describe: 'fail (default), warn, open (also what is not answered or could not be read), never'},
		explain: {type: 'string', value: 'ITEM', describe: 'Print what an item means, and check nothing'},
	},
	positionals: {least: 0, most: Number.POSITIVE_INFINITY},
	run: async (args, io) => {
		const explained = textOption(args, 'explain');
		if (explained !== undefined) {
			io.out(explainItem(knownItem(explained)));
			return 0;
		}

		const failOn = oneOf(args, 'fail-on', failOns, 'fail');
		const format = oneOf(args, 'format', formats, 'table');
		const {input, problems} = await gather(args, io);
		const plain = checkManifests(input);
		const result: CheckResult = {...plain, problems: [...problems, ...plain.problems]};
		writeReport(result, {format, failOn, chart: textOption(args, 'chart') ?? null, isComplete: args.values['all'] === true, withFixes: args.values['fixes'] === true}, io);
		if (result.problems.some(({level}) => level === 'error')) return 2;
		if (result.objects === 0 && input.cluster === null && input.dockerfiles.length === 0 && input.benchmark === null) {
			io.err('slipway: No Kubernetes object was found, so nothing could be checked.\n');
			return 2;
		}

		return blockingFindings(result, failOn).length > 0 ? 1 : 0;
	},
};

export const formats = ['table', 'json', 'sarif', 'junit', 'markdown'] as const;

type Gathered = {readonly input: CheckInput; readonly problems: CheckResult['problems']};

const gather = async (args: Arguments, io: Io): Promise<Gathered> => {
	const chart = textOption(args, 'chart');
	const context = textOption(args, 'context');
	if (args.positionals.length === 0 && chart === undefined && context === undefined) throw usage('There is nothing to check.', 'Give files or folders, - for standard input, --chart DIR, or --context NAME.');
	if (args.values['live'] === true && context === undefined) throw usage('--live needs a cluster.', 'Name it with --context NAME.');
	if (chart === undefined && (args.values['values'] !== undefined || args.values['set'] !== undefined || args.values['release'] !== undefined)) throw usage('--values, --set and --release belong to a chart.', 'Name it with --chart DIR.');
	const settings = settingsOf(args, io);
	const waived = fileOption(args, io, 'waivers', (value, path) => {
		const {waivers, mistakes} = waiversFrom(value, path);
		return {value: waivers, mistakes};
	});
	const attested = fileOption(args, io, 'attest', (value, path) => {
		const {attestations, mistakes} = attestationsFrom(value, path);
		return {value: attestations, mistakes};
	});
	const baseline = fileOption(args, io, 'baseline', (value, path) => {
		const known = baselineFrom(value);
		return {value: known ?? new Map<string, never>(), mistakes: known === null ? [`${path} is no report of \`slipway check --format json\`.`] : []};
	});
	const only = listOption(args, 'only').map(id => knownItem(id).id);
	const imported = listOption(args, 'import').map(peerNamed);
	const benchPath = textOption(args, 'kube-bench');
	const benchmark = benchPath === undefined ? null : {source: benchPath, value: readSetting(benchPath, io.cwd), at: statSync(resolve(io.cwd, benchPath)).mtime};

	const read = readSources(args.positionals, io.cwd);
	const find = toolFinder(io.env['PATH']);
	const namespace = textOption(args, 'namespace') ?? (context !== undefined ? await namespaceOf(context, args, find('kubectl')) : chart === undefined ? '' : 'default');
	const rendered = chart === undefined ? [] : [await render(chart, namespace, args, io, find('helm'))];
	const sources = [...read.sources, ...rendered];
	const judgeCluster = sources.length === 0 && context !== undefined && args.positionals.length === 0;
	const judged = textOption(args, 'namespace') === undefined ? [] : [namespace];
	const cluster = context === undefined ? null : await lookInto(context, {namespace, judgeCluster, sources}, args, find('kubectl'));
	if (judgeCluster && cluster !== null && cluster.reads['namespaces']?.state === 'failed' && cluster.objects.length === 0)
		throw new Problem({code: 'cluster-unreachable', what: `The cluster ${context ?? ''} could not be read.`, why: cluster.reads['namespaces'].reason, todo: 'Check the context and the network, and try again.'});
	return {
		input: {
			sources,
			namespace,
			settings,
			cluster,
			judgeCluster: judgeCluster ? judged : null,
			waivers: waived ?? [],
			attestations: attested ?? [],
			annotations: {own: args.values['no-annotations'] !== true, imported: args.values['no-annotations'] === true ? [] : imported},
			baseline: baseline ?? null,
			benchmark,
			dockerfiles: read.dockerfiles,
			keepAll: args.values['all'] === true,
			only: only.length === 0 ? null : new Set(only),
			now: new Date(),
		},
		problems: read.problems,
	};
};

const render = async (folder: string, namespace: string, args: Arguments, io: Io, helm: string | null): Promise<CheckInput['sources'][number]> => {
	if (helm === null) throw new Problem({code: 'tool-missing', what: 'helm is not on PATH.', why: 'It is needed to render the chart.', todo: 'Install Helm 3 or 4, or render the chart elsewhere and pipe it into `slipway check -`.'});
	const {releaseNameFor, renderChart} = await import('./check-chart.ts');
	return renderChart(helm, {folder, namespace, release: textOption(args, 'release') ?? releaseNameFor(folder, io.cwd), values: rawOption(args, 'values'), set: rawOption(args, 'set'), withHooks: args.values['no-hooks'] !== true}, io.cwd);
};

/** The namespace that a context names, as kubectl would use it. */
const namespaceOf = async (context: string, args: Arguments, kubectl: string | null): Promise<string> => {
	if (kubectl === null) return 'default';
	const {contextNamespace} = await import('../workers/read-cluster.ts');
	return contextNamespace(kubectl, context, textOption(args, 'kubeconfig') ?? null);
};

const lookInto = async (context: string, {namespace, judgeCluster, sources}: {readonly namespace: string; readonly judgeCluster: boolean; readonly sources: CheckInput['sources']}, args: Arguments, kubectl: string | null): Promise<NonNullable<CheckInput['cluster']>> => {
	if (kubectl === null) throw new Problem({code: 'tool-missing', what: 'kubectl is not on PATH.', why: 'It is needed to look into the cluster.', todo: 'Install kubectl, or leave --context out.'});
	const {readCluster} = await import('../workers/read-cluster.ts');
	const named = judgeCluster ? [] : sources.flatMap(source => readDocuments(source).documents).flatMap(document => objectsOf(document, {namespace, isLive: false})).map(object => (object.kind === 'Namespace' ? object.name : object.namespace));
	const namespaces = judgeCluster && textOption(args, 'namespace') === undefined ? [] : [...new Set([namespace, ...named])].filter(one => one !== '');
	return readCluster(kubectl, {context, kubeconfig: textOption(args, 'kubeconfig') ?? null, namespaces, isLive: args.values['live'] === true, judgeCluster});
};

const settingsOf = (args: Arguments, io: Io): CheckInput['settings'] => {
	const given = fileOption(args, io, 'config', (value, path) => {
		const {settings, mistakes} = settingsFrom(value);
		return {value: settings, mistakes: mistakes.map(mistake => `${path}: ${mistake}`)};
	}) ?? defaultSettings;
	return {...given, registries: [...given.registries, ...listOption(args, 'registry')], domains: [...given.domains, ...listOption(args, 'domain')]};
};

/** Reads a file that an option names; what is wrong in it stops everything, because a waiver that was not understood must not look like one. */
const fileOption = <Value>(args: Arguments, io: Io, name: string, read: (value: unknown, path: string) => {readonly value: Value; readonly mistakes: readonly string[]}): Value | undefined => {
	const path = textOption(args, name);
	if (path === undefined) return undefined;
	const {value, mistakes} = read(readSetting(path, io.cwd), basename(path) === path ? path : join(path));
	if (mistakes.length > 0) throw new Problem({code: 'file-invalid', what: `${path} can't be used for --${name}.`, why: mistakes.join('\n  '), todo: 'Mend it, and run the check again. Nothing was checked.'});
	return value;
};

const textOption = (args: Arguments, name: string): string | undefined => {
	const value = args.values[name];
	return typeof value === 'string' ? value : undefined;
};

const listOption = (args: Arguments, name: string): readonly string[] => [args.values[name] ?? []].flat().flatMap(one => (typeof one === 'string' ? one.split(',').map(part => part.trim()).filter(part => part !== '') : []));

/** Given several times, kept as it is: a comma means something to helm. */
const rawOption = (args: Arguments, name: string): readonly string[] => [args.values[name] ?? []].flat().filter(one => typeof one === 'string');

const oneOf = <Word extends string>(args: Arguments, name: string, words: readonly Word[], otherwise: Word): Word => {
	const given = textOption(args, name);
	if (given === undefined) return otherwise;
	const word = words.find(one => one === given);
	if (word === undefined) throw usage(`--${name} can't be ${given}.`, `It can be ${words.join(', ')}.`);
	return word;
};

const knownItem = (id: string): NonNullable<ReturnType<typeof itemById.get>> => {
	const item = itemById.get(id) ?? [...itemById.values()].find(({number}) => String(number) === id);
	if (item !== undefined) return item;
	const near = nearest(id, [...itemById.keys()]);
	throw usage(`There is no item ${id}.`, near === null ? 'See docs/checklist.md for all 47.' : `Did you mean ${near}?`);
};

const peerNamed = (name: string): Peer => {
	const peer = peers.find(one => one === name);
	if (peer === undefined) throw usage(`--import can't be ${name}.`, `It can be ${peers.join(', ')}.`);
	return peer;
};

const usage = (what: string, todo: string): Problem => new Problem({code: 'usage', what, why: 'Nothing was checked.', todo});
