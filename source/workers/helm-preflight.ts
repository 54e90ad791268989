import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {checkNamespace, checkRevision, checkRight, type Check, type PreflightWork} from '../actions/helm-preflight.ts';
import {writeDurably} from '../stores/files.ts';
import type {Report, Workplace} from './performer.ts';
import {toolRunner} from './tool-runner.ts';

/** Calls of kubectl at once. */
const atOnce = 4;

/** Performs `helm/preflight`. Leaves preflight.json. */
export const checkBeforeUpgrade = async (work: PreflightWork, place: Workplace): Promise<Report> => {
	const run = toolRunner(place, work.environment);
	const checks: Check[] = [];
	for (const one of work.releases) checks.push(checkRevision(await run(one.history, {isQuiet: true}), one));
	for (const {name, argv} of work.namespaces) checks.push(checkNamespace(await run(argv, {isQuiet: true}), name));
	const waiting = [...work.rights];
	const askNext = async (): Promise<void> => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) checks.push(checkRight(await run(next.argv, {isQuiet: true}), next.right));
	};
	await Promise.all(Array.from({length: atOnce}, askNext));
	for (const {state, says} of checks) place.say(`${{good: 'ok ', bad: '!! ', unknown: '?? '}[state]} ${says}`);
	mkdirSync(place.evidenceFolder, {recursive: true});
	const evidence = join(place.evidenceFolder, 'preflight.json');
	writeDurably(evidence, `${JSON.stringify({checks}, null, '\t')}\n`);
	return {ok: checks.every(({state}) => state === 'good') && !place.signal.aborted, data: {checks}, evidence: [evidence]};
};
