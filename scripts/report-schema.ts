/** Writes docs/report.schema.json from the shape of a report: `node --import tsx scripts/report-schema.ts`. */
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

import {reportSchemaText} from '../source/run/report-shape.ts';

writeFileSync(resolve(import.meta.dirname, '../docs/report.schema.json'), reportSchemaText());
