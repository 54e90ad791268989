import * as z from 'zod';

import type {PlanInput, Probe, ProbeAnswer, ProbeVerdict} from '../action.ts';
import {helmEnvironment, helmPlaceOf} from './helm-place.ts';
import type {PreviewOutcome} from './preview-report.ts';
import {isPending, lastOf, readHistory, repairOf, type Revision} from './release-history.ts';
import {labelName, labelOf} from './upgrade-command.ts';

/** Asks Helm of an upgrade of one release whose end is not known. */
export const probeUpgrade = (input: PlanInput<unknown>, {release, namespace, lastRevision}: PreviewOutcome): Probe => {
	const {helm, helmFlags} = helmPlaceOf(input, namespace);
	// Helm 3 lists all only with these; Helm 4 has no --all.
	const states = ['--deployed', '--failed', '--pending'];
	return {
		commands: [
			{effect: 'reads', argv: [helm, 'history', release, ...helmFlags, '--output', 'json']},
			{effect: 'reads', argv: [helm, 'list', ...helmFlags, ...states, '--filter', `^${release.replaceAll('.', '\\.')}$`, '--selector', `${labelName}=${labelOf(input.stamp)}`, '--output', 'json']},
		],
		env: helmEnvironment,
		read: answers => readUpgradeProbe(answers, {stamp: input.stamp, release, revisionBefore: lastRevision}),
	};
};

/** What is known of the upgrade before the world is asked. `revisionBefore`: the last one that the preview saw, 0 for none. */
export type AskedUpgrade = {readonly stamp: string; readonly release: string; readonly revisionBefore: number};

/**
What Helm's history and its list of releases with our label say of an upgrade whose end is not known. Helm writes the description of a
release only when it succeeded, the label at once; a later upgrade by hand inherits the label, so that alone proves nothing.
*/
export const readUpgradeProbe = ([historyAnswer, listAnswer]: readonly ProbeAnswer[], {stamp, release, revisionBefore}: AskedUpgrade): ProbeVerdict => {
	const history = readHistory(historyAnswer ?? nothing);
	if (history.kind === 'unknown') return {verdict: 'unknown', facts: [`Helm\tcan't be asked: ${history.why}`], likely: 'Nothing is known until the cluster answers.'};
	const last = lastOf(history);
	if (last === null || history.kind === 'none') {
		return revisionBefore === 0
			? {verdict: 'not-done', facts: [`Helm\tno release ${release}`], likely: 'Helm had not begun: there is no trace of it.'}
			: {verdict: 'unknown', facts: [`Helm\tno release ${release}, though there was revision ${revisionBefore}`], likely: 'Somebody removed the release since.'};
	}

	const facts = [`Helm\trevision ${last.revision}, ${last.status}`, `\t${firstLine(last.description)}`];
	const stamped = history.revisions.findLast(({description}) => description === stamp || description.startsWith(`${stamp},`));
	if (stamped !== undefined) return done(stamped, last, facts);
	const labelled = readLabelled(listAnswer ?? nothing);
	if (labelled === null) return {verdict: 'unknown', facts: [...facts, "Label\tcan't be asked"], likely: 'Helm does not tell whose revision this is.'};
	if (labelled !== last.revision) {
		if (last.revision > revisionBefore) return {verdict: 'unknown', facts: [...facts, 'Label\tnot ours'], likely: `Revision ${last.revision} is not ours: somebody else released, before or after.`};
		return {verdict: 'not-done', facts: [...facts, `\tas before the upgrade`], likely: 'Helm had not begun: no revision was added.'};
	}

	const ours = [...facts, 'Label\tours'];
	if (isPending(last.status)) {
		const repair = repairOf(history, release);
		return {verdict: 'unknown', facts: [...ours, ...(repair === null ? [] : [`Repair\t${repair.argv.join(' ')}: ${repair.meaning}`])], likely: 'Interrupted half-way, or still going on. Helm refuses another upgrade until that is mended.'};
	}

	if (last.status === 'failed') return {verdict: 'not-done', facts: ours, likely: 'It failed; what it had changed until then is still there.'};
	return {verdict: 'unknown', facts: ours, likely: `Revision ${last.revision} was written after ours.`};
};

const done = (stamped: Revision, last: Revision, facts: readonly string[]): ProbeVerdict =>
	stamped.revision === last.revision && last.status === 'deployed'
		? {verdict: 'done', facts: [...facts, '\tours'], likely: 'It succeeded: Helm writes our name only after everything was ready.'}
		: {verdict: 'done', facts: [...facts, `Ours\trevision ${stamped.revision}, ${stamped.status}`], likely: `It succeeded as revision ${stamped.revision}; revision ${last.revision} came after it.`};

/** The revision that carries our label, 0 when the last one does not; null when the answer can't be read. */
const readLabelled = ({exitCode, stdout}: ProbeAnswer): number | null => {
	if (exitCode !== 0) return null;
	try {
		return Number(z.array(z.object({revision: z.string()})).parse(JSON.parse(stdout))[0]?.revision ?? 0);
	} catch {
		return null;
	}
};

const nothing: ProbeAnswer = {exitCode: null, stdout: '', stderr: ''};

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
