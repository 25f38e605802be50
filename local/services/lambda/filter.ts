import * as z from 'zod';

const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const rule = z.union([
  literal,
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ 'anything-but': z.array(literal).min(1) }),
]);

type Rule = z.output<typeof rule>;

/** Objects of the event's own shape down to lists of alternatives. */
export interface EventPattern {
  readonly [member: string]: EventPattern | readonly Rule[];
}

const pattern: z.ZodType<EventPattern> = z.lazy(() => z.record(z.string(), z.union([z.array(rule).min(1), pattern])));

/** Reads the pattern of an event filter: literals, `exists`, `prefix` and `anything-but`; anything else is refused. */
export const readPattern = (json: string): EventPattern => pattern.parse(JSON.parse(json));

/** Whether an event has all that the pattern asks for. */
export const matchesEvent = (event: unknown, wanted: EventPattern): boolean =>
  Object.entries(wanted).every(([member, inner]) => {
    const value: unknown = Object(event)[member];
    return Array.isArray(inner)
      ? inner.some((one: Rule) => matchesRule(value, one))
      : matchesEvent(value, inner as EventPattern);
  });

const matchesRule = (value: unknown, wanted: Rule): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if ('exists' in wanted) return (value !== undefined) === wanted.exists;
  if ('prefix' in wanted) return typeof value === 'string' && value.startsWith(wanted.prefix);
  return value !== undefined && !wanted['anything-but'].some((one) => one === value);
};
