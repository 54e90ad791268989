import assert from 'node:assert/strict';
import process from 'node:process';
import {test} from 'node:test';

import {harmlessDifference, paperDifference, paperFile, usualDifference} from '../../source/ui/gallery/difference-on-paper.ts';
import {PaperRun} from '../../source/ui/gallery/release-on-paper.ts';
import {AScreen, keys} from './a-screen.ts';

process.env['TZ'] = 'UTC';

const config = (name: string, value: string, namespace = 'egov'): string => `---\n# Source: user/templates/${name}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {a: "${value}"}\n`;
const lines = (count: number, changed: readonly number[], value: string): string =>
	`---\n# Source: user/templates/long.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n  text: |\n${Array.from({length: count}, (_, index) => `    line ${index} ${changed.includes(index) ? value : 'same'}\n`).join('')}`;

const asked = (run: PaperRun): number => run.requests.length;

test('a yes is not taken before every dangerous change was opened', async () => {
	const run = PaperRun.create().upTo('read');
	const before = asked(run);
	using screen = new AScreen(run);
	await screen.shows('2 dangerous changes have to be read first');
	await screen.press('y', 'p', keys.enter, keys.enter, keys.escape, 'y');
	assert.equal(asked(run), before);
	await screen.press('d');
	await screen.shows('6 changes, 1 to be read before you can confirm.');
	await screen.press(keys.escape);
	await screen.shows('A dangerous change has to be read first.');
	await screen.press('d', keys.enter);
	await screen.shows('Ingress user newly opens /open');
	await screen.shows('6 changes, all 2 that matter most were opened.');
	await screen.press(keys.escape, 'y', keys.enter, keys.enter);
	assert.deepEqual(run.requests.at(-1), {kind: 'confirm', task: 'read', answer: 'yes'});
});

test('a no needs no reading', async () => {
	const run = PaperRun.create().upTo('read');
	using screen = new AScreen(run);
	await screen.shows('have to be read first');
	await screen.press('n', 'too wide', keys.enter, keys.enter);
	assert.deepEqual(run.requests.at(-1), {kind: 'confirm', task: 'read', answer: 'no', remark: 'too wide'});
});

test('what was opened of one preview does not count for the next one', async () => {
	const run = PaperRun.create().upTo('read');
	using screen = new AScreen(run);
	await screen.press('d', keys.enter, keys.escape);
	await screen.shows('The 2 dangerous changes were opened.');
	const again = paperDifference({live: config('a', '1'), coming: `${config('a', '2')}---\napiVersion: v1\nkind: Service\nmetadata: {name: user}\nspec: {type: NodePort, ports: [{port: 80}]}\n`}, 'egov-user', 'evidence/preview.2/difference.json');
	run.files = [again];
	run.done('preview', 5000, {evidence: [again.fact], outputs: {'to-version': '2.9.3'}});
	await screen.shows('A dangerous change has to be read first.');
	await screen.press('d');
	await screen.shows('Service/user');
});

test('evidence that is gone, was changed, or is of another version is not taken for read', async () => {
	for (const [file, words] of [
		[{...usualDifference, bytes: new TextEncoder().encode('{}')}, 'it was changed since'],
		[{...usualDifference, fact: {...usualDifference.fact, path: 'evidence/elsewhere/difference.json'}}, null],
		[paperFile('evidence/preview.1/difference.json', '{"v":0}'), 'is of another'],
	] as const) {
		const run = PaperRun.create({difference: words === null ? usualDifference : file}).upTo('read');
		if (words === null) run.files = [];
		const before = asked(run);
		using screen = new AScreen(run, {columns: 120});
		await screen.shows(words ?? "can't be read");
		await screen.press('y', keys.enter, 'p', keys.enter);
		assert.equal(asked(run), before);
	}
});

test('nothing dangerous asks for nothing', async () => {
	const run = PaperRun.create({difference: harmlessDifference}).upTo('read');
	using screen = new AScreen(run);
	await screen.press('y', keys.enter, keys.enter);
	assert.equal(run.requests.at(-1)?.kind, 'confirm');
});

test('objects of other namespaces say where they are', async () => {
	const run = PaperRun.create({difference: paperDifference({live: `${config('a', '1')}${config('b', '1', 'kube-system')}`, coming: `${config('a', '2')}${config('b', '2', 'kube-system')}`})}).upTo('read');
	using screen = new AScreen(run);
	await screen.press('d');
	await screen.shows(/in kube-system[\s\S]*ConfigMap\/b/);
});

test('n and p go from change to change, over the ends of objects', async () => {
	const difference = paperDifference({live: `${lines(400, [50, 300], 'before')}${config('z', '1')}`, coming: `${lines(400, [50, 300], 'after')}${config('z', '2')}`});
	const run = PaperRun.create({difference}).upTo('read');
	using screen = new AScreen(run);
	await screen.press('d');
	await screen.shows(/line 50 after/);
	await screen.press('n');
	await screen.shows('ConfigMap/z  ');
	await screen.press('p');
	await screen.shows(/line 300 after/);
});

