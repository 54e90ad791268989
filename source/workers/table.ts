import type {Performer} from './performer.ts';

/** What performs an action of several commands, by what a runbook writes after `uses:`. Each is loaded alone: a worker performs one thing and ends. */
export const performers: Readonly<Record<string, () => Promise<Performer>>> = {
	'helm/preview': async () => (await import('./helm-preview.ts')).previewRelease,
	'helm/preflight': async () => (await import('./helm-preflight.ts')).checkBeforeUpgrade,
	'helm/rollback': async () => (await import('./helm-rollback.ts')).rollBackRelease,
	'helm/running': async () => (await import('./helm-running.ts')).checkRunning,
	'helmfile/apply': async () => (await import('./helmfile-apply.ts')).applyHelmfile,
	'helmfile/preview': async () => (await import('./helmfile-preview.ts')).previewHelmfile,
	'helmfile/rollback': async () => (await import('./helmfile-rollback.ts')).rollBackHelmfile,
	'kubernetes/checklist': async () => (await import('./kubernetes-checklist.ts')).checkKubernetes,
	'postgres/backup': async () => (await import('./postgres-backup.ts')).backUpDatabase,
	'postgres/snapshot': async () => (await import('./postgres-snapshot.ts')).recordSnapshot,
	'smoke/http': async () => (await import('./smoke-http.ts')).checkHttp,
	'smoke/pods': async () => (await import('./smoke-pods.ts')).watchPods,
	'smoke/sql': async () => (await import('./smoke-sql.ts')).askDatabase,
	'test/command': async () => (await import('./test-command.ts')).runTests,
	'test/evidence': async () => (await import('./test-evidence.ts')).takeEvidence,
};
