/**
The checklist beside kube-score v1.20.0 where both mean the same: `node --import tsx bench/peers/kube-score.ts [--write]`. Every difference is
explained by a row of `differences.ts`, or it is ours to mend (exit status 1). --write makes differences.md. kube-score is found on PATH or
as $KUBE_SCORE; with `helm` on PATH the chart that `helm create` makes is rendered and compared too.
*/
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';

import {checkManifests} from '../../source/checklist/check-manifests.ts';
import {defaultSettings} from '../../source/checklist/settings.ts';
import {renderedServices} from '../checklist-bundle.ts';
import {differences, sameMeaning} from './differences.ts';
import {scenarios} from './scenarios.ts';

const kubeScore = process.env['KUBE_SCORE'] ?? 'kube-score';
const folder = mkdtempSync(join(tmpdir(), 'checklist-peers-'));

type Judged = {readonly key: string; readonly kind: string; readonly check: string; readonly verdict: 'bad' | 'good' | 'skipped'};
type Scored = readonly {readonly object_name: string; readonly type_meta: {readonly kind: string}; readonly object_meta: {readonly name: string; readonly namespace?: string}; readonly checks: readonly {readonly check: {readonly id: string}; readonly grade: number; readonly skipped: boolean}[]}[];

/** Critical and warning are bad; "almost OK" and above are good. */
const theirs = (yaml: string): readonly Judged[] => {
	const path = join(folder, 'bundle.yaml');
	writeFileSync(path, yaml);
	const {stdout, stderr} = spawnSync(kubeScore, ['score', '-o', 'json', '--ignore-container-cpu-limit', path], {encoding: 'utf8', maxBuffer: 1e9});
	if (stdout === '') throw new Error(stderr);
	return (JSON.parse(stdout) as Scored).flatMap(object =>
		object.checks.map(({check, grade, skipped}) => ({
			key: `${object.type_meta.kind} ${object.object_meta.namespace ?? ''}/${object.object_meta.name}`,
			kind: object.type_meta.kind,
			check: check.id,
			verdict: skipped ? 'skipped' : grade <= 5 ? 'bad' : 'good',
		})),
	);
};

const ours = (yaml: string): ReadonlyMap<string, readonly {readonly item: string; readonly code: string; readonly isBad: boolean}[]> => {
	const result = checkManifests({sources: [{name: 'bundle', text: yaml}], namespace: '', settings: defaultSettings, cluster: null, judgeCluster: null, waivers: [], attestations: [], annotations: {own: false, imported: []}, baseline: null, benchmark: null, dockerfiles: [], only: null, keepAll: true, now: new Date()});
	const findings = result.items.flatMap(item => item.findings).filter(({object}) => object !== null);
	return Map.groupBy(findings.map(({object, item, code, verdict}) => ({key: `${object?.kind} ${object?.namespace}/${object?.name}`, item: item.id, code, isBad: verdict === 'fail' || verdict === 'warn'})), ({key}) => key);
};

const helmChart = (): string | null => {
	const made = spawnSync('helm', ['create', join(folder, 'scaffold')], {encoding: 'utf8'});
	const rendered = made.status === 0 ? spawnSync('helm', ['template', 'web', join(folder, 'scaffold'), '--namespace', 'shop', '--set', 'autoscaling.enabled=true'], {encoding: 'utf8'}) : made;
	return rendered.status === 0 ? rendered.stdout : null;
};

try {
	const scaffold = helmChart();
	const cases = {...scenarios, 'rendered: ten services': renderedServices(10), ...(scaffold === null ? {} : {'rendered: helm create': scaffold})};
	let compared = 0;
	const unexplained: string[] = [];
	const used = new Map<number, string[]>();
	for (const [name, yaml] of Object.entries(cases)) {
		const mine = ours(yaml);
		for (const judged of theirs(yaml)) {
			const meaning = sameMeaning[judged.check];
			if (meaning === undefined) continue;
			compared += 1;
			const found = (mine.get(judged.key) ?? []).filter(({item, code}) => meaning.some(one => one === item || one === `${item}/${code}`));
			const isBad = found.some(one => one.isBad);
			if (isBad === (judged.verdict === 'bad')) continue;
			const row = differences.findIndex(one => one.check === judged.check && one.ours === (isBad ? 'bad' : 'good') && one.theirs === judged.verdict && one.when.test(`${name} | ${judged.kind}`));
			if (row === -1) unexplained.push(`${name} | ${judged.key} | ${judged.check}: kube-score ${judged.verdict}, ours ${isBad ? found.filter(one => one.isBad).map(({item, code}) => `${item}/${code}`).join(', ') : 'good'}`);
			else used.set(row, [...(used.get(row) ?? []), name]);
		}
	}

	const idle = differences.filter((_, index) => !used.has(index));
	console.log(`${Object.keys(cases).length} bundles, ${compared} verdicts compared, ${[...used.values()].flat().length} explained differences, ${unexplained.length} unexplained${scaffold === null ? ' (no helm: its chart was not rendered)' : ''}`);
	for (const line of unexplained) console.log(`  ${line}`);
	for (const {check, why} of idle) console.log(`  never seen: ${check}: ${why}`);
	if (process.argv.includes('--write')) {
		const lines = ['# Where the checklist and kube-score v1.20.0 differ', '', '<!-- Made by bench/peers/kube-score.ts --write. -->', '', `${Object.keys(cases).length} bundles, ${compared} verdicts of ${Object.keys(sameMeaning).length} checks that mean the same. Critical and warning of kube-score, fail and warn of ours count as bad. Every difference:`, '', '| kube-score check | ours | theirs | times | why |', '|---|---|---|---|---|', ...differences.map(({check, ours: verdict, theirs: other, why}, index) => `| ${check} | ${verdict} | ${other} | ${used.get(index)?.length ?? 0} | ${why} |`), ''];
		writeFileSync(resolve(import.meta.dirname, 'differences.md'), lines.join('\n'));
	}

	process.exitCode = unexplained.length === 0 ? 0 : 1;
} finally {
	rmSync(folder, {recursive: true});
}
