import * as z from 'zod';

/** When a system counts as failing. */
const breakerShape = z.strictObject({
  /** This many failures in a row; 5 unless told. */
  failures: z.int().min(1).max(1_000).optional(),
  /** Or this share of the calls of a window, from `atLeast` calls on; 0.5 of 20 in 60 s unless told. */
  share: z.number().gt(0).max(1).optional(),
  atLeast: z.int().min(1).max(100_000).optional(),
  windowMs: z.int().min(1_000).max(3_600_000).optional(),
  /** An answer that took longer counts as a failure; 10 s unless told. */
  slowMs: z.int().min(1).max(60_000).optional(),
  /** The longest it stays open before it is tried again; 60 s unless told. */
  longestMs: z.int().min(1_000).max(300_000).optional(),
});

/** Limits of one system as a team writes them down. */
export const limitsShape = z.strictObject({
  perSecond: z.int().min(1).max(10_000),
  concurrent: z.int().min(1).max(500),
  breaker: breakerShape.optional(),
});

/** What the owner of a system allows us: requests in any one second, and at the same time; all agents and processes together. */
export type Limits = z.output<typeof limitsShape>;

/** The rules of the breaker, complete. */
export type BreakerRules = Required<z.output<typeof breakerShape>>;

/** What limits leave open. */
export const rulesOf = ({ breaker = {} }: Limits): BreakerRules => ({
  ...{ failures: 5, share: 0.5, atLeast: 20, windowMs: 60_000, slowMs: 10_000, longestMs: 60_000 },
  ...breaker,
});

/** How long after its time a slot is good, in ms. */
export const lateness = 45;
/** How far the clock of a process may be from the others', and how unlike the ways of two requests, for the limit to hold; in ms. */
const skew = 10;
const jitter = 15;

/**
 * Time between two slots, in ms. A request reaches the system, some constant way apart, between `skew` before its slot's
 * time and `lateness` + `skew` + `jitter` after it. So what arrives within one second belongs to slots whose times lie
 * within W = 1000 + lateness + jitter + 2 * skew, and of times that are a little more than W / n apart no n + 1 fit into W.
 * The price is 8 % of the pace.
 */
export const intervalOf = ({ perSecond }: Limits): number =>
  Math.ceil(((1_000 + lateness + jitter + 2 * skew + 1) * 1_000) / perSecond) / 1_000;
