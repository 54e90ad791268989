import {existsSync} from 'node:fs';

import {createProcTable} from './proc-table.ts';
import {createPsTable} from './ps-table.ts';

/** What names the boot of this machine: another one after a restart. */
export const readBoot = (): string => (existsSync('/proc/self/stat') ? createProcTable() : createPsTable()).boot;
