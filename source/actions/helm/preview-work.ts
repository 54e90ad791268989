import {basename, dirname, join} from 'node:path';

import type {Command} from '../action.ts';
import {gitStateArgv, gitTracksArgv} from './git-state.ts';
import {helmEnvironment, withinRun} from './helm-place.ts';

/** Names of releases as Helm takes them. */
export const releaseNamePattern = /^[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?$/;

/** What is to be previewed, and where. Paths are absolute. */
export type ReleaseToPreview = {
	readonly release: string;
	readonly namespace: string;
	/** A folder or a .tgz. */
	readonly chart: string;
	readonly values: readonly string[];
	/** Flags for single values, as `helm upgrade` gets them. */
	readonly setFlags: readonly string[];
	readonly helm: string;
	/** `--kubeconfig … --kube-context … --namespace …` */
	readonly helmFlags: readonly string[];
	/** Where chart and values lie in version control, and git if it is there; null when they are no files of a person's own. */
	readonly sources: {readonly git: string | null; readonly runbookFolder: string} | null;
	readonly runFolder: string;
	readonly evidenceFolder: string;
};

/** What the worker is given for one release. Paths are absolute; each argv is the one that was shown. */
export type PreviewWork = {
	readonly release: string;
	readonly namespace: string;
	readonly chart: string;
	readonly values: readonly {readonly path: string; readonly copy: string}[];
	/** Flags for single values, as `helm upgrade` gets them. */
	readonly setFlags: readonly string[];
	readonly helm: Readonly<Record<'version' | 'history' | 'package' | 'crds' | 'render', readonly string[]>> & {readonly live: Readonly<Record<'manifest' | 'hooks' | 'values', readonly string[]>>};
	/** Null when nothing is asked of the sources. */
	readonly sources: {readonly git: readonly {readonly name: string; readonly argv: readonly string[]}[]; readonly tracks: readonly {readonly path: string; readonly argv: readonly string[]}[]} | null;
	readonly archive: string;
	readonly environment: Readonly<Record<string, string>>;
};

/** Stands in a command where the number is known only after the command before it. */
export const liveRevision = 'LIVE-REVISION';

export const previewWork = ({release, namespace, chart, values: valuePaths, setFlags, helm, helmFlags, sources, runFolder, evidenceFolder}: ReleaseToPreview): PreviewWork => {
	const values = valuePaths.map((path, index) => ({path, copy: join(evidenceFolder, `values-${index + 1}.yaml`)}));
	const archive = join(evidenceFolder, 'chart.tgz');
	const shown = (path: string): string => withinRun(runFolder, path);
	return {
		release,
		namespace,
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
			package: [helm, 'package', chart, '--destination', shown(join(evidenceFolder, 'packaged'))],
			crds: [helm, 'show', 'crds', shown(archive)],
			render: [helm, 'upgrade', release, shown(archive), '--install', ...helmFlags, '--reset-values', ...values.flatMap(({copy}) => ['--values', shown(copy)]), ...setFlags, '--dry-run=server', '--output', 'json'],
		},
		sources: sources === null ? null : askSources(sources, chart, valuePaths),
		environment: helmEnvironment,
	};
};

const askSources = ({git, runbookFolder}: NonNullable<ReleaseToPreview['sources']>, chart: string, values: readonly string[]): NonNullable<PreviewWork['sources']> => {
	if (git === null) return {git: [], tracks: []};
	const files = [{name: 'chart', path: chart}, ...values.map(path => ({name: basename(path), path}))];
	return {
		git: [...files.map(({name, path}) => ({name, argv: gitStateArgv(git, dirname(path), path)})), {name: 'runbook', argv: gitStateArgv(git, runbookFolder, runbookFolder)}],
		tracks: values.map(path => ({path, argv: gitTracksArgv(git, dirname(path), path)})),
	};
};

/** All that a preview of one release executes, in order. */
export const previewCommands = (work: PreviewWork): readonly Command[] => {
	const {version, history, live, package: pack, crds, render} = work.helm;
	const read = (argv: readonly string[]): Command => ({effect: 'reads', argv});
	return [
		...[version, history, live.manifest, live.hooks, live.values].map(read),
		...(work.sources === null ? [] : [...work.sources.git, ...work.sources.tracks].map(({argv}) => read(argv))),
		isArchive(work.chart) ? {effect: 'local', argv: [], shown: `copy ${work.chart} to ${work.archive}`} : {effect: 'local', argv: pack},
		...work.values.map(({path, copy}): Command => ({effect: 'local', argv: [], shown: `copy ${path} to ${copy}`})),
		read(crds),
		read(render),
		read(render),
	];
};

/** A chart that is packaged already. */
export const isArchive = (chart: string): boolean => /\.(tgz|tar\.gz)$/.test(chart);
