import {useInput, usePaste, useStdin} from 'ink';

import {keysFrom, type Key} from '../keys.ts';

/** Calls `press` for every key. A paste comes as one key, so that its lines press nothing. */
export const useKeys = (press: (key: Key) => void): void => {
	const {isRawModeSupported} = useStdin();
	useInput((input, key) => keysFrom(input, key).forEach(press), {isActive: isRawModeSupported});
	usePaste(text => press({name: 'paste', text, ctrl: false, meta: false, shift: false}), {isActive: isRawModeSupported});
};
