import {basename, dirname, join, resolve} from 'node:path';

import * as z from 'zod';

import {Problem} from '../errors.ts';
import type {Action, Command, Judgement, PlanInput} from './action.ts';
import {gitStateArgv, gitTracksArgv} from './helm/git-state.ts';
import {helmEnvironment, helmPlaceOf, withinRun} from './helm/helm-place.ts';
import {previewOutputs, previewReport} from './helm/preview-report.ts';
import {settingFlags} from './helm/setting-flags.ts';

/**
	uses: helm/preview
	with:
	  release: user
	  chart: ./charts/user          # a folder or a .tgz, relative to the runbook
	  values: [env.yaml]
	  set: {image.tag: '${{ inputs.version }}'}
*/
const settings = z.lazy(() => z.strictObject({
	release: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?$/, 'A release name of Helm is expected: small letters, digits, - and ., at most 53.').describe('Name of the Helm release'),
	chart: z.string().min(1).describe('Folder or .tgz of the chart, relative to the runbook'),
	values: z.array(z.string()).default([]).describe('Values files, relative to the runbook; later ones win'),
	set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}).describe('Single values by path, over those of the files'),
	namespace: z.string().optional().describe("Another namespace than the target's"),
}));

export type PreviewSettings = z.infer<typeof settings>;

/** What the worker is given. Paths are absolute; each argv is the one that was shown. */
export type PreviewWork = {
	readonly release: string;
	readonly namespace: string;
	readonly chart: string;
	readonly values: readonly {readonly path: string; readonly copy: string}[];
	/** Flags for single values, as `helm upgrade` gets them. */
	readonly setFlags: readonly string[];
	readonly helm: Readonly<Record<'version' | 'history' | 'package' | 'crds' | 'render', readonly string[]>> & {readonly live: Readonly<Record<'manifest' | 'hooks' | 'values', readonly string[]>>};
	readonly git: readonly {readonly name: string; readonly argv: readonly string[]}[];
	readonly tracks: readonly {readonly path: string; readonly argv: readonly string[]}[];
	readonly archive: string;
	readonly environment: Readonly<Record<string, string>>;
};

/** Stands in a command where the number is known only after the command before it. */
export const liveRevision = 'LIVE-REVISION';

/** Reads what is live, renders what is coming, and shows the difference. Deploys nothing. */
export const helmPreview: Action<PreviewSettings> = {
	uses: 'helm/preview',
	describe: 'Compares what a chart would deploy with what is live, keeps the chart and its values as evidence, and deploys nothing.',
	schema: settings as unknown as z.ZodType<PreviewSettings>,
	effect: 'local',
	plan: input => {
		const work = planWork(input);
		const {version, history, live, package: pack, crds, render} = work.helm;
		const isArchive = /\.(tgz|tar\.gz)$/.test(work.chart);
		const reads = [version, history, live.manifest, live.hooks, live.values];
		const command = (effect: Command['effect'], argv: readonly string[]): Command => ({effect, argv});
		return {
			commands: [
				...reads.map(argv => command('reads', argv)),
				...work.git.map(({argv}) => command('reads', argv)),
				...work.tracks.map(({argv}) => command('reads', argv)),
				isArchive ? {effect: 'local', argv: [], shown: `copy ${work.chart} to ${work.archive}`} : command('local', pack),
				...work.values.map(({path, copy}): Command => ({effect: 'local', argv: [], shown: `copy ${path} to ${copy}`})),
				command('reads', crds),
				command('reads', render),
				command('reads', render),
			],
			cwd: input.runFolder,
			env: helmEnvironment,
			requires: [],
			work,
			notes: ['Nothing is deployed: the chart is rendered twice, as Helm would send it (--dry-run), to find what differs every time.', `${liveRevision} is the revision that the history names as deployed; without one those commands are left out.`],
		};
	},
	judge: ({report, exitCode, signal, errTail}): Judgement => {
		const parsed = previewReport.safeParse(report);
		if (!parsed.success) {
			const last = errTail.trim().split('\n').at(-1) ?? '';
			return {outcome: 'failed', summary: signal === null ? `the preview ended without a report (exit status ${exitCode ?? 'unknown'})${last === '' ? '' : `: ${last}`}` : `the preview was ended by ${signal}`, outputs: {}, findings: []};
		}

		const {failure, findings, counts} = parsed.data;
		if (failure !== null) return {outcome: 'failed', summary: failure, outputs: {}, findings};
		if (exitCode !== 0 || signal !== null) return {outcome: 'failed', summary: 'the difference was read, but the preview did not end well', outputs: {}, findings};
		const total = counts.added + counts.changed + counts.removed;
		const parts = [counts.added > 0 ? `${counts.added} added` : [], counts.changed > 0 ? `${counts.changed} changed${counts.onlyVersionLabels > 0 ? ` (${counts.onlyVersionLabels} only in version labels)` : ''}` : [], counts.removed > 0 ? `${counts.removed} removed` : []].flat();
		return {
			outcome: 'succeeded',
			summary: `${parsed.data.live === null ? 'first install, ' : ''}${total === 0 ? 'nothing changes' : parts.join(', ')}${counts.toRead === 0 ? '' : `; ${counts.toRead} to be read before you confirm`}`,
			outputs: previewOutputs(parsed.data),
			findings,
		};
	},
};

