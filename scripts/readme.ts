/** Puts the screens into the documents: `npm run pictures`. docs/screens/*.svg, and the text frames between `<!-- screen NAME -->` and `<!-- end -->` in README.md. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import process from 'node:process';

import {drawExhibit, exhibits} from '../source/ui/gallery.tsx';
import {frameSvg} from './frame-svg.ts';

process.env['TZ'] = 'UTC';
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs/screens');
const pictures = ['home', 'action-protected', 'running', 'failed', 'in-doubt'];
const size = {columns: 80, rows: 24, environment: {LANG: 'C.UTF-8'}};

const draw = async (name: string): Promise<string> => {
	const exhibit = exhibits.find(candidate => candidate.name === name);
	if (exhibit === undefined) throw new Error(`The gallery has no ${name}.`);
	return drawExhibit(exhibit, size);
};

mkdirSync(folder, {recursive: true});
for (const name of pictures) writeFileSync(join(folder, `${name}.svg`), frameSvg(await draw(name), size.columns));

// eslint-disable-next-line no-control-regex
const textFrame = async (name: string): Promise<string> => (await draw(name)).replaceAll(/\u001B\[[\d;]*m/g, '').split('\n').map(line => line.trimEnd()).join('\n');

const path = join(root, 'README.md');
let text = readFileSync(path, 'utf8');
for (const [whole, name = ''] of text.matchAll(/<!-- screen (\S+) -->[\s\S]*?<!-- end -->/g)) {
	const frame = await textFrame(name);
	text = text.replace(whole, () => `<!-- screen ${name} -->\n\`\`\`\n${frame}\n\`\`\`\n<!-- end -->`);
}

writeFileSync(path, text);
