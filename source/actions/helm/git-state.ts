import type {Finding} from '../../journal/event.ts';
import type {ProbeAnswer} from '../action.ts';

/** What git says of a path. `ahead`: commits that the upstream does not have; null without an upstream. */
export type GitState =
	| {readonly kind: 'tracked'; readonly commit: string; readonly branch: string | null; readonly ahead: number | null; readonly dirty: readonly string[]}
	| {readonly kind: 'outside'}
	| {readonly kind: 'unknown'; readonly why: string};

/** Changes no index, starts no watcher. Its answer is read by `readGitState`. */
export const gitStateArgv = (git: string, folder: string, path: string): readonly string[] => [git, '--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', folder, 'status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', path];

/** Prints the path when git tracks it, else nothing. */
export const gitTracksArgv = (git: string, folder: string, path: string): readonly string[] => [git, '-C', folder, 'ls-files', '--', path];

/** Prints the values files and helmfiles below a folder that git tracks, each ended by NUL, relative to it; templates of charts are none. */
export const gitValuesArgv = (git: string, folder: string): readonly string[] => [git, '-C', folder, 'ls-files', '-z', '--', '*.yaml', '*.yml', '*.gotmpl', ':(exclude,glob)**/templates/**'];

/** Source of the format: git-status(1), "Porcelain Format Version 2". */
export const readGitState = ({exitCode, stdout, stderr}: ProbeAnswer): GitState => {
	if (exitCode !== 0) return /not a git repository/i.test(stderr) ? {kind: 'outside'} : {kind: 'unknown', why: stderr.trim().split('\n')[0] ?? `exit status ${exitCode ?? 'unknown'}`};
	const lines = stdout.split('\n').filter(line => line !== '');
	const header = (name: string): string | null => lines.find(line => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length) ?? null;
	const ahead = /^\+(\d+) /.exec(header('ab') ?? '')?.[1];
	const branch = header('head');
	return {kind: 'tracked', commit: header('oid') ?? '', branch: branch === '(detached)' ? null : branch, ahead: ahead === undefined ? null : Number(ahead), dirty: lines.filter(line => !line.startsWith('#')).map(pathOf)};
};

/** `1 .M N... 100644 100644 100644 <hash> <hash> <path>`; 2 has a score more and the old path behind a tab, u has three hashes. */
const pathOf = (line: string): string => {
	const fields = {'1': 8, '2': 9, u: 10, '?': 1, '!': 1}[line[0] ?? ''] ?? 1;
	return line.split(' ').slice(fields).join(' ').split('\t')[0] ?? line;
};

/** One sentence for each thing that a person should know; `names` say what each state is about. */
export const judgeGit = (states: readonly {readonly name: string; readonly state: GitState}[]): readonly Finding[] => {
	const dirty = new Map<string, string>();
	for (const {name, state} of states) if (state.kind === 'tracked') for (const path of state.dirty) dirty.set(path, dirty.get(path) ?? name);
	const tracked = states.flatMap(({state}) => (state.kind === 'tracked' ? [state] : []));
	const unpushed = tracked.find(({ahead}) => (ahead ?? 0) > 0);
	const local = tracked.find(({ahead, branch}) => ahead === null && branch !== null);
	const unknown = states.find(({state}) => state.kind === 'unknown');
	const outside = states.filter(({state}) => state.kind === 'outside').map(({name}) => name);
	const commits = [...new Set(tracked.map(({commit, branch}) => `${commit === '(initial)' ? 'no commit yet' : commit.slice(0, 12)} (${branch ?? 'no branch'})`))];
	return [
		...(dirty.size === 0 ? [] : [{level: 'warning', what: `Not committed: ${list([...dirty.keys()])}. What is deployed is in no commit.`, where: [...new Set(dirty.values())].join(', ')} satisfies Finding]),
		...(unpushed === undefined ? [] : [{level: 'warning', what: `${unpushed.ahead} ${unpushed.ahead === 1 ? 'commit' : 'commits'} of ${unpushed.branch ?? 'HEAD'} not pushed: nobody else has what is deployed.`} satisfies Finding]),
		...(local === undefined ? [] : [{level: 'note', what: `The branch ${local.branch ?? ''} has no upstream, so it is not known whether its commits are pushed.`} satisfies Finding]),
		...(unknown === undefined || unknown.state.kind !== 'unknown' ? [] : [{level: 'warning', what: `The git state of ${unknown.name} is unknown: ${unknown.state.why}.`} satisfies Finding]),
		...(outside.length === 0 ? [] : [{level: 'note', what: `Not in a git repository: ${outside.join(', ')}.`} satisfies Finding]),
		...(commits.length === 0 ? [] : [{level: 'note', what: `Git: ${commits.join(', ')}.`} satisfies Finding]),
	];
};

const list = (paths: readonly string[]): string => (paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', '));
