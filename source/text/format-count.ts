/** `1 step`, `3 steps`: for nouns whose plural takes an s. */
export const formatCount = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
