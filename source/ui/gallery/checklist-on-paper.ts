import {checkManifests, type CheckInput} from '../../checklist/check-manifests.ts';
import {jsonReport} from '../../checklist/reports/json.ts';
import {defaultSettings} from '../../checklist/settings.ts';
import {baselineOf} from '../../checklist/summary.ts';
import {paperFile, usualDifference, type PaperFile} from './difference-on-paper.ts';
import {paperActions, paperPlan, PaperRun, step} from './release-on-paper.ts';

const manifest = (isComing: boolean): string => `---
# Source: user/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: user
  labels: {app.kubernetes.io/name: user, app.kubernetes.io/instance: user-prod, owner: egov, project: digit}
spec:
  replicas: ${isComing ? 3 : 1}
  selector:
    matchLabels: {app: user}
  template:
    metadata:
      labels: {app: user}
    spec:
      containers:
        - name: user
          image: egovio/egov-user:2.9.2
          resources:
            requests: {cpu: 200m, memory: 512Mi}
            limits: {memory: 512Mi}
          readinessProbe:
            httpGet: {path: /user/health, port: 8080}
          livenessProbe:
            httpGet: {path: ${isComing ? '/user/health' : '/user/alive'}, port: 8080}
          env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: db, key: password}
---
# Source: user/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: user
spec:
  selector: {app: user}
  ports: [{port: 8080, targetPort: 8080}]
`;

/** The report of a check, as its worker leaves it. */
export const paperChecklist = (coming: string, live: string | null, path = 'evidence/checklist.1/checklist.json'): PaperFile => {
	const input: CheckInput = {
		sources: [{name: '/runs/01JDK7/evidence/preview.1/manifest.yaml', text: coming}],
		namespace: 'egov',
		settings: defaultSettings,
		cluster: null,
		judgeCluster: null,
		waivers: [],
		attestations: [],
		annotations: {own: true, imported: []},
		baseline: null,
		benchmark: null,
		dockerfiles: [],
		only: null,
		keepAll: false,
		now: new Date('2026-11-24T13:42:00.000Z'),
	};
	const baseline = live === null ? null : baselineOf(checkManifests({...input, sources: [{name: 'live-manifest.yaml', text: live}]}));
	return paperFile(path, jsonReport(checkManifests({...input, baseline}), {version: '0.1.0', isComplete: false}));
};

/** The probes of the coming release are the same, and its pods stand on one node; the live one had neither fault. */
export const usualChecklist: PaperFile = paperChecklist(manifest(true), manifest(false));

/** A run whose checklist was checked and failed. */
export const checkedRun = (report: PaperFile = usualChecklist): PaperRun => {
	const plan = paperPlan();
	const checklist = step('test', 'Test', [{id: 'checklist', kind: 'uses', name: 'Kubernetes checklist', uses: 'kubernetes/checklist', with: {preview: 'preview'}}]).tasks;
	const run = PaperRun.create({
		plan: {...plan, steps: plan.steps.map(one => (one.id === 'test' ? {...one, tasks: [...checklist, ...one.tasks]} : one))},
		actions: {...paperActions(), checklist: {effect: 'reads', plan: {commands: [{effect: 'reads', argv: [], shown: 'check evidence/preview.1/manifest.yaml'}], cwd: '/home/op-a/books', env: {}, requires: [], notes: ['Checks manifest.yaml']}}},
	});
	run.upTo('unit').started('checklist').advance(2000);
	return Object.assign(run, {files: [usualDifference, report]}).finish('checklist', {
		outcome: 'failed',
		exitCode: 1,
		summary: '4 open findings that the live release has not, 21 that it has: 19 fail, 2 warn, 9 to answer',
		evidence: [report.fact],
		findings: [{level: 'danger', what: "4. Liveness probes values aren't the same as the Readiness: both ask GET :8080/user/health", where: 'Deployment egov/user, user/templates/deployment.yaml'}],
	});
};
