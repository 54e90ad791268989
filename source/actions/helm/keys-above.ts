/** For a line of YAML, from 1, the keys under which it stands, as `spec.template.spec`; empty at the top. Lines as `yaml` writes them: two spaces a level. */
export const keysAbove =
	(lines: readonly string[]): ((line: number) => string) =>
	line => {
		const keys: string[] = [];
		let depth = depthOf(lines[line - 1] ?? '');
		for (let index = line - 2; index >= 0 && depth > 0; index -= 1) {
			const text = lines[index] ?? '';
			const [, name] = /^\s*(?:- )*["']?([\w./-]+)["']?:/.exec(text) ?? [];
			if (name === undefined || depthOf(text) >= depth) continue;
			depth = depthOf(text);
			keys.unshift(name);
		}

		return keys.join('.');
	};

/** The dash of a list's entry counts as indentation: what stands behind it lies deeper. */
const depthOf = (line: string): number => /^\s*(?:- )*/.exec(line)?.[0].length ?? 0;
