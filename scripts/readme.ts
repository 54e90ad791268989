/**
Puts the screens into the documents: `npm run pictures`. docs/screens/*.svg, a picture of the HTML report where there is a Chromium, and the text
frames between `<!-- screen NAME -->` and `<!-- end -->` in README.md.
*/
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import process from 'node:process';

import {htmlReport} from '../source/run/report-html.ts';
import {reportOf} from '../source/run/report.ts';
import {PaperRun} from '../source/ui/gallery/release-on-paper.ts';
import {drawExhibit, exhibits} from '../source/ui/gallery.tsx';
import {frameSvg} from './frame-svg.ts';

process.env['TZ'] = 'UTC';
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs/screens');
const pictures = ['action-protected', 'difference', 'home', 'history', 'timeline'];
const size = {columns: 80, rows: 24, environment: {LANG: 'C.UTF-8'}};

const draw = async (name: string): Promise<string> => {
	const exhibit = exhibits.find(candidate => candidate.name === name);
	if (exhibit === undefined) throw new Error(`The gallery has no ${name}.`);
	return drawExhibit(exhibit, size);
};

mkdirSync(folder, {recursive: true});
for (const name of pictures) writeFileSync(join(folder, `${name}.svg`), frameSvg(await draw(name), size.columns));

const written = mkdtempSync(join(tmpdir(), 'slipway-report-'));
const ended = PaperRun.create().upTo('postman').sent({kind: 'waive', task: 'postman', reason: 'the collection is out of date, CI-812'}).yes('eyes').sent({kind: 'end', result: 'succeeded', statement: '2.9.2 is live, checked by op-c.'});
writeFileSync(join(written, 'report.html'), htmlReport(reportOf(ended.snapshot(), ended.lines())));
const {error} = spawnSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1', '--window-size=900,1100', `--screenshot=${join(folder, 'report.png')}`, join(written, 'report.html')], {stdio: 'ignore'});
if (error !== undefined) console.error('There is no chromium: the picture of the report stays as it is.');
rmSync(written, {recursive: true});

// eslint-disable-next-line no-control-regex
const textFrame = async (name: string): Promise<string> => (await draw(name)).replaceAll(/\u001B\[[\d;]*m/g, '').split('\n').map(line => line.trimEnd()).join('\n');

const path = join(root, 'README.md');
let text = readFileSync(path, 'utf8');
for (const [whole, name = ''] of text.matchAll(/<!-- screen (\S+) -->[\s\S]*?<!-- end -->/g)) {
	const frame = await textFrame(name);
	text = text.replace(whole, () => `<!-- screen ${name} -->\n\`\`\`\n${frame}\n\`\`\`\n<!-- end -->`);
}

writeFileSync(path, text);
