import {dirname, join, resolve} from 'node:path';

import * as z from 'zod';

import {isMapping} from '../checklist/values.ts';
import {Problem} from '../errors.ts';
import type {Action, Command, Judgement, PlanInput} from './action.ts';
import {gitStateArgv, gitValuesArgv} from './helm/git-state.ts';
import {helmEnvironment, helmPlaceOf} from './helm/helm-place.ts';
import {liveRevision, previewCommands, previewWork, type ReleaseToPreview} from './helm/preview-work.ts';
import {helmfileOutputs, helmfileOutputWords, helmfileReport, type HelmfileReport} from './helmfile/helmfile-report.ts';
import {withoutReport} from './without-report.ts';

/**
	uses: helmfile/preview
	with:
	  file: helmfile.yaml          # relative to the runbook
	  environment: production
	  selector: [tier=core]        # one of them must fit; absent: all releases
*/
const settings = z.lazy(() => z.strictObject({
	file: z.string().min(1).describe('The helmfile, or a folder of them, relative to the runbook'),
	environment: z.string().min(1).optional().describe('The environment in the helmfile; `default` when absent'),
	selector: z.array(z.string().min(1)).default([]).describe('Labels of the releases that are meant, as helmfile takes them; all when absent'),
	values: z.record(z.string().regex(/^[^.[\]]+(\.[^.[\]]+)*$/, 'Names with dots between them are expected: image.tag'), z.union([z.string(), z.number(), z.boolean()])).default({}).describe("State values by path, over the environment's"),
}));

export type HelmfilePreviewSettings = z.infer<typeof settings>;

/** What the worker is given. Paths are absolute; each argv is the one that was shown. */
export type HelmfilePreviewWork = {
	readonly file: string;
	readonly version: readonly string[];
	/** A helmfile whose only content is a hook that does nothing, to see that this helmfile refuses it. */
	readonly withHook: {readonly file: string; readonly argv: readonly string[]};
	/** In a file: helmfile's own flags for them cut a text at its first comma, leave an empty one out, and make 0.1 a text. Seen with helmfile 1.8. */
	readonly stateValues: {readonly file: string; readonly text: string} | null;
	readonly sync: readonly string[];
	/** What is asked of git about the helmfile's folder; null where there is no git. */
	readonly git: {readonly folder: string; readonly state: readonly string[]; readonly values: readonly string[]} | null;
	/** Stands in for Helm while helmfile says what it would do. */
	readonly recorder: string;
	readonly helmfileEnvironment: Readonly<Record<string, string>>;
	readonly environment: Readonly<Record<string, string>>;
	/** For each release that helmfile names. */
	readonly helm: string;
	/** `--kubeconfig … --kube-context …` */
	readonly clusterFlags: readonly string[];
	readonly context: string;
	/** The target's, for releases whose helmfile names none. */
	readonly namespace: string;
	readonly runFolder: string;
};

/** Stand in the commands for what helmfile says. */
const [anyRelease, anyNamespace] = ['RELEASE', 'NAMESPACE'];

/** Takes from helmfile what it would deploy, and previews each release as `helm/preview` does. Deploys nothing. */
export const helmfilePreview: Action<HelmfilePreviewSettings> = {
	uses: 'helmfile/preview',
	describe: 'Compares what a helmfile would deploy with what is live, release by release, keeps charts and values as evidence, and deploys nothing.',
	schema: settings as unknown as z.ZodType<HelmfilePreviewSettings>,
	effect: 'local',
	outputs: helmfileOutputWords,
	plan: input => {
		const work = planWork(input);
		const recorded = (name: string): string => join(dirname(work.recorder), name);
		const one = releaseToPreview(work, {release: anyRelease, namespace: anyNamespace, chart: recorded('CHART.tgz'), values: [recorded('VALUES.yaml')], setFlags: [], evidenceFolder: join(input.evidenceFolder, anyNamespace, anyRelease)});
		const read = (argv: readonly string[]): Command => ({effect: 'reads', argv});
		return {
			commands: [read(work.version), {effect: 'local', argv: work.withHook.argv}, ...(work.stateValues === null ? [] : [{effect: 'local', argv: [], shown: `write ${work.stateValues.text} to ${work.stateValues.file}`} as const]), {effect: 'local', argv: work.sync}, ...(work.git === null ? [] : [read(work.git.state), read(work.git.values)]), ...previewCommands(previewWork(one))],
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: [],
			work,
			notes: [
				'Nothing is deployed: instead of Helm, helmfile is given a program that notes what it would deploy, and no way to the cluster but to list releases and to render. What its own templates run (exec), they run.',
				`The commands of Helm are run for each release (${anyRelease}, ${anyNamespace}) that helmfile names; ${liveRevision} is the revision that its history names as deployed.`,
			],
		};
	},
	judge: (ended): Judgement => {
		const {report, exitCode, signal} = ended;
		const parsed = helmfileReport.safeParse(report);
		if (!parsed.success) return withoutReport('the preview', ended);
		const {failure, findings} = parsed.data;
		if (failure !== null) return {outcome: 'failed', summary: failure, outputs: {}, findings};
		if (exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: 'the differences were read, but the preview did not end well', outputs: {}, findings};
		return {outcome: 'succeeded', summary: summarize(parsed.data), outputs: helmfileOutputs(parsed.data), findings};
	},
};

