import {basename, resolve} from 'node:path';

import {execa} from 'execa';

import type {Source} from '../checklist/documents.ts';
import {Problem} from '../errors.ts';
import {readTemplates} from '../workers/chart-templates.ts';

export type Chart = {readonly folder: string; readonly release: string; readonly namespace: string; readonly values: readonly string[]; readonly set: readonly string[]; readonly withHooks: boolean};

/** Renders a chart as `helm template` does. Throws `Problem` with all that helm said when it can't. */
export const renderChart = async (helm: string, chart: Chart, cwd: string): Promise<Source> => {
	const argv = ['template', chart.release, chart.folder, '--namespace', chart.namespace, '--include-crds', ...(chart.withHooks ? [] : ['--no-hooks']), ...chart.values.flatMap(file => ['--values', file]), ...chart.set.flatMap(one => ['--set', one])];
	const {exitCode, stdout, stderr} = await execa(helm, argv, {cwd, reject: false, stdin: 'ignore', timeout: 120_000, maxBuffer: 512 * 1024 * 1024});
	if (exitCode !== 0)
		throw new Problem({
			code: 'chart-not-rendered',
			what: `The chart ${chart.folder} could not be rendered.`,
			why: (stderr || 'helm said nothing.').trim(),
			todo: chart.values.length === 0 ? 'Give the values that it needs with --values FILE.' : `Look at the values in use: ${chart.values.join(', ')}.`,
		});
	return {name: `helm template ${chart.folder}`, text: stdout, templates: readTemplates(resolve(cwd, chart.folder), stdout)};
};

/** A release is called after its chart's folder when nobody named it. */
export const releaseNameFor = (folder: string, cwd: string): string => basename(resolve(cwd, folder)).toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 53) || 'release';
