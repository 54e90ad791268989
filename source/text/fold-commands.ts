/** What many commands of one program have in common, said once. `…` stands for `words` in its commands; null where they share none. */
export type Legend = {readonly name: string; readonly path: string; readonly words: readonly string[] | null};

export type Folded = {readonly legends: readonly Legend[]; readonly commands: readonly (readonly string[])[]};

/** From so many commands of one program on it is easier to read what they share once. */
const fewest = 3;

/** A beginning of so many words that all of them share is folded as one: `kubectl exec … -- env …`, before what runs in the pod. */
const fewestWords = 6;

/** What stands in a command for what its program's legend says. */
export const folded = '…';

/**
Commands for reading, with nothing left out: the path of a program that is called again and again, and the flags with values that most of its
commands share, at least three, or the words that all of them begin with, stand in a legend.

	helm is /usr/local/bin/helm, … is --kubeconfig /home/op-a/.kube/config --kube-context prod
	helm history user … --output json
*/
export const foldCommands = (commands: readonly (readonly string[])[]): Folded => {
	const programs = [...new Set(commands.flatMap(([program = '']) => (program.startsWith('/') ? [program] : [])))];
	const bare = commands.flatMap(([program = '']) => (program.includes('/') ? [] : [program]));
	const legends = programs.flatMap((path): Legend[] => {
		const own = commands.filter(([program]) => program === path);
		// One that has the sign itself could not be told from one that stands folded.
		if (own.length < fewest || own.some(argv => argv.includes(folded))) return [];
		const start = sharedStart(own);
		return [{name: nameOf(path, programs, bare), path, words: start.length < fewestWords ? sharedFlags(own) : start}];
	});
	return {
		legends,
		commands: commands.map(argv => {
			const legend = legends.find(({path}) => path === argv[0]);
			return legend === undefined ? argv : [legend.name, ...without(argv.slice(1), legend.words)];
		}),
	};
};

/** Two programs of one name keep their paths, also where one stands without. */
const nameOf = (path: string, programs: readonly string[], bare: readonly string[]): string => {
	const base = baseOf(path);
	return programs.filter(other => baseOf(other) === base).length > 1 || bare.includes(base) ? path : base;
};

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const sharedStart = (commands: readonly (readonly string[])[]): readonly string[] => {
	const [first = []] = commands;
	const end = first.findIndex((word, index) => commands.some(argv => argv[index] !== word));
	return first.slice(1, end === -1 ? undefined : end);
};

const sharedFlags = (commands: readonly (readonly string[])[]): readonly string[] | null => {
	const counts = new Map<string, {readonly pair: readonly string[]; count: number}>();
	for (const argv of commands) {
		for (const pair of pairsOf(argv)) {
			const key = JSON.stringify(pair);
			const known = counts.get(key);
			if (known === undefined) counts.set(key, {pair, count: 1});
			else known.count++;
		}
	}

	// Those that nearly all have: they say where a program acts, and stand together.
	const most = Math.max(...[...counts.values()].map(({count}) => count));
	const shared = [...counts.values()].filter(({count}) => count >= Math.max(fewest, most * 0.75)).flatMap(({pair}) => pair);
	return shared.length === 0 ? null : shared;
};

const pairsOf = (argv: readonly string[]): readonly (readonly string[])[] =>
	argv.flatMap((word, index) => {
		const value = argv[index + 1];
		return /^--[a-z][\w-]*$/.test(word) && value !== undefined && !value.startsWith('-') ? [[word, value]] : [];
	});

/** Only where each of them stands once, so that the legend is exact. */
const without = (words: readonly string[], shared: readonly string[] | null): readonly string[] => {
	if (shared === null) return words;
	if (shared.every((word, index) => words[index] === word)) return [folded, ...words.slice(shared.length)];
	const wanted = new Set(pairsOf(shared).map(pair => JSON.stringify(pair)));
	const present = pairsOf(words).filter(pair => wanted.has(JSON.stringify(pair)));
	if (present.length !== wanted.size) return words;
	const kept: string[] = [];
	for (let index = 0; index < words.length; index++) {
		if (!wanted.has(JSON.stringify([words[index], words[index + 1]]))) {
			kept.push(words[index] ?? '');
			continue;
		}

		if (!kept.includes(folded)) kept.push(folded);
		index++;
	}

	return kept;
};
