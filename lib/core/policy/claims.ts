import Big from 'big.js';
import { CountersignError, type ErrorCode } from '../errors.ts';
import type { Operation } from '../operation/operation.ts';

/** What a create takes from one pot, and what the system says is left of it. */
export interface Claim {
  /** Names it among the pots that are counted together: `line 10` of an invoice. */
  readonly pot: string;
  /** Decimal; of one kind (currency, unit) within a pot. */
  readonly amount: string;
  /** By the system's own books, on its primary. */
  readonly left: string;
  /** What is answered where too little is left. */
  readonly refusal: ErrorCode;
}

/** What operations under way take: nothing of them shows in the system yet, or it is not known whether it does. */
export interface Underway {
  /** Higher with each claim that comes or goes; 0 where nothing was ever kept. */
  readonly version: number;
  /** By operation: its version when it made its claim, and what it takes by pot. */
  readonly claims: Readonly<
    Record<string, { readonly version: number; readonly amounts: Readonly<Record<string, string>> }>
  >;
}

/** Pots that are counted together, e.g. those of `invoice 90000012`. */
export interface PotsOf {
  readonly system: string;
  readonly of: string;
}

/** The claims on pots, shared by all agents and processes. Each throws `STORE_UNAVAILABLE`. */
export interface Pots {
  /** As of now: no older than any write that was answered. */
  read(of: PotsOf): Promise<Underway>;
  /** Replaces what was seen; false where it has changed since. */
  keep(of: PotsOf, seen: Underway, claims: Underway['claims']): Promise<boolean>;
  /** Takes the claim of an operation away, unless it was made by a later version of it. */
  giveBack(of: PotsOf, operation: Pick<Operation, 'id' | 'version'>): Promise<void>;
  /** Whether nothing of an operation is under way any more. */
  isAtRest(operationId: string): Promise<boolean>;
}

/** Who is slower than so many others waits in the backlog. */
const mostRounds = 20;

/**
 * Claims what an operation takes, for as long as it is under way. What is left is asked for after the claims were read,
 * and the claim is kept only if none has come or gone since: so an answer that is older than somebody's effect cannot win.
 * Any number of times for the same operation. Throws the refusal of the first pot that has too little, `SYSTEM_BUSY` where
 * too many others are at it, and what `ask` throws.
 */
export async function takeClaims(
  operation: Pick<Operation, 'id' | 'version' | 'system'>,
  { of, pots, ask }: { readonly of: string; readonly pots: Pots; ask(): Promise<readonly Claim[]> },
): Promise<void> {
  const key = { system: operation.system, of };
  for (let round = 0; round < mostRounds; round++) {
    const seen = await pots.read(key);
    const asked = await ask();
    const { [operation.id]: _own, ...others } = seen.claims;
    const short = asked.find((claim) => new Big(claim.left).minus(takenBy(others, claim)).lt(claim.amount));
    const amounts = Object.fromEntries(asked.map(({ pot, amount }) => [pot, amount]));
    const mine = { [operation.id]: { version: operation.version, amounts } };
    // Who ended and was not yet given back is shown by the system, or never will be: without them it is asked again.
    const kept = short ? await underwayOf(others, { short, pots }) : { ...others, ...mine };
    if ((await pots.keep(key, seen, kept)) && !short) return;
  }
  throw new CountersignError('SYSTEM_BUSY', `Many others take from ${of} at this moment.`);
}

/** Of the claims in the way, those of operations that have not ended. Throws the refusal where that is all of them. */
async function underwayOf(
  others: Underway['claims'],
  { short, pots }: { readonly short: Claim; readonly pots: Pots },
): Promise<Underway['claims']> {
  const taken = takenBy(others, short);
  if (new Big(short.left).lt(short.amount) || taken.eq(0)) throw refusalOf(short, taken);
  const ended = new Set<string>();
  for (const id of Object.keys(others)) if (await pots.isAtRest(id)) ended.add(id);
  if (ended.size === 0) throw refusalOf(short, taken);
  return Object.fromEntries(Object.entries(others).filter(([id]) => !ended.has(id)));
}

const takenBy = (claims: Underway['claims'], { pot }: Claim): Big =>
  Object.values(claims).reduce((sum, { amounts }) => sum.plus(amounts[pot] ?? 0), new Big(0));

function refusalOf({ refusal, pot, amount, left }: Claim, taken: Big): CountersignError {
  const others = taken.gt(0) ? `, of which others are about to take ${taken.toFixed()}` : '';
  return new CountersignError(refusal, `${amount} is asked for, and of ${pot} ${left} is left${others}.`, {
    facts: { pot, asked: amount, left, underway: taken.toFixed() },
  });
}

/** Whether nothing of an operation is under way: the system shows its effect, or it surely had none and is not sent again without claiming anew. */
export const isAtRest = ({ state }: Pick<Operation, 'state'>): boolean =>
  state === 'applied' || state === 'not_applied' || state === 'dead';

/** Gives back what an operation at rest had claimed. */
export const givingBack =
  (pots: Pick<Pots, 'giveBack'>) =>
  async ({ id, version, system, takesFrom }: Operation): Promise<true> => {
    if (takesFrom !== undefined) await pots.giveBack({ system, of: takesFrom }, { id, version });
    return true;
  };
