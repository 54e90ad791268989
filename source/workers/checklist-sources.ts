import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';

import {load} from 'js-yaml';

import type {ReadingProblem, Source} from '../checklist/documents.ts';
import type {Dockerfile} from '../checklist/world.ts';
import {Problem} from '../errors.ts';
import {readStdin} from './read-stdin.ts';

export type Sources = {readonly sources: readonly Source[]; readonly dockerfiles: readonly Dockerfile[]; readonly problems: readonly ReadingProblem[]};

/**
Reads files, folders (all `.yaml`, `.yml` and `.json` below them) and `-`, standard input. A Helm chart in a folder is left out and named:
its templates are no YAML. Throws `Problem` for a path that is not there.
*/
export const readSources = (paths: readonly string[], cwd: string): Sources => {
	const sources: Source[] = [];
	const dockerfiles: Dockerfile[] = [];
	const problems: ReadingProblem[] = [];
	const note = (source: string, level: ReadingProblem['level'], message: string): void => void problems.push({source, line: 1, level, message, template: null});

	const readFile = (name: string): void => {
		try {
			const text = readFileSync(resolve(cwd, name), 'utf8');
			if (/(^|[./])dockerfile([.-]|$)/i.test(name)) dockerfiles.push({name, text});
			else sources.push({name, text});
		} catch (error) {
			note(name, 'error', `It could not be read: ${error instanceof Error ? error.message : String(error)}.`);
		}
	};

	const readFolder = (folder: string, isTop: boolean): void => {
		if (existsSync(resolve(cwd, folder, 'Chart.yaml'))) {
			note(folder, isTop ? 'error' : 'warning', `This is a Helm chart; check it with \`slipway check --chart ${folder}\`.`);
			return;
		}

		for (const entry of readdirSync(resolve(cwd, folder), {withFileTypes: true}).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
			const name = join(folder, entry.name);
			if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
			if (entry.isDirectory()) readFolder(name, false);
			else if (/\.(ya?ml|json)$/i.test(entry.name)) readFile(name);
		}
	};

	for (const path of paths) {
		if (path === '-') {
			sources.push({name: '-', text: readStdin()});
			continue;
		}

		const absolute = resolve(cwd, path);
		if (!existsSync(absolute)) throw new Problem({code: 'file-missing', what: `${path} is not there.`, why: `There is no file or folder ${absolute}.`, todo: 'Give the path of manifests, or - for standard input.'});
		if (statSync(absolute).isDirectory()) readFolder(path, true);
		else readFile(path);
	}

	return {sources, dockerfiles, problems};
};

/** A small YAML or JSON file of the operator's own, parsed. Throws `Problem` when it can't be. */
export const readSetting = (path: string, cwd: string): unknown => {
	try {
		return load(readFileSync(resolve(cwd, path), 'utf8')) as unknown;
	} catch (error) {
		const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
		if (/empty|expected a document/i.test(reason)) return undefined;
		throw new Problem({code: 'file-unreadable', what: `${path} could not be read.`, why: `${reason}.`, todo: 'Mend the file, or leave the option out.', cause: error});
	}
};
