/** The expression of an `if:`. `${{ x }}` is the same as `x`. */
export const conditionOf = (text: string): string => (/^\s*\$\{\{([\s\S]*)\}\}\s*$/.exec(text)?.[1] ?? text).trim();
