import process from 'node:process';

import {nothingUsual} from '../source/run/durations.ts';
import {makeSafe} from '../source/text/safe-text.ts';
import {paperDifference} from '../source/ui/gallery/difference-on-paper.ts';
import {keyNamed} from '../source/ui/gallery/exhibits.ts';
import {PaperOutput} from '../source/ui/gallery/paper-output.ts';
import {PaperRun} from '../source/ui/gallery/release-on-paper.ts';
import {openRunSession} from '../source/ui/screens/run/run-session.ts';
import {themeFrom} from '../source/ui/theme.ts';

/**
How long each key takes in the browser of a difference of 500 objects, one of them a definition of 2 MB: from the key to the rows of the next
screen. None may take more than 100 ms.

	node --import tsx bench/difference-browser.ts
*/
const object = (index: number, tag: string): string => `---\n# Source: big/templates/d${index}.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: service-${index}}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: app, image: "registry/service-${index}:${tag}"}\n`;

const definition = (word: string): string =>
	`---\n# Source: big/templates/crd.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example}\nspec:\n  group: example\n  names: {kind: Thing, plural: things}\n  versions:\n    - name: v1\n      schema:\n        properties:\n${Array.from({length: 22_000}, (_, index) => `          field${index}: {type: string, description: "What field ${index} is for, in ${index % 3 === 0 ? word : 'some'} words"}\n`).join('')}`;

const manifest = (tag: string): string => `${Array.from({length: 499}, (_, index) => object(index, tag)).join('')}${definition(tag)}`;

const difference = paperDifference({live: manifest('1'), coming: manifest('2')}, 'big');
const run = PaperRun.create({difference}).upTo('read');
const session = openRunSession({engine: run, theme: themeFrom({LANG: 'C.UTF-8'}), clean: makeSafe, clock: run.clock, openOutput: () => new PaperOutput([]), readFile: run.readFile, usual: nothingUsual, onLeave: () => {}, settleMs: 0});
const size = {columns: 140, rows: 50};

/** An empty name draws only: the confirmation, for which the evidence is read. */
const timed = (name: string): number => {
	const startedMs = performance.now();
	if (name !== '') session.press(keyNamed(name));
	session.draw(size, 0);
	return performance.now() - startedMs;
};

const rows: string[] = [`evidence           ${(difference.bytes.length / 1e6).toFixed(1)} MB`];
let worstMs = 0;
for (const [what, keys] of [
	['confirmation', ['']],
	['open', ['d']],
	['page', Array.from({length: 60}, () => 'pageDown')],
	['end', ['end', 'home']],
	['side by side', ['s', 's', 's']],
	['page of two sides', Array.from({length: 30}, () => 'pageDown')],
	['object on', Array.from({length: 60}, () => 'down')],
	['change on', Array.from({length: 60}, () => 'n')],
	['search, in vain', ['/', '"nonesuch"', 'enter', 'escape']],
	['search, found', ['/', '"service-498"', 'enter', 'n', 'n']],
] as const) {
	const times = keys.map(timed);
	const worst = Math.max(...times);
	worstMs = Math.max(worstMs, worst);
	rows.push(`${what.padEnd(18)} worst ${worst.toFixed(1)} ms, mean ${(times.reduce((sum, ms) => sum + ms, 0) / times.length).toFixed(1)} ms`);
}

process.stdout.write(`${rows.join('\n')}\n`);
if (worstMs > 100) {
	process.stdout.write(`The longest pause was ${worstMs.toFixed(0)} ms.\n`);
	process.exitCode = 1;
}

session.close();
