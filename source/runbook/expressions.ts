import {Evaluator, Lexer, Parser, data} from '@actions/expressions';
import {TokenType, type Token} from '@actions/expressions/lexer';

/**
A GitHub Actions expression: `target.protected && inputs.version != ''`. Only whole literal paths may be named (`inputs.NAME`,
`target.NAME`, `tasks.ID.outputs.NAME`, `run.id`), so that what an expression depends on is known without evaluating it.
*/
export type Expression = {readonly text: string; readonly references: readonly Reference[]};

/** `path` is `['inputs', 'version']`; `start` and `end` are offsets in the expression's text. */
export type Reference = {readonly path: readonly string[]; readonly start: number; readonly end: number};

/** A text with `${{ }}` in it, cut at them. `start`: offset of `${{`. */
export type Template = readonly (string | {readonly expression: Expression; readonly start: number; readonly text: string})[];

/** Why a text is no expression, and where in it. */
export class ExpressionFault extends Error {
	readonly offset: number;

	constructor(message: string, offset: number) {
		super(message);
		this.offset = offset;
	}
}

/** Throws `ExpressionFault`. The same few expressions stand all over a runbook, so each is read once. */
export const parseExpression = (text: string): Expression => {
	const known = read.get(text);
	if (known !== undefined) return known;
	const expression = readExpression(text);
	if (read.size < mostKept) read.set(text, expression);
	return expression;
};

const read = new Map<string, Expression>();
const mostKept = 1000;

const readExpression = (text: string): Expression => {
	if (text.trim() === '') throw new ExpressionFault('the expression is empty', 0);
	if (text.includes('\n')) throw new ExpressionFault('an expression stands on one line', text.indexOf('\n'));
	const tokens = lex(text);
	const references = findReferences(text, tokens);
	try {
		// Any name may stand there: `checkExpressions` says which of them there are, and which one was meant.
		new Parser(tokens, references.map(({path: [context = '']}) => context), []).parse();
	} catch (error) {
		throw new ExpressionFault(describe(error), positionIn(error));
	}

	return {text, references};
};

/** Cuts a text at its `${{ }}`. Throws `ExpressionFault`; its offset counts from the text's start. */
export const parseTemplate = (text: string): Template => {
	const parts: (string | {readonly expression: Expression; readonly start: number; readonly text: string})[] = [];
	let index = 0;
	for (;;) {
		const start = text.indexOf('${{', index);
		if (start > index || start === -1) {
			const rest = text.slice(index, start === -1 ? undefined : start);
			if (rest !== '') parts.push(rest);
		}

		if (start === -1) return parts;
		const end = findEnd(text, start + 3);
		if (end === null) throw new ExpressionFault('`${{` has no `}}`', start);
		const inner = text.slice(start + 3, end);
		const lead = inner.length - inner.trimStart().length;
		try {
			parts.push({expression: parseExpression(inner.trim()), start, text: text.slice(start, end + 2)});
		} catch (error) {
			if (error instanceof ExpressionFault) throw new ExpressionFault(error.message, start + 3 + lead + error.offset);
			throw error;
		}

		index = end + 2;
	}
};

export const hasExpression = (text: string): boolean => text.includes('${{');

/** What a reference stands for; undefined: not known yet. */
export type Lookup = (path: readonly string[]) => string | number | boolean | null | undefined;

/** The value, as JSON has it. All references must be known. Throws `ExpressionFault` when a function fails. */
export const evaluate = (expression: Expression, lookup: Lookup): unknown => {
	// Each reference becomes a name of ours: the library looks names up without regard to case, and not as own properties.
	const values = new data.Dictionary();
	const text = rewrite(expression, ({path}, index) => {
		values.add(`v${index}`, dataOf(lookup(path) ?? null));
		return `v.v${index}`;
	});
	try {
		return valueOf(new Evaluator(new Parser(lex(text), ['v'], []).parse(), new data.Dictionary({key: 'v', value: values})).evaluate());
	} catch (error) {
		throw new ExpressionFault(`\`${expression.text}\` can't be worked out: ${describe(error)}`, 0);
	}
};

/** The same expression with what is known put in, for later. */
export const bindPartly = (expression: Expression, lookup: Lookup): string =>
	rewrite(expression, ({start, end, path}) => {
		const value = lookup(path);
		return value === undefined ? expression.text.slice(start, end) : literalOf(value);
	});

