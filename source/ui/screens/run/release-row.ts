import {releaseOf} from '../../../run/release.ts';
import {makeSafe, safe} from '../../../text/safe-text.ts';
import {join, words, type Row} from '../../components/row.ts';
import type {RunContext} from './panel.ts';

/** What is released, from → to, and where. */
export const releaseRow = ({state, clean, theme}: Pick<RunContext, 'state' | 'clean' | 'theme'>): Row => {
	const {name, from, to} = releaseOf(state);
	const versions = [from, to].flatMap(version => (version === null ? [] : [clean(version)]));
	const {target} = state.plan;
	return {
		left: [
			words(safe` ${clean(name)}`, 'plain', true),
			...(versions.length > 0 ? [words(safe`  ${join(versions, safe` ${theme.glyphs.arrow} `)}`)] : []),
			...(state.rehearsal ? [words(safe`  rehearsal`, 'quiet')] : []),
		],
		right: [words(makeSafe(clean(target.name).toUpperCase()), target.protected ? 'danger' : 'accent', true), words(safe` `)],
	};
};
