import type {Probe, ProbeVerdict} from '../action.ts';
import {helmEnvironment} from '../helm/helm-place.ts';

/** Asks of several releases, each by its own probe. Done is what is done of all of them; between that and nothing of it lies unknown. */
export const probeAll = (releases: readonly {readonly name: string; readonly probe: Probe}[]): Probe => ({
	commands: releases.flatMap(({probe}) => probe.commands),
	env: helmEnvironment,
	read: answers => {
		let from = 0;
		const verdicts = releases.map(({name, probe}) => {
			const own = answers.slice(from, (from += probe.commands.length));
			return {name, ...probe.read(own)};
		});
		const facts = verdicts.flatMap(({name, facts: own, likely}) => [`Release\t${name}`, ...own, `\t${likely}`]);
		return {...conclude(verdicts), facts};
	},
});

const conclude = (verdicts: readonly (ProbeVerdict & {readonly name: string})[]): Pick<ProbeVerdict, 'verdict' | 'likely'> => {
	const [first, ...others] = verdicts;
	if (first !== undefined && others.every(({verdict}) => verdict === first.verdict)) return {verdict: first.verdict, likely: others.length === 0 ? first.likely : `The same holds for all ${verdicts.length} releases: ${first.likely}`};
	const named = (wanted: ProbeVerdict['verdict']): string => verdicts.filter(({verdict}) => verdict === wanted).map(({name}) => name).join(', ') || 'none';
	return {verdict: 'unknown', likely: `Done: ${named('done')}. Not done: ${named('not-done')}. Not known: ${named('unknown')}.`};
};
