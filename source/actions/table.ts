import type {AnyAction} from './action.ts';
import {helmPreflight} from './helm-preflight.ts';
import {helmPreview} from './helm-preview.ts';
import {helmRollback} from './helm-rollback.ts';
import {helmRunning} from './helm-running.ts';
import {helmUpgrade} from './helm-upgrade.ts';
import {helmfileApply} from './helmfile-apply.ts';
import {helmfilePreview} from './helmfile-preview.ts';
import {helmfileRollback} from './helmfile-rollback.ts';
import {kubernetesChecklist} from './kubernetes-checklist.ts';
import {postgresBackup} from './postgres-backup.ts';
import {postgresSnapshot} from './postgres-snapshot.ts';
import {smokeHttp} from './smoke-http.ts';
import {smokePods} from './smoke-pods.ts';
import {smokeSql} from './smoke-sql.ts';
import {testCommand} from './test-command.ts';
import {testEvidence} from './test-evidence.ts';

const all: readonly AnyAction[] = [helmPreview, helmPreflight, helmUpgrade, helmRunning, helmRollback, helmfilePreview, helmfileApply, helmfileRollback, kubernetesChecklist, postgresBackup, postgresSnapshot, smokeHttp, smokePods, smokeSql, testCommand, testEvidence];

/** Every action by what a runbook writes after `uses:`. */
export const actions: Readonly<Record<string, AnyAction>> = Object.fromEntries(all.map(action => [action.uses, action]));
