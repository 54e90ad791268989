/** Where somebody is in something of several lines, of which `page` are seen at once. */
export type Moving = {readonly at: number; readonly page: number; readonly last: number};

/** Where a press leads, not clamped; null for one that does not move. Also where letters are typed. */
export const moveByArrow = (press: string, {at, page}: Omit<Moving, 'last'>): number | null => {
	switch (press) {
		case 'up':
			return at - 1;
		case 'down':
			return at + 1;
		case 'pageUp':
			return at - page;
		case 'pageDown':
			return at + page;
		default:
			return null;
	}
};

/** As `moveByArrow`, and both ends, and the letters that lazygit and less have for them. */
export const moveByKey = (press: string, {at, page, last}: Moving): number | null => {
	switch (press) {
		case 'k':
			return at - 1;
		case 'j':
			return at + 1;
		case 'home':
		case 'g':
		case '<':
			return 0;
		case 'end':
		case 'G':
		case '>':
			return last;
		default:
			return moveByArrow(press, {at, page});
	}
};
