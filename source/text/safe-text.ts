declare const safe: unique symbol;

/** Text that can't harm a terminal or deceive a reader: no control characters, no escape sequences, hidden characters made visible. */
export type SafeText = string & {readonly [safe]: true};
