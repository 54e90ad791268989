import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {readHistory} from '../actions/helm/release-history.ts';
import {judgeUpgrade} from '../actions/helm/upgrade-command.ts';
import {ownRevision} from '../actions/helmfile/own-revision.ts';
import type {ApplyReport, HelmfileApplyWork} from '../actions/helmfile-apply.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {toolRunner, type RunTool} from './tool-runner.ts';

/** Performs `helmfile/apply`. Leaves apply.json. */
export const applyHelmfile = async (work: HelmfileApplyWork, place: Workplace): Promise<Report> => {
	const run = toolRunner(place, work.environment);
	const releases: ApplyReport['releases'] = [];
	for (const release of work.releases) {
		const isOver = releases.some(({state}) => state === 'failed') || place.signal.aborted;
		const done = isOver ? notStarted(release) : await deploy(release, work, run, place);
		place.say(`${release.name}: ${done.summary}`);
		releases.push(done);
	}

	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'apply.json');
	writeDurably(evidence, `${JSON.stringify({releases}, null, '\t')}\n`);
	return {ok: releases.every(({state}) => state === 'deployed' || state === 'already') && !place.signal.aborted, data: {releases} satisfies ApplyReport, evidence: [evidence]};
};

type Wanted = HelmfileApplyWork['releases'][number];
type Done = ApplyReport['releases'][number];

const notStarted = ({name}: Wanted): Done => ({name, state: 'not-started', revision: null, summary: 'not begun', findings: []});

const deploy = async ({name, revisionBefore, history, upgrade}: Wanted, {ours}: HelmfileApplyWork, run: RunTool, place: Workplace): Promise<Done> => {
	const known = history === null ? null : readHistory(await run(history, {isQuiet: true}));
	if (known?.kind === 'unknown') return {name, state: 'failed', revision: null, summary: `whether an earlier attempt deployed it is unknown: ${known.why}`, findings: []};
	const own = known === null ? null : ownRevision(known, {stamps: ours, revisionBefore});
	if (own !== null) return {name, state: 'already', revision: String(own.revision), summary: `revision ${own.revision} was deployed by an earlier attempt`, findings: []};
	const {exitCode, stdout, stderr} = await run(upgrade);
	for (const line of stdout.trimEnd().split('\n')) place.say(line);
	const {outcome, summary, outputs, findings} = judgeUpgrade({exitCode, signal: place.signal.aborted ? 'SIGTERM' : null, outTail: stdout, errTail: stderr});
	return {name, state: outcome === 'succeeded' ? 'deployed' : 'failed', revision: outputs['revision'] ?? null, summary, findings: [...findings]};
};
