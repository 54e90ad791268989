import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';

import {drawExhibit, exhibits} from '../source/ui/gallery.tsx';

/** `npm run gallery [-- NAME… --columns 120 --rows 40 --ascii --no-color --to FOLDER]`: every screen in every state, printed or written to a folder. */
const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {columns: {type: 'string', default: '80'}, rows: {type: 'string', default: '24'}, ascii: {type: 'boolean'}, 'no-color': {type: 'boolean'}, to: {type: 'string'}},
});

process.env['TZ'] = 'UTC';
const hanging = {
	columns: Number(values.columns),
	rows: Number(values.rows),
	environment: {LANG: 'C.UTF-8', ...(values.ascii === true ? {SLIPWAY_ASCII: '1'} : {}), ...(values['no-color'] === true ? {NO_COLOR: '1'} : {})},
};

for (const exhibit of exhibits.filter(({name}) => positionals.length === 0 || positionals.includes(name))) {
	const frame = await drawExhibit(exhibit, hanging);
	if (values.to === undefined) {
		process.stdout.write(`\n== ${exhibit.name} ${hanging.columns}x${hanging.rows}\n${frame}\n`);
	} else {
		mkdirSync(values.to, {recursive: true});
		writeFileSync(join(values.to, `${exhibit.name}.txt`), `${frame}\n`);
	}
}
