/** Writes docs/checklist.md from the table of items: `node --import tsx scripts/checklist-docs.ts`. */
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

import {checklistReference} from '../source/checklist/reference.ts';

writeFileSync(resolve(import.meta.dirname, '../docs/checklist.md'), checklistReference());
