import process from 'node:process';

import {execa} from 'execa';

import {toolFinder} from '../engine/find-tool.ts';
import {makeSafe} from '../text/safe-text.ts';
import type {Command} from './command.ts';

type Tool = {readonly name: string; readonly version: readonly string[]; readonly neededFor: string; readonly howToGet: string; readonly required: boolean};

const tools: readonly Tool[] = [
	{name: 'helm', version: ['version', '--short'], neededFor: 'helm/preview, helm/upgrade, helm/rollback', howToGet: 'https://helm.sh/docs/intro/install (Helm 3.13 or later, or Helm 4)', required: true},
	{name: 'kubectl', version: ['version', '--client'], neededFor: 'helm/running and the live checks', howToGet: 'https://kubernetes.io/docs/tasks/tools', required: true},
	{name: 'pg_dump', version: ['--version'], neededFor: 'postgres/backup', howToGet: 'the package postgresql-client of your system, of the server version or newer', required: true},
	{name: 'pg_restore', version: ['--version'], neededFor: 'postgres/backup, to read a backup back', howToGet: 'the package postgresql-client of your system', required: true},
	{name: 'psql', version: ['--version'], neededFor: 'postgres/backup, to ask the server for its version and size', howToGet: 'the package postgresql-client of your system', required: true},
	{name: 'helmfile', version: ['--version'], neededFor: 'helmfile/preview', howToGet: 'https://helmfile.readthedocs.io', required: false},
	{name: 'git', version: ['--version'], neededFor: 'the state of chart and values in version control', howToGet: 'the package git of your system', required: false},
	{name: 'ssh-keygen', version: [], neededFor: 'signing the record with your own key', howToGet: 'the package openssh-client of your system', required: false},
	{name: 'setsid', version: ['--version'], neededFor: 'actions that outlive the terminal', howToGet: 'the package util-linux of your system', required: false},
];

/** `slipway doctor`: exit status 0 when nothing that a release needs is missing, else 1. */
export const doctor: Command = {
	usage: 'doctor',
	describe: 'Says what is missing on this machine for a release, and how to get it. Changes nothing.',
	options: {},
	positionals: {least: 0, most: 0},
	run: async (_, io) => {
		const find = toolFinder(io.env['PATH']);
		io.out(`  ✓ node         ${process.version}\n`);
		const missing = await Promise.all(
			tools.map(async tool => {
				const path = find(tool.name);
				const version = path === null ? '' : await versionOf(path, tool.version);
				return {tool, path, version};
			}),
		);
		for (const {tool, path, version} of missing) {
			io.out(
				path === null
					? `  ${tool.required ? '✗' : '–'} ${tool.name.padEnd(12)} not on PATH; needed for ${tool.neededFor}\n                   get it: ${tool.howToGet}\n`
					: `  ✓ ${tool.name.padEnd(12)} ${version}  (${path})\n`,
			);
		}

		const lacking = missing.filter(({tool, path}) => path === null && tool.required);
		io.out(lacking.length === 0 ? '\nNothing that a release needs is missing.\n' : `\nMissing: ${lacking.map(({tool}) => tool.name).join(', ')}. \`slipway rehearse\` brings its own helm and kubectl when installed from the sources.\n`);
		return lacking.length === 0 ? 0 : 1;
	},
};

const versionOf = async (path: string, args: readonly string[]): Promise<string> => {
	if (args.length === 0) return '';
	const {stdout, stderr, exitCode} = await execa(path, [...args], {reject: false, timeout: 10_000, stdin: 'ignore'});
	const [first = ''] = (stdout || stderr).split('\n');
	return exitCode === 0 ? makeSafe(first) : `does not run: ${makeSafe(first)}`;
};
