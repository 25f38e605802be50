import * as z from 'zod';

/** A pattern that an event has to match: lists of values, of which a field has one; nothing but equality. */
export type EventPattern = { readonly [field: string]: readonly (string | number | boolean | null)[] | EventPattern };

const values = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).min(1);

/** The schema of a pattern; filters by anything but equality are refused. */
export const eventPattern: z.ZodType<EventPattern> = z.lazy(() =>
  z.record(z.string(), z.union([values, eventPattern])),
);

/** Whether an event matches: each field of the pattern has one of its values; of a field that is a list, one member does. */
export const matches = (pattern: EventPattern, event: unknown): boolean =>
  Object.entries(pattern).every(([field, expected]) => {
    const found: unknown = Object(event)[field];
    if (!Array.isArray(expected)) return matches(expected as EventPattern, found);
    return (Array.isArray(found) ? found : [found]).some((one) => expected.includes(one));
  });
