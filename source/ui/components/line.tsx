import {Text} from 'ink';
import {memo} from 'react';

import type {SafeText} from '../../text/safe-text.ts';
import type {Theme, Tone} from '../theme.ts';
import {fitRow, type Row} from './row.ts';

export type WordsProps = {
	/** A string that did not pass the gate does not compile here. */
	readonly children: SafeText;
	readonly tone?: Tone | undefined;
	readonly bold?: boolean | undefined;
	readonly inverse?: boolean | undefined;
	readonly theme: Theme;
};

/** Text of one look: the only place where text reaches Ink. */
export const Words = ({children, tone = 'plain', bold = false, inverse = false, theme}: WordsProps) => {
	const style = theme.styles[tone];
	return (
		<Text {...style} bold={bold || style.bold === true} inverse={inverse}>
			{children}
		</Text>
	);
};

export type LineProps = {
	readonly row: Row;
	readonly columns: number;
	readonly theme: Theme;
};

/** One line of the screen, exactly as wide as it may be. Drawn again only when something in it changed. */
export const Line = memo(
	({row, columns, theme}: LineProps) => (
		<Text wrap="truncate">
			{fitRow(row, columns, theme).map((span, index) => (
				<Words key={index} theme={theme} tone={span.tone} bold={span.bold} inverse={span.inverse}>
					{span.text}
				</Words>
			))}
		</Text>
	),
	(before, after) => before.columns === after.columns && before.theme === after.theme && JSON.stringify(before.row) === JSON.stringify(after.row),
);
Line.displayName = 'Line';
