import assert from 'node:assert/strict';
import {test} from 'node:test';

import type {Successor} from '../../source/engine/find-successor.ts';
import {makeSafe} from '../../source/text/safe-text.ts';
import {closingSummary} from '../../source/ui/closing-summary.ts';
import {PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {themeFrom} from '../../source/ui/theme.ts';

const told = (run: PaperRun, readOnly: string | null = null, successor: Successor | null = null): string => closingSummary(run.snapshot(), {theme: themeFrom({LANG: 'C.UTF-8'}), clean: makeSafe, readOnly, successor});

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

test('who was ousted is told by whom, when, where and why, and how to follow', () => {
	const successor = {by: 'op-b@ops1', at: '2026-11-25T10:29:20.101Z', host: 'ops1', tty: 'pts/4', reason: 'op-a went home'};
	assert.match(told(PaperRun.create().upTo('qa'), null, successor), /\n {2}op-b@ops1 took it over at 2026-11-25 10:29 UTC \(pts\/4 on ops1\): op-a went home\n {2}Follow it: slipway watch 01JDK7 {3}journal \d+:\w+$/);
});

test('who leaves a rehearsal is not told to come back to it', () => {
	const run = PaperRun.create({rehearsal: true}).upTo('upgrade').started('upgrade');
	assert.match(told(run), /: left while Upgrade user was running\.\n {2}slipway show 01JDK7 {3}journal 12:/);
	assert.match(told(PaperRun.create({rehearsal: true}).upTo('qa')), /: left at 2 Test, QA sign-off/);
});
