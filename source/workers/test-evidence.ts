import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {hasPassed} from '../actions/smoke/smoke-report.ts';
import type {EvidenceReport, EvidenceWork} from '../actions/test-evidence.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {performCheck, sayRow, type KeptAnswer} from './smoke-http.ts';

/** Performs `test/evidence`. Leaves evidence.json, with what the CI answered when that was not as expected. */
export const takeEvidence = async ({url, check, isCommitAsked, binding}: EvidenceWork, place: Workplace): Promise<Report> => {
	const kept: KeptAnswer[] = [];
	const checked = check === null ? null : await performCheck(check, place.signal, kept, sayRow(place));
	const report: EvidenceReport = {url, check: checked, isCommitAsked, binding};
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'evidence.json');
	writeDurably(evidence, `${JSON.stringify({...report, failedAnswers: kept}, null, '\t')}\n`);
	return {ok: (checked === null || hasPassed(checked)) && !place.signal.aborted, data: report, evidence: [evidence]};
};
