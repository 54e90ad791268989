import process from 'node:process';

import type {Comparison} from './screens/compare/lay-compare.ts';
import {CompareScreen} from './screens/compare-screen.tsx';
import {showUntil} from './show-until.ts';
import {themeFrom} from './theme.ts';

/** Shows two runs beside each other at the terminal until it is left. */
export const runCompare = (comparison: Comparison): Promise<void> => showUntil(leave => <CompareScreen comparison={comparison} theme={themeFrom(process.env)} onLeave={leave} />);
