import assert from 'node:assert/strict';
import {test} from 'node:test';

import {differenceFile, differenceFrom, isDangerous} from '../../../source/actions/helm/difference.ts';
import {imagesOf} from '../../../source/actions/helm/images.ts';
import {judgeDifference} from '../../../source/actions/helm/judge-difference.ts';
import {compareManifests, pairObjects} from '../../../source/actions/helm/manifest-diff.ts';
import type {Pair} from '../../../source/actions/helm/object-pair.ts';
import {readManifest} from '../../../source/actions/helm/manifest.ts';
import type {PreviewReport} from '../../../source/actions/helm/preview-report.ts';
import {aDeployment, anObject, aRole, pairsOf} from './manifests.ts';

const report = {release: 'user', namespace: 'egov', live: null, coming: null} as unknown as PreviewReport;
const differenceOf = (pairs: readonly Pair[]) =>
	differenceFrom(report, compareManifests(pairs), judgeDifference(pairs, 'egov'), {live: imagesOf(pairs.flatMap(({live}) => live ?? [])), coming: imagesOf(pairs.flatMap(({coming}) => coming ?? []))});

test('each finding stands with the object that it is about, the others with the release', () => {
	const difference = differenceOf(pairsOf([aRole('Role', [])], [aRole('Role', [{apiGroups: [''], resources: ['secrets'], verbs: ['get']}]), aDeployment('a:latest', {name: 'b'})]));
	const found = Object.fromEntries(difference.changes.map(({kind, findings}) => [kind, findings.map(({level, what}) => `${level}: ${what}`)]));
	assert.deepEqual(Object.keys(found), ['Deployment', 'Role']);
	assert.match(found['Role']?.join() ?? '', /^danger: Role user is wider than before/);
	assert.match(found['Deployment']?.join() ?? '', /^warning: The image a:latest has the tag latest/);
	assert.deepEqual(difference.changes.filter(isDangerous).map(({kind}) => kind), ['Role']);
	assert.deepEqual(differenceFile.parse(JSON.parse(JSON.stringify(difference))), difference);
});

test('of what is said about an object that does not change, nothing is lost', () => {
	const pairs = pairsOf([aDeployment('a:latest'), anObject('ConfigMap', {data: {a: '1'}})], [aDeployment('a:latest'), anObject('ConfigMap', {data: {a: '2'}})]);
	assert.match(differenceOf(pairs).findings.map(({what}) => what).join('\n'), /The image a:latest has the tag latest[\s\S]*No image changes/);
});

test('images say whether they are live already, each once', () => {
	const images = differenceOf(pairsOf([aDeployment('a:1')], [aDeployment('a:1'), aDeployment('a:1', {name: 'c'}), aDeployment('b:2', {name: 'b'})])).images;
	assert.deepEqual(images, [{image: 'a:1', isLive: true, digest: null}, {image: 'b:2', isLive: false, digest: null}]);
});

test('a ClusterRole that takes the place of a Role is shown against it', () => {
	const rules = [{apiGroups: [''], resources: ['secrets'], verbs: ['get']}];
	const {changes} = differenceOf(pairsOf([aRole('Role', rules)], [aRole('ClusterRole', rules)]));
	assert.deepEqual(changes.map(({change, kind, insteadOf}) => [change, kind, insteadOf]), [['added', 'ClusterRole', 'Role'], ['removed', 'Role', null]]);
	assert.match(changes[0]?.diff ?? '', /^-kind: Role\n\+kind: ClusterRole$/m);
	assert.deepEqual([changes[0]?.linesAdded, changes[0]?.linesRemoved], [1, 1]);
});

test('a change is led back to the line of its template, also where the label of a version stands above it', () => {
	const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: user\n  labels:\n    helm.sh/chart: {{ .Chart.Version }}\ndata:\n  # how long\n  timeout: {{ .Values.timeout }}\n';
	const rendered = (version: string, timeout: string): string => `---\n# Source: user/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: user\n  labels:\n    helm.sh/chart: ${version}\ndata:\n  # how long\n  timeout: ${timeout}\n`;
	const manifest = (text: string) => readManifest(`---\n# Source: user/templates/a.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n${text}`, 'm', 'egov', new Map([['user/templates/config.yaml', template]]));
	const placeOf = (version: string, timeout: string) => {
		const coming = manifest(rendered(version, timeout));
		const [change] = compareManifests(pairObjects(manifest(rendered('1', 'a')), coming, coming)).changes;
		return [change?.templateLine, change?.manifestLine, change?.isOnlyVersionLabels];
	};
	assert.deepEqual(placeOf('2', 'b'), [9, 16, false]);
	assert.deepEqual(placeOf('2', 'a'), [6, 13, true]);
});
