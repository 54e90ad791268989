import * as z from 'zod';

/** A finding in the report of a worker. */
export const finding = z.lazy(() => z.object({level: z.enum(['danger', 'warning', 'note']), what: z.string(), where: z.string().optional()}));