test('a search finds names and lines in all objects, and says when there is nothing', async () => {
	const run = PaperRun.create().upTo('read');
	using screen = new AScreen(run);
	await screen.press('d', '/', 'OTP.validity', keys.enter);
	await screen.shows('▸ -     otp.validity=300');
	await screen.press('n');
	await screen.shows('▸ +     otp.validity=120');
	await screen.press('n');
	await screen.shows('▸ -     otp.validity=300');
	await screen.press(keys.escape, '/', 'nonesuch', keys.enter);
	await screen.shows('nonesuch is nowhere in this difference.');
});

test('long lines are read sideways', async () => {
	const long = `${'x'.repeat(90)}THE-END`;
	const run = PaperRun.create({difference: paperDifference({live: config('a', '1'), coming: config('a', long)})}).upTo('read');
	using screen = new AScreen(run);
	await screen.press('d');
	assert.doesNotMatch(screen.text, /THE-END/);
	await screen.press('\u001B[C', '\u001B[C', '\u001B[C', '\u001B[C');
	await screen.shows('THE-END');
});

test('where a change lies is told by its last keys, however deep it is', async () => {
	const keysDown = Array.from({length: 12}, (_, depth) => `${'  '.repeat(depth)}level-number-${depth}:\n`).join('');
	const deep = (value: string): string => `---\n# Source: user/templates/deep.yaml\napiVersion: v1\nkind: Thing\nmetadata: {name: deep}\n${keysDown}${Array.from({length: 20}, (_, index) => `${'  '.repeat(12)}field-${index}: ${index === 15 ? value : 'same'}\n`).join('')}`;
	using screen = new AScreen(PaperRun.create({difference: paperDifference({live: deep('before'), coming: deep('after')})}).upTo('read'));
	await screen.press('d', keys.down);
	await screen.shows(/… level-number-0\.\S*….*level-number-11$/m);
});

test('two sides need a wide terminal', async () => {
	const run = PaperRun.create().upTo('read');
	using narrow = new AScreen(run);
	await narrow.press('d', 's');
	await narrow.shows('Widen the terminal to 120 columns.');
	using wide = new AScreen(run, {columns: 120});
	await wide.press('d', 's');
	await wide.shows(/- kind: Role +│ \+ kind: ClusterRole/);
});

test('before a yes it is said in short what changes: the chart, objects, and the first new images', async () => {
	const images = (tag: string): string => `---\n# Source: user/templates/d.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n      containers:\n${Array.from({length: 6}, (_, index) => `        - {name: c${index}, image: "registry.example/c${index}:${tag}"}\n`).join('')}`;
	using screen = new AScreen(PaperRun.create({difference: paperDifference({live: images('1'), coming: images('2')})}).upTo('read'));
	await screen.shows(/Chart +\S+, as live[\s\S]*Objects +1 changed\s[\s\S]*New images +registry\.example\/c0:2[\s\S]*c2:2[\s\S]*and 3 more/);
	assert.doesNotMatch(screen.text, /c3:2/);
	using first = new AScreen(PaperRun.create({difference: paperDifference({live: null, coming: config('a', '1')})}).upTo('read'));
	await first.shows(/Chart +\S+, first install[\s\S]*Objects +1 new\s/);
});

test('several previews before one confirmation are read together', async () => {
	const run = PaperRun.create();
	const [know] = run.snapshot().plan.steps;
	const [preview] = know?.tasks ?? [];
	assert.ok(preview !== undefined && know !== undefined);
	const plan = run.snapshot().plan;
	const two = PaperRun.create({plan: {...plan, steps: plan.steps.map(step => (step.id === 'know' ? {...step, tasks: [preview, {...preview, id: 'preview-b', name: 'Preview b'}, ...step.tasks.slice(1)]} : step))}, actions: {'preview-b': {effect: 'reads', plan: {commands: [{effect: 'reads', argv: ['true']}], cwd: '', env: {}, requires: [], notes: []}}}});
	const other = paperDifference({live: null, coming: '---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {type: NodePort, ports: [{port: 80}]}\n'}, 'egov-b', 'evidence/preview-b.1/difference.json');
	two.upTo('read');
	two.files = [usualDifference, other];
	two.done('preview-b', 4000, {evidence: [other.fact]});
	using screen = new AScreen(two);
	await screen.shows('3 dangerous changes have to be read first');
	await screen.shows(/What changes\s[\s\S]*egov-user +1 new, 4 changed, 1 deleted[\s\S]*egov-b +1 new/);
	await screen.press('d', keys.enter, keys.enter);
	await screen.shows('7 changes, all 3 that matter most were opened.');
	await screen.shows(/egov-user[\s\S]*egov-b/);
});
