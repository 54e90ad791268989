import {checkBeforeUpgrade} from './helm-preflight.ts';
import {previewRelease} from './helm-preview.ts';
import {rollBackRelease} from './helm-rollback.ts';
import {checkRunning} from './helm-running.ts';
import {checkKubernetes} from './kubernetes-checklist.ts';
import type {Performer} from './performer.ts';
import {backUpDatabase} from './postgres-backup.ts';
import {recordSnapshot} from './postgres-snapshot.ts';
import {checkHttp} from './smoke-http.ts';
import {watchPods} from './smoke-pods.ts';
import {askDatabase} from './smoke-sql.ts';
import {runTests} from './test-command.ts';
import {takeEvidence} from './test-evidence.ts';

/** What performs an action of several commands, by what a runbook writes after `uses:`. */
export const performers: Readonly<Record<string, Performer>> = {
	'helm/preview': previewRelease,
	'helm/preflight': checkBeforeUpgrade,
	'helm/rollback': rollBackRelease,
	'helm/running': checkRunning,
	'kubernetes/checklist': checkKubernetes,
	'postgres/backup': backUpDatabase,
	'postgres/snapshot': recordSnapshot,
	'smoke/http': checkHttp,
	'smoke/pods': watchPods,
	'smoke/sql': askDatabase,
	'test/command': runTests,
	'test/evidence': takeEvidence,
};
