/** Writes docs/runbook.md from the shapes of a runbook: `node --import tsx scripts/runbook-docs.ts`. */
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

import {actions} from '../source/actions/table.ts';
import {runbookReference} from '../source/runbook/reference.ts';

writeFileSync(resolve(import.meta.dirname, '../docs/runbook.md'), runbookReference(Object.values(actions)));
