import stripAnsi from 'strip-ansi';

import {isPlainText} from '../../source/text/plain-text.ts';

type StringWidth = typeof import('string-width').default;

/**
Stands in for the package `string-width` in the bundle, for us and for Ink. At its load the real one makes patterns for all emoji, which takes
some 25 ms; plain text needs none.
*/
const lazyStringWidth: StringWidth = (text, options) => {
	const bare = options?.countAnsiEscapeCodes === true ? text : stripAnsi(text);
	return isPlainText(bare) ? bare.length : realStringWidth()(text, options);
};

export default lazyStringWidth;

// Within a function, esbuild loads it at the first call. By its path, as its name leads here.
const realStringWidth = (): StringWidth => (require('../../node_modules/string-width/index.js') as {default: StringWidth}).default;