const planWork = (input: PlanInput<PreviewSettings>): PreviewWork => {
	const {release, chart: chartPath, values: valuePaths, set, namespace} = input.with;
	if (chartPath.includes('://')) throw new Problem({code: 'chart-remote', what: `The chart ${chartPath} is not on this machine.`, why: 'What is deployed has to be read and kept first.', todo: `Fetch it with \`helm pull ${chartPath}\`, and name the .tgz.`});
	const place = helmPlaceOf(input, namespace);
	const chart = resolve(input.runbookFolder, chartPath);
	const values = valuePaths.map((path, index) => ({path: resolve(input.runbookFolder, path), copy: join(input.evidenceFolder, `values-${index + 1}.yaml`)}));
	const archive = join(input.evidenceFolder, 'chart.tgz');
	const shown = (path: string): string => withinRun(input.runFolder, path);
	const setFlags = settingFlags(set, input.taskId);
	const {helm, helmFlags} = place;
	const git = input.findTool('git');
	const sources = [{name: 'chart', path: chart}, ...values.map(({path}) => ({name: basename(path), path}))];
	return {
		release,
		namespace: place.namespace,
		chart,
		values,
		setFlags,
		archive,
		helm: {
			version: [helm, 'version', '--short'],
			history: [helm, 'history', release, ...helmFlags, '--output', 'json'],
			// Not `helm status`: that of Helm 4 reads every object of the release from the cluster.
			live: {
				manifest: [helm, 'get', 'manifest', release, ...helmFlags, '--revision', liveRevision],
				hooks: [helm, 'get', 'hooks', release, ...helmFlags, '--revision', liveRevision],
				values: [helm, 'get', 'values', release, ...helmFlags, '--revision', liveRevision, '--output', 'json'],
			},
			package: [helm, 'package', chart, '--destination', shown(join(input.evidenceFolder, 'packaged'))],
			crds: [helm, 'show', 'crds', shown(archive)],
			render: [helm, 'upgrade', release, shown(archive), '--install', ...helmFlags, '--reset-values', ...values.flatMap(({copy}) => ['--values', shown(copy)]), ...setFlags, '--dry-run=server', '--output', 'json'],
		},
		git: git === null ? [] : [...sources.map(({name, path}) => ({name, argv: gitStateArgv(git, dirname(path), path)})), {name: 'runbook', argv: gitStateArgv(git, input.runbookFolder, input.runbookFolder)}],
		tracks: git === null ? [] : values.map(({path}) => ({path, argv: gitTracksArgv(git, dirname(path), path)})),
		environment: helmEnvironment,
	};
};
