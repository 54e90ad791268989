import {isPlainText} from '../../source/text/plain-text.ts';

// Not `Intl.Segmenter`: the build puts the class below in its place everywhere.
const {Segmenter} = Intl;

/**
Stands in for `Intl.Segmenter` in the bundle. Ink and what it uses divide every line by it, and to load its data takes some 10 ms at each
start; a line of plain text, with colours or without, needs none.
*/
export class LazySegmenter {
	readonly #options: ConstructorParameters<typeof Segmenter>;
	#real: Intl.Segmenter | null = null;

	constructor(...options: ConstructorParameters<typeof Segmenter>) {
		this.#options = options;
	}

	segment(input: string): Segments {
		return isPlainText(input.replaceAll('\u001B', '')) ? plainSegments(input) : (this.#real ??= new Segmenter(...this.#options)).segment(input);
	}
}

type Segments = Iterable<Intl.SegmentData> & Pick<Intl.Segments, 'containing'>;

const plainSegments = (input: string): Segments => {
	const segments = Array.from(input, (segment, index) => ({segment, index, input}));
	return Object.assign(segments, {containing: (index = 0) => segments[index]});
};
