import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {targetPlaces} from '../../source/engine/target-places.ts';
import type {Target} from '../../source/runbook/plan.ts';
import {aFolder} from './a-machine.ts';

const aTarget = (facts: Partial<Target>): Target => ({name: 'uat', protected: false, variables: {}, ...facts});
const keysOf = (facts: Partial<Target>): readonly (readonly string[])[] => targetPlaces(aTarget(facts)).map(({key}) => key);
const aKubeconfig = (path: string, server: string, context = 'uat'): string => {
	writeFileSync(path, `contexts: [{name: ${context}, context: {cluster: one, user: op-a, namespace: egov}}]\ncurrent-context: ${context}\nclusters: [{name: one, cluster: {server: '${server}'}}]\n`);
	return path;
};

test('a database is one place, whoever logs in and however its address is spelled', () => {
	const spellings = ['postgresql://release@db.uat/egov_db', 'postgres://admin@DB.uat:5432/egov_db', 'postgresql:///egov_db?host=db.uat&application_name=x', 'postgresql://db.uat/egov%5Fdb?sslmode=require'];
	for (const database of spellings) assert.deepEqual(keysOf({database}), [['database', 'db.uat:5432', 'egov_db']], database);
	for (const database of ['postgresql://db.uat:5433/egov_db', 'postgresql://db.prod/egov_db', 'postgresql://db.uat/Egov_db']) assert.notDeepEqual(keysOf({database}), [['database', 'db.uat:5432', 'egov_db']], database);
});

test('a namespace is one place, whatever kubeconfig and context lead to its API server', context => {
	const folder = aFolder(context);
	const one = aKubeconfig(join(folder, 'one'), 'https://API.example.org:443/');
	const other = aKubeconfig(join(folder, 'other'), 'https://api.example.org', 'copied');
	const expected = [['cluster', 'https://api.example.org', 'egov']];
	assert.deepEqual(keysOf({kubeconfig: one, context: 'uat', namespace: 'egov'}), expected);
	assert.deepEqual(keysOf({kubeconfig: other, context: 'copied'}), expected, 'the namespace of the context');
	assert.deepEqual(keysOf({kubeconfig: other}), expected, 'the current context');
	assert.notDeepEqual(keysOf({kubeconfig: one, context: 'uat', namespace: 'other'}), expected);
	assert.deepEqual(targetPlaces(aTarget({kubeconfig: one, context: 'uat'}))[0]?.name, 'namespace egov of uat');
});

test('where a place can not be read, its words stand for it, and for nobody else on the machine', context => {
	const folder = aFolder(context);
	const broken = join(folder, 'broken');
	writeFileSync(broken, 'clusters: [}');
	const shared = (facts: Partial<Target>): readonly boolean[] => targetPlaces(aTarget(facts)).map(({isShared}) => isShared);
	assert.deepEqual(keysOf({}), [['target', 'uat']]);
	assert.deepEqual(keysOf({kubeconfig: broken, context: 'uat', namespace: 'egov'}), [['cluster', broken, 'uat', 'egov']]);
	assert.deepEqual(shared({}), [false]);
	assert.deepEqual(shared({kubeconfig: broken, context: 'uat', database: 'postgresql://db.uat/egov_db'}), [false, true]);
});
