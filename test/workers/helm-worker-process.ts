import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

import {checkBeforeUpgrade} from '../../source/workers/helm-preflight.ts';
import {previewRelease} from '../../source/workers/helm-preview.ts';
import {rollBackRelease} from '../../source/workers/helm-rollback.ts';
import {checkRunning} from '../../source/workers/helm-running.ts';
import {applyHelmfile} from '../../source/workers/helmfile-apply.ts';
import {previewHelmfile} from '../../source/workers/helmfile-preview.ts';
import {rollBackHelmfile} from '../../source/workers/helmfile-rollback.ts';
import type {Performer} from '../../source/workers/performer.ts';
import {watchPods} from '../../source/workers/smoke-pods.ts';

/** The worker program with the performers of Helm alone. */
const performers: Readonly<Record<string, Performer>> = {'helm/preflight': checkBeforeUpgrade, 'helm/preview': previewRelease, 'helm/rollback': rollBackRelease, 'helm/running': checkRunning, 'helmfile/apply': applyHelmfile, 'helmfile/preview': previewHelmfile, 'helmfile/rollback': rollBackHelmfile, 'smoke/pods': watchPods};

const attemptFolder = process.argv[2] ?? '';
const {uses, work, evidenceFolder} = JSON.parse(readFileSync(join(attemptFolder, 'work.json'), 'utf8')) as {uses: string; work: never; evidenceFolder: string};
const cancel = new AbortController();
process.once('SIGTERM', () => cancel.abort());
const report = await performers[uses]?.(work, {attemptFolder, evidenceFolder, signal: cancel.signal, say: line => void process.stdout.write(`${line}\n`)});
writeFileSync(join(attemptFolder, 'report.json'), JSON.stringify(report));
process.exitCode = cancel.signal.aborted ? 143 : report?.ok === true ? 0 : 1;