const summarize = ({releases, unchanged}: HelmfileReport): string => {
	const all = releases.length + unchanged.length;
	if (releases.length === 0) return `nothing changes: ${all} ${all === 1 ? 'release is' : 'releases are'} as the helmfile says`;
	const sum = (name: 'added' | 'changed' | 'removed' | 'toRead'): number => releases.reduce((total, {counts}) => total + counts[name], 0);
	const parts = (['added', 'changed', 'removed'] as const).flatMap(name => (sum(name) === 0 ? [] : [`${sum(name)} ${name}`]));
	return `${releases.length} of ${all} ${all === 1 ? 'release' : 'releases'} to deploy: ${parts.join(', ') || 'no object changes'}${sum('toRead') === 0 ? '' : `; ${sum('toRead')} to be read before you confirm`}`;
};

const planWork = (input: PlanInput<HelmfilePreviewSettings>): HelmfilePreviewWork => {
	const helmfile = input.findTool('helmfile');
	if (helmfile === null) throw new Problem({code: 'tool-missing', what: 'helmfile is not there.', why: `The task ${input.taskId} asks it what it would deploy, and no folder of PATH has it.`, todo: 'Install helmfile: https://helmfile.readthedocs.io'});
	const {helm, helmFlags, namespace} = helmPlaceOf(input);
	const context = helmFlags[3] ?? '';
	const file = resolve(input.runbookFolder, input.with.file);
	// Beside the folders of namespaces, which have no dot.
	const recorder = join(input.evidenceFolder, '.recorded', 'helm');
	const folder = dirname(file);
	const hook = join(dirname(recorder), 'hook.yaml');
	const git = input.findTool('git');
	const {environment, selector, values} = input.with;
	const stateValues = Object.keys(values).length === 0 ? null : {file: join(dirname(recorder), 'state-values.yaml'), text: JSON.stringify(nested(values))};
	return {
		file,
		version: [helmfile, '--version'],
		stateValues,
		withHook: {file: hook, argv: [helmfile, '--file', hook, '--helm-binary', recorder, '--no-color', 'sync', '--skip-deps']},
		sync: [
			helmfile,
			'--file',
			file,
			...(environment === undefined ? [] : ['--environment', environment]),
			...selector.flatMap(one => ['--selector', one]),
			...(stateValues === null ? [] : ['--state-values-file', stateValues.file]),
			'--helm-binary',
			recorder,
			'--no-color',
			// Files of a folder would be read at once, and their order be chance.
			'--sequential-helmfiles',
			'sync',
			'--concurrency',
			'1',
			'--skip-deps',
		],
		git: git === null ? null : {folder, state: gitStateArgv(git, folder, folder), values: gitValuesArgv(git, folder)},
		recorder,
		helmfileEnvironment,
		environment: helmEnvironment,
		helm,
		clusterFlags: helmFlags.slice(0, 4),
		context,
		namespace,
		runFolder: input.runFolder,
	};
};

/** `{'image.tag': 'a'}` as `{image: {tag: 'a'}}`; of two that do not fit together the later one stays. */
const nested = (values: HelmfilePreviewSettings['values']): Readonly<Record<string, unknown>> => {
	const root: Record<string, unknown> = {};
	for (const [path, value] of Object.entries(values)) {
		const names = path.split('.');
		let at = root;
		for (const name of names.slice(0, -1)) {
			const next = Object.hasOwn(at, name) ? at[name] : undefined;
			at = (isMapping(next) ? next : (at[name] = {})) as Record<string, unknown>;
		}

		at[names.at(-1) ?? ''] = value;
	}

	return root;
};

/**
helmfile takes these from its environment too; empty means not set. Its hooks would run commands that nobody saw: with this it refuses them.
Source: pkg/envvar and pkg/event of helmfile 1.8.
*/
const helmfileEnvironment: Readonly<Record<string, string>> = {
	...helmEnvironment,
	HELMFILE_ENVIRONMENT: '',
	HELMFILE_NAMESPACE: '',
	HELMFILE_KUBE_CONTEXT: '',
	HELMFILE_HELM_BINARY: '',
	HELMFILE_FILE_PATH: '',
	HELMFILE_INTERACTIVE: '',
	HELMFILE_QUIET: '',
	// Less would hide what is left out, more would show values.
	HELMFILE_LOG_LEVEL: '',
	HELMFILE_DEBUG: '',
	HELMFILE_KUSTOMIZE_BINARY: '',
	HELMFILE_DISABLE_HOOKS: 'true',
	HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
};

/** A release that helmfile named, for `previewWork`. Nothing is asked of its sources: they are what helmfile made of its own. */
export const releaseToPreview = ({helm, clusterFlags, runFolder}: Pick<HelmfilePreviewWork, 'helm' | 'clusterFlags' | 'runFolder'>, release: Pick<ReleaseToPreview, 'release' | 'namespace' | 'chart' | 'values' | 'setFlags' | 'evidenceFolder'>): ReleaseToPreview => ({
	...release,
	helm,
	helmFlags: [...clusterFlags, '--namespace', release.namespace],
	runFolder,
	sources: null,
});
