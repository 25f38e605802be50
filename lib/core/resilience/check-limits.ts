import * as z from 'zod';

const limits = z.strictObject({
  perSecond: z.int().min(1).max(10_000),
  concurrent: z.int().min(1).max(500),
  breaker: z
    .strictObject({
      failures: z.int().min(1).max(1_000).optional(),
      share: z.number().gt(0).max(1).optional(),
      atLeast: z.int().min(1).max(100_000).optional(),
      windowMs: z.int().min(1_000).max(3_600_000).optional(),
      slowMs: z.int().min(1).max(60_000).optional(),
      longestMs: z.int().min(1_000).max(300_000).optional(),
    })
    .optional(),
});

const instant = z.iso.datetime({
  offset: true,
  error: 'use an instant with its offset, such as 2026-12-31T18:00:00+01:00',
});
const time = '([01]\\d|2[0-3]):[0-5]\\d';
const reason = z.string().min(1).max(200);

/** What a configuration may say about how a system is called. */
export const limitsShape = {
  limits: limits.optional(),
  freeze: z
    .array(
      z.union(
        [
          z
            .strictObject({ from: instant, to: instant, reason })
            .refine(({ from, to }) => Date.parse(from) < Date.parse(to), 'it ends before it begins'),
          z.strictObject({ daily: z.string().regex(new RegExp(`^${time}-${time}$`)), reason }),
        ],
        { error: "use { from, to, reason } with instants, or { daily: '22:00-02:00', reason }" },
      ),
    )
    .optional(),
};
