import type {Finding} from '../../journal/event.ts';

/** What is said of each release, `user: …`; what is said of every one stands once, at the end, as `all: …`. */
export const eachRelease = (releases: readonly {readonly release: string; readonly lines: readonly string[]}[]): readonly string[] => {
	const common = releases.length < 2 ? [] : (releases[0]?.lines.filter(line => releases.every(({lines}) => lines.includes(line))) ?? []);
	return [...releases.flatMap(({release, lines}) => lines.filter(line => !common.includes(line)).map(line => `${release}: ${line}`)), ...common.map(line => `all: ${line}`)];
};

/** Findings about one of several releases: where they are begins with its name. */
export const findingsOf = (name: string, findings: readonly Finding[]): readonly Finding[] => findings.map(one => ({...one, where: one.where === undefined ? name : `${name}: ${one.where}`}));
