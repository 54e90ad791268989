declare const SLIPWAY_VERSION: string | undefined;

/** Set when the program is bundled; straight from the sources it is `0.0.0-source`. */
export const version: string = typeof SLIPWAY_VERSION === 'string' ? SLIPWAY_VERSION : '0.0.0-source';
