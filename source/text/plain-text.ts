/**
Whether each character of the text stands alone in one column of a terminal, so that nothing has to be looked up to measure or divide it: ASCII,
Latin letters, punctuation, arrows, mathematical signs, lines, blocks, shapes and Braille. Not among them: marks that join, and what is two columns wide.
*/
export const isPlainText = (text: string): boolean => plain.test(text);

const plain = /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u205E\u2190-\u2319\u2500-\u25FC\u2713-\u2718\u2800-\u28FF]*$/;
