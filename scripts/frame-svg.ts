/** A coloured frame of a terminal as an SVG picture that needs no font of its own and no network. `columns` wide; rows as they come. */
export const frameSvg = (frame: string, columns: number): string => {
	const lines = frame.split('\n');
	const width = columns * cell.width + 2 * margin;
	const height = lines.length * cell.height + 2 * margin;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${colours.text}">`,
		`<rect width="${width}" height="${height}" rx="8" fill="${colours.back}"/>`,
		...lines.flatMap((line, row) => lineTexts(line, margin + (row + 1) * cell.height - 4)),
		'</svg>\n',
	].join('\n');
};

const cell = {width: 8.4, height: 19} as const;
const margin = 16;
const colours = {back: '#16181d', text: '#d8dce3', green: '#7cc27a', yellow: '#e2b65a', red: '#f0737a', cyan: '#6cc1d6'} as const;

type Look = {readonly bold: boolean; readonly dim: boolean; readonly colour: string | null};

const plain: Look = {bold: false, dim: false, colour: null};

/** What the SGR codes that the screens use do to the look (ECMA-48). */
const codes: Readonly<Record<string, (look: Look) => Look>> = {
	'0': () => plain,
	'1': look => ({...look, bold: true}),
	'2': look => ({...look, dim: true}),
	'22': look => ({...look, bold: false, dim: false}),
	'31': look => ({...look, colour: colours.red}),
	'32': look => ({...look, colour: colours.green}),
	'33': look => ({...look, colour: colours.yellow}),
	'36': look => ({...look, colour: colours.cyan}),
	'39': look => ({...look, colour: null}),
};

/** Each run of one look stands at its own column, so that fonts of another width shift nothing. */
const lineTexts = (line: string, y: number): readonly string[] => {
	const texts: string[] = [];
	let look = plain;
	let column = 0;
	// eslint-disable-next-line no-control-regex
	for (const [, sgr, text = ''] of line.matchAll(/\u001B\[([\d;]*)m|([^\u001B]+)/g)) {
		if (sgr !== undefined) {
			for (const code of sgr.split(';')) look = codes[code]?.(look) ?? look;
			continue;
		}

		const length = [...text].length;
		if (text.trim() !== '') texts.push(`<text x="${(margin + column * cell.width).toFixed(1)}" y="${y}" textLength="${(length * cell.width).toFixed(1)}" xml:space="preserve"${styleOf(look)}>${escapeXml(text)}</text>`);
		column += length;
	}

	return texts;
};

const styleOf = ({bold, dim, colour}: Look): string => `${colour === null ? '' : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
