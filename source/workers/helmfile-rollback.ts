import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {readHistory} from '../actions/helm/release-history.ts';
import type {HelmfileRollbackReport, HelmfileRollbackWork} from '../actions/helmfile-rollback.ts';
import {isUntouched} from '../actions/helmfile/own-revision.ts';
import {writeDurably} from '../stores/files.ts';
import {isBack, rollBack} from './helm-rollback.ts';
import type {Report, Workplace} from './performer.ts';
import {toolRunner} from './tool-runner.ts';

/** Performs `helmfile/rollback`. Leaves rollback.json. A release that can't be asked about is rolled back like one that was touched. */
export const rollBackHelmfile = async (work: HelmfileRollbackWork, place: Workplace): Promise<Report> => {
	const releases: HelmfileRollbackReport['releases'] = [];
	for (const {name, revisionBefore, rollback} of work.releases) {
		if (place.signal.aborted) break;
		const history = readHistory(await toolRunner(place, rollback.environment)(rollback.after.history, {isQuiet: true}));
		const isAsBefore = isUntouched(history, revisionBefore);
		if (isAsBefore) place.say(`${name}: never touched`);
		releases.push({name, report: isAsBefore ? null : await rollBack(rollback, place)});
	}

	const report: HelmfileRollbackReport = {releases, notBegun: work.releases.slice(releases.length).map(({name}) => name)};
	for (const name of report.notBegun) place.say(`${name}: not begun`);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'rollback.json');
	writeDurably(evidence, `${JSON.stringify(report, null, '\t')}\n`);
	const isGood = report.notBegun.length === 0 && releases.every(({report}) => report === null || isBack(report));
	return {ok: isGood && !place.signal.aborted, data: report, evidence: [evidence]};
};
