/**
Splits JSON objects that stand one behind the other, as `jq` and `kubectl get … --output-watch-events` print them: the text of each, and how many
lines stand before it. One text for a single object, and for what is no JSON.
*/
export const splitJson = (text: string): readonly {readonly text: string; readonly line: number}[] => {
	const parts: {readonly text: string; readonly line: number}[] = [];
	let depth = 0;
	let start = 0;
	let line = 0;
	let startLine = 0;
	let isInText = false;
	for (let index = 0; index < text.length; index += 1) {
		const code = text.charCodeAt(index);
		if (code === newline) line += 1;
		if (isInText) {
			if (code === backslash) index += 1;
			else if (code === quote) isInText = false;
		} else if (code === quote) isInText = true;
		else if (code === openBrace || code === openBracket) {
			if (depth === 0) {
				if (text.slice(start, index).trim() !== '') return [{text, line: 0}];
				start = index;
				startLine = line;
			}

			depth += 1;
		} else if (code === closeBrace || code === closeBracket) {
			depth -= 1;
			if (depth < 0) return [{text, line: 0}];
			if (depth > 0) continue;
			parts.push({text: text.slice(start, index + 1), line: startLine});
			start = index + 1;
		}
	}

	return depth === 0 && parts.length > 1 && text.slice(start).trim() === '' ? parts : [{text, line: 0}];
};

const newline = 10;
const quote = 34;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
