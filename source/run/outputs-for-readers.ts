/** Longer outputs are for later tasks, not for readers; they stand with their attempt. */
const longestFact = 400;

/** Whether an output is for a person to read: what is short, every command to paste, and what has to be known of it. */
export const isForReaders = (name: string, value: string): boolean => value.length <= longestFact || isPasted(name) || name.endsWith('Note');

/** Whether an output is a command that a person pastes, so that nothing in it may be escaped, cut or put into another line. */
export const isPasted = (name: string): boolean => name.endsWith('Command');
