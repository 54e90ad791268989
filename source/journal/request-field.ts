/** The first line of the text that an approver signs. */
export const requestHeading = 'slipway approval v1';

/** The value of a line of such a text; null when it has no such line. */
export const requestField = (text: string, name: 'run' | 'task' | 'target' | 'subject' | 'asked' | 'expires'): string | null => (text.startsWith(`${requestHeading}\n`) ? (new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1] ?? null) : null);