/**
Binds a text. One that is nothing but one expression keeps its value's type (`${{ inputs.replicas }}` is a number); in others lists
and objects are a fault. Expressions with a reference that is not known yet stay.
*/
export const bindText = (text: string, lookup: Lookup): unknown => {
	const template = parseTemplate(text);
	const bound = template.map(part => {
		if (typeof part === 'string') return part;
		if (part.expression.references.some(({path}) => lookup(path) === undefined)) return `\${{ ${bindPartly(part.expression, lookup)} }}`;
		const value = evaluate(part.expression, lookup);
		if (template.length > 1 && typeof value === 'object' && value !== null) throw new ExpressionFault(`\`${part.expression.text}\` gives a list or an object, not text`, part.start);
		return value;
	});
	return bound.length === 1 ? bound[0] : bound.map(part => (part === null ? '' : String(part))).join('');
};

const lex = (text: string): Token[] => {
	try {
		return new Lexer(text).lex().tokens;
	} catch (error) {
		throw new ExpressionFault(describe(error), positionIn(error));
	}
};

const findReferences = (text: string, tokens: readonly Token[]): readonly Reference[] => {
	const references: Reference[] = [];
	for (let index = 0; index < tokens.length; index++) {
		const token = tokens[index];
		if (token?.type !== TokenType.IDENTIFIER || tokens[index - 1]?.type === TokenType.DOT || tokens[index + 1]?.type === TokenType.LEFT_PAREN) continue;
		const path = [token.lexeme];
		let last = index;
		for (;;) {
			const [first, second, third] = tokens.slice(last + 1, last + 4);
			if (first?.type === TokenType.DOT && second?.type === TokenType.IDENTIFIER) {
				path.push(second.lexeme);
				last += 2;
			} else if (first?.type === TokenType.LEFT_BRACKET && second?.type === TokenType.STRING && third?.type === TokenType.RIGHT_BRACKET) {
				path.push(String(second.value));
				last += 3;
			} else break;
		}

		const start = token.range.start.column;
		const next = tokens[last + 1]?.type;
		if (next === TokenType.LEFT_BRACKET || next === TokenType.DOT) throw new ExpressionFault(`\`${path.join('.')}\` can't be indexed; name what you mean as \`inputs.NAME\``, start);
		references.push({path, start, end: tokens[last]?.range.end.column ?? text.length});
		index = last;
	}

	return references;
};

const rewrite = ({text, references}: Expression, replacement: (reference: Reference, index: number) => string): string => {
	let result = '';
	let from = 0;
	for (const [index, reference] of references.entries()) {
		result += text.slice(from, reference.start) + replacement(reference, index);
		from = reference.end;
	}

	return result + text.slice(from);
};

/** The `}}` that ends an expression; one within a string in quotes does not. */
const findEnd = (text: string, from: number): number | null => {
	let quoted = false;
	for (let index = from; index < text.length - 1; index++) {
		if (text[index] === "'") quoted = !quoted;
		else if (!quoted && text.startsWith('}}', index)) return index;
	}

	return null;
};

/** Text goes through JSON when it has a quote: the lexer of 0.3.61 undoubles only the first one. */
const literalOf = (value: string | number | boolean | null): string => {
	if (typeof value !== 'string') return String(value);
	return value.includes("'") ? `fromJSON('${JSON.stringify(value).replaceAll("'", String.raw`\u0027`)}')` : `'${value}'`;
};

const dataOf = (value: string | number | boolean | null): data.ExpressionData => {
	if (typeof value === 'string') return new data.StringData(value);
	if (typeof value === 'number') return new data.NumberData(value);
	return value === null ? new data.Null() : new data.BooleanData(value);
};

const valueOf = (value: data.ExpressionData): unknown => {
	switch (value.kind) {
		case data.Kind.Array:
			return (value as data.Array).values().map(valueOf);
		case data.Kind.Dictionary:
			return Object.fromEntries((value as data.Dictionary).pairs().map(pair => [pair.key, valueOf(pair.value)]));
		case data.Kind.Null:
			return null;
		case data.Kind.Boolean:
			return (value as data.BooleanData).value;
		case data.Kind.Number:
			return value.number();
		default:
			return value.coerceString();
	}
};

/** The library names a place in words of its own, and the whole expression, which stands there anyway. */
const describe = (error: unknown): string => {
	const message = error instanceof Error ? error.message : String(error);
	const plain = message.replace(/\. Located at position[\s\S]*$/, '');
	return `${plain.slice(0, 1).toLowerCase()}${plain.slice(1)}`;
};

const positionIn = (error: unknown): number => {
	if (typeof error !== 'object' || error === null) return 0;
	if ('pos' in error) return Number((error.pos as {column?: number} | undefined)?.column ?? 0);
	const match = error instanceof Error ? /Located at position (\d+)/.exec(error.message) : null;
	return match === null ? 0 : Number(match[1]) - 1;
};
