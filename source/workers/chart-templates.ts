import {existsSync, readFileSync} from 'node:fs';
import {join, sep} from 'node:path';

/**
The templates that a rendered text names, by the name that Helm gives them: the name of the chart and the path in it. A chart that is
packed is not looked into, so it gives none; neither do subcharts that are.
*/
export const readTemplates = (folder: string, rendered: string): ReadonlyMap<string, string> => {
	const templates = new Map<string, string>();
	for (const [, name = ''] of rendered.matchAll(/^# Source: (\S+)\r?$/gm)) {
		const path = join(folder, name.slice(name.indexOf('/') + 1));
		if (!templates.has(name) && path.startsWith(`${folder}${sep}`) && existsSync(path)) templates.set(name, readFileSync(path, 'utf8'));
	}

	return templates;
};
