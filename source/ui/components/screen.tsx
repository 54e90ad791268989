import {Box, useCursor} from 'ink';

import type {Theme} from '../theme.ts';
import type {Laid, Size} from './frame.ts';
import {Line} from './line.tsx';

export type ScreenProps = {readonly laid: Laid; readonly size: Size; readonly theme: Theme};

/** A laid-out screen on the terminal: never taller or wider than it, the terminal's own cursor where a field is being written. */
export const Screen = ({laid, size, theme}: ScreenProps) => {
	const {setCursorPosition} = useCursor();
	setCursorPosition(laid.cursor ?? undefined);
	return (
		<Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
			{laid.rows.slice(0, size.rows).map((row, index) => (
				<Line key={index} row={row} columns={size.columns} theme={theme} />
			))}
		</Box>
	);
};
