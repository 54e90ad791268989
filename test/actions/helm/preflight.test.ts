import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {checkNamespace, checkRevision, checkRight, helmPreflight} from '../../../source/actions/helm-preflight.ts';
import {rightsNeeded} from '../../../source/actions/helm/rights-needed.ts';
import {anObject, aDeployment, aRole, pairsOf} from './manifests.ts';

const said = (stdout: string, stderr = '', exitCode = 0) => ({exitCode, stdout, stderr});
const history = (revision: number, status: string) => said(JSON.stringify([{revision, status, updated: '', chart: 'user-0.1.0', app_version: '', description: 'Upgrade complete'}]));
const user = {release: 'user', revision: 41};

describe('before an upgrade', () => {
	test('the release has to be at the revision that was previewed', () => {
		assert.equal(checkRevision(history(41, 'deployed'), user).state, 'good');
		assert.equal(checkRevision(history(42, 'deployed'), user).state, 'bad');
		assert.equal(checkRevision(said('', 'Error: release: not found', 1), user).state, 'bad');
		assert.equal(checkRevision(said('', 'Error: release: not found', 1), {release: 'user', revision: 0}).state, 'good');
		assert.equal(checkRevision(history(1, 'deployed'), {release: 'user', revision: 0}).state, 'bad');
		assert.equal(checkRevision(said('', 'Error: Kubernetes cluster unreachable', 1), user).state, 'unknown');
	});

	test('an operation that is pending is named with its repair, at the same revision too', () => {
		const {state, says} = checkRevision(history(41, 'pending-upgrade'), user);
		assert.equal(state, 'bad');
		assert.match(says, /pending-upgrade.*helm uninstall user/);
	});

	test('the namespace has to be there and to stay', () => {
		assert.equal(checkNamespace(said('{"status": {"phase": "Active"}}'), 'egov').state, 'good');
		assert.equal(checkNamespace(said('{"status": {"phase": "Terminating"}}'), 'egov').state, 'bad');
		assert.equal(checkNamespace(said('', 'Error from server (NotFound): namespaces "egov" not found', 1), 'egov').state, 'bad');
		assert.equal(checkNamespace(said('', 'Error from server (Forbidden): namespaces "egov" is forbidden', 1), 'egov').state, 'good');
		assert.equal(checkNamespace(said('', 'Unable to connect to the server', 1), 'egov').state, 'unknown');
	});

	test('a right that is not answered is unknown, not given', () => {
		const right = {verb: 'create', resource: 'secret', namespace: 'egov'};
		assert.equal(checkRight(said('yes\n'), right).state, 'good');
		assert.equal(checkRight(said('no - no RBAC policy matched\n', '', 1), right).state, 'bad');
		assert.equal(checkRight(said('', 'Unable to connect to the server', 1), right).state, 'unknown');
	});

	test('rights are asked for what the difference does, each once', () => {
		const pairs = pairsOf([anObject('ConfigMap'), aDeployment('a:1'), anObject('Service')], [aDeployment('a:2'), anObject('Service'), aRole('ClusterRole', []), anObject('Secret', {}, 'a'), anObject('Secret', {}, 'b')]);
		assert.deepEqual(rightsNeeded(pairs).map(({verb, resource, namespace}) => `${verb} ${resource} ${namespace}`), ['patch deployment.apps egov', 'create clusterrole.rbac.authorization.k8s.io ', 'create secret egov', 'delete configmap egov']);
	});

	test('what is well is named, the rights of a namespace in one note', () => {
		const right = (resource: string, namespace = 'egov') => checkRight(said('yes\n'), {verb: 'create', resource, namespace});
		const checks = [checkRevision(history(41, 'deployed'), user), checkNamespace(said('{"status": {"phase": "Active"}}'), 'egov'), right('secret'), right('service'), right('clusterrole.rbac.authorization.k8s.io', '')];
		const {findings} = helmPreflight.judge({exitCode: 0, signal: null, outTail: '', errTail: '', report: {checks}});
		assert.deepEqual(findings, ['user is at revision 41, as previewed.', 'The namespace egov is there.', 'You may create secret, create service in egov.', 'You may create clusterrole.rbac.authorization.k8s.io in the cluster.'].map(what => ({level: 'note', what})));
	});

	test('all is well only when every check says so', () => {
		const judge = (...states: readonly string[]) => helmPreflight.judge({exitCode: 0, signal: null, outTail: '', errTail: '', report: {checks: states.map(state => ({name: 'a', state, says: state}))}}).outcome;
		assert.equal(judge('good', 'good'), 'succeeded');
		for (const states of [['good', 'bad'], ['good', 'unknown'], []]) assert.equal(judge(...states), 'failed', states.join());
	});
});
