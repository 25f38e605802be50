/** When a system counts as failing. */
interface Breaker {
  /** This many failures in a row; 5 unless told. */
  readonly failures?: number;
  /** Or this share of the calls of a window, from `atLeast` calls on; 0.5 of 20 in 60 s unless told. */
  readonly share?: number;
  readonly atLeast?: number;
  readonly windowMs?: number;
  /** An answer that took longer counts as a failure; 10 s unless told. */
  readonly slowMs?: number;
  /** The longest it stays open before it is tried again; 60 s unless told. */
  readonly longestMs?: number;
}

/** What the owner of a system allows us: all agents and processes together. */
export interface Limits {
  /** Requests in any one second. */
  readonly perSecond: number;
  /** Requests at the same time. */
  readonly concurrent: number;
  readonly breaker?: Breaker;
}

/** The rules of the breaker, complete. */
export type BreakerRules = Readonly<Required<Breaker>>;

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
