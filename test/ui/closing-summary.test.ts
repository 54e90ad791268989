import assert from 'node:assert/strict';
import {test} from 'node:test';

import {makeSafe} from '../../source/text/safe-text.ts';
import {closingSummary} from '../../source/ui/closing-summary.ts';
import {PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {themeFrom} from '../../source/ui/theme.ts';

const told = (run: PaperRun, readOnly: string | null = null): string => closingSummary(run.snapshot(), {theme: themeFrom({LANG: 'C.UTF-8'}), clean: makeSafe, readOnly});

test('who leaves a run is told that it goes on, and how to come back', () => {
	assert.match(told(PaperRun.create().upTo('upgrade').started('upgrade')), /egov-user 2\.9\.1 → 2\.9\.2, production: Upgrade user is running and goes on\.\n {2}Go on: slipway resume 01JDK7 {3}journal 12:/);
	assert.match(told(PaperRun.create().upTo('qa')), /open at 2 Test, QA sign-off \(to do\)/);
	assert.match(told(PaperRun.create().upTo('end')), /every task is settled; the run is not ended yet/);
});

test('who ended a run is told its result and where the report is', () => {
	const run = PaperRun.create().upTo('end').sent({kind: 'end', result: 'succeeded', statement: 'It is live.'});
	assert.match(told(run), /^✓ .*: succeeded\. It is live\.\n {2}slipway report 01JDK7/);
});

test('a journal that could not be written is named', () => {
	assert.match(told(PaperRun.create(), 'The disk is full.'), /The disk is full\./);
});

test('who leaves a rehearsal is not told to come back to it', () => {
	const run = PaperRun.create({rehearsal: true}).upTo('upgrade').started('upgrade');
	assert.match(told(run), /: left while Upgrade user was running\.\n {2}slipway show 01JDK7 {3}journal 12:/);
	assert.match(told(PaperRun.create({rehearsal: true}).upTo('qa')), /: left at 2 Test, QA sign-off/);
});
