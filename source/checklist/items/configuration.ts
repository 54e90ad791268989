import {deployment} from '../example.ts';
import {groups} from '../groups.ts';
import type {Item} from '../item.ts';
import {externalConfiguration, secretsAsVolumes} from '../secret-rules.ts';

const group = groups.configuration;
const source = 'application-development.md, Configuration and secrets (now 01, 03)';
const mountFix = 'containers:\n  - name: CONTAINER\n    volumeMounts: [{name: secrets, mountPath: /etc/secrets, readOnly: true}]\nvolumes: [{name: secrets, secret: {secretName: NAME}}]';

export const configuration: readonly Item[] = [
	{
		number: 28,
		id: 'externalise-config',
		group,
		title: 'Externalise all configuration',
		class: 'hybrid',
		why: 'The same image goes from test to production, and a changed setting needs no new build. A credential in a manifest is read by everyone who can read the repository.',
		source,
		rule: "A literal credential in a variable's value or in a ConfigMap fails, and so does an environment's name in an image tag. Proved where variables or volumes come from a ConfigMap or a Secret; otherwise asked. Values are never shown.",
		peers: 'Polaris sensitiveContainerEnvVar, sensitiveConfigmapContent; kube-linter env-var-secret; kubescape C-0012',
		codes: {
			ask: {verdict: 'attest', means: 'Does all its configuration come from outside the image?'},
			'literal-credential': {verdict: 'fail', means: 'A credential is written in the manifest.', fix: mountFix},
			'credential-in-file': {verdict: 'fail', means: 'A file in a ConfigMap sets a credential.', fix: mountFix},
			'environment-in-tag': {verdict: 'fail', means: 'The image is built for one environment.', fix: 'containers:\n  - name: CONTAINER\n    image: registry/app:1.4.2   # the same for every environment\n    envFrom: [{configMapRef: {name: NAME}}]'},
		},
		passes: deployment('envFrom: [{configMapRef: {name: web}}]'),
		fails: deployment('env: [{name: DB_PASSWORD, value: hunter2}]'),
		check: externalConfiguration,
	},
	{
		number: 29,
		id: 'secrets-as-volumes',
		group,
		title: 'Mount Secrets as volumes, not environment variables',
		class: 'manifest',
		why: 'Environments are printed in logs, crash reports and `ps`, and are inherited by every child. A mounted file is read by what needs it, and changes without a restart.',
		source,
		rule: 'No container, of any kind, has env.valueFrom.secretKeyRef or envFrom.secretRef. Secrets mounted as a secret, projected or csi volume pass; pull secrets are fine.',
		peers: 'kube-linter read-secret-from-env-var; kubescape C-0207; kubesec SecretsAsEnvironmentVariables',
		codes: {
			'secret-in-env': {verdict: 'fail', means: 'A Secret reaches the container by environment.', fix: mountFix},
			'secret-in-env-from': {verdict: 'fail', means: 'A whole Secret reaches the container by environment.', fix: mountFix},
		},
		passes: deployment('volumeMounts: [{name: secrets, mountPath: /etc/secrets, readOnly: true}]', {pod: 'volumes: [{name: secrets, secret: {secretName: web}}]'}),
		fails: deployment('env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: web, key: password}}}]'),
		check: secretsAsVolumes,
	},
];
