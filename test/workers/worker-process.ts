import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

import type {Performer} from '../../source/workers/performer.ts';
import {backUpDatabase} from '../../source/workers/postgres-backup.ts';
import {recordSnapshot} from '../../source/workers/postgres-snapshot.ts';
import {checkHttp} from '../../source/workers/smoke-http.ts';
import {watchPods} from '../../source/workers/smoke-pods.ts';
import {askDatabase} from '../../source/workers/smoke-sql.ts';
import {runTests} from '../../source/workers/test-command.ts';
import {takeEvidence} from '../../source/workers/test-evidence.ts';

/** The worker program with the performers of these tests alone. */
const performers: Readonly<Record<string, Performer>> = {'postgres/backup': backUpDatabase, 'postgres/snapshot': recordSnapshot, 'smoke/http': checkHttp, 'smoke/pods': watchPods, 'smoke/sql': askDatabase, 'test/command': runTests, 'test/evidence': takeEvidence};

const attemptFolder = process.argv[2] ?? '';
const {uses, work, evidenceFolder} = JSON.parse(readFileSync(join(attemptFolder, 'work.json'), 'utf8')) as {uses: string; work: never; evidenceFolder: string};
const cancel = new AbortController();
process.on('SIGTERM', () => cancel.abort());
const report = await performers[uses]?.(work, {attemptFolder, evidenceFolder, signal: cancel.signal, say: line => void process.stdout.write(`${line}\n`)});
writeFileSync(join(attemptFolder, 'report.json'), JSON.stringify(report));
process.exitCode = cancel.signal.aborted ? 143 : report?.ok === true ? 0 : 1;
