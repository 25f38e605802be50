import Big from 'big.js';

/** What one call adds to what its agent commits towards one party. */
export interface Commitment {
  readonly agent: string;
  readonly system: string;
  /** Of the contract, e.g. `supplier 17300001`. */
  readonly counterparty: string;
  readonly operationId: string;
  /** Decimal in the policy's currency. */
  readonly value: string;
  /** Epoch ms, by the store's clock. */
  readonly now: number;
}

/** What agents commit towards others within a day, shared by all processes: many small calls are no way around a threshold. */
export interface Totals {
  /**
   * Notes the call and answers the sum of the last 24 hours, this call included, as a decimal. Of two calls at least one
   * sees the other; the same operation counts once, and sees what it saw the first time. Throws `STORE_UNAVAILABLE`.
   */
  add(commitment: Commitment): Promise<string>;
  /** An operation that ended without effect, for good, counts no longer. */
  forget(commitment: Omit<Commitment, 'value'>): Promise<void>;
}

/** One line of the log that a store keeps for an agent and a party: in the order in which they came, whatever their times say. */
export interface Noted {
  readonly operationId: string;
  /** Decimal in the policy's currency. */
  readonly value: string;
  /** Epoch ms. */
  readonly at: number;
  /** Says that the operation never had an effect. */
  readonly gone?: boolean | undefined;
}

const hour = 3_600_000;
const window = 24 * hour;
/** Processes' clocks may differ by less than this: what one of them no longer counts must not keep its place for another. */
const margin = hour;

/**
 * The sum of the last 24 hours up to an operation that stands in the log: what came after it waits for its turn, so that
 * a retry meets the same sum. One that is older than the window has lost its place and stands where it was noted last.
 */
export function sumUpTo(operationId: string, log: readonly Noted[], now: number): string {
  const recent = log.filter(({ at }) => at > now - window);
  const place = recent.findIndex((each) => each.operationId === operationId && each.at > now - window + margin);
  const gone = new Set(recent.filter((each) => each.gone).map((each) => each.operationId));
  const earlier = recent.slice(0, place).map((each) => each.operationId);
  const counted = new Set([...earlier.filter((each) => !gone.has(each)), operationId]);
  const values = valuesIn(recent);
  return [...counted].reduce((sum, each) => sum.plus(values.get(each) ?? 0), new Big(0)).toFixed();
}

/** The log without what no sum needs any more: what is old, and all but the first and the last line of an operation. */
export function shortened(log: readonly Noted[], now: number): Noted[] {
  const recent = log.filter(({ at }) => at > now - window - margin);
  const values = valuesIn(recent);
  const ids = recent.map(({ operationId }) => operationId);
  return recent
    .filter(({ operationId, gone }, n) => gone || ids.indexOf(operationId) === n || ids.lastIndexOf(operationId) === n)
    .map((each) => ({ ...each, value: values.get(each.operationId)?.toFixed() ?? each.value }));
}

/** What each operation counts for: the most that was ever asked under its key, since one of them may have been carried out. */
function valuesIn(log: readonly Noted[]): ReadonlyMap<string, Big> {
  const values = new Map<string, Big>();
  for (const { operationId, value } of log) {
    const known = values.get(operationId);
    if (!known || known.lt(value)) values.set(operationId, new Big(value));
  }
  return values;
}
