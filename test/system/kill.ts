import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../explore/random.ts';
import { newKey, orderOf, type Product } from './stack.ts';

const minute = 60_000;
/** After this an absence counts: the budget of a call, the ERP's longest request, its lag, and a minute. */
const untilAbsenceCounts = 12 * minute;
/** The longest wait before a process is killed, in ms: most of what a call does lies within it. */
const longest = 160;

const functions = {
  tools: 'countersign-local-erp-write',
  replay: 'countersign-local-erp-replay',
  relay: 'countersign-local-relay',
} as const;
type Victim = keyof typeof functions | 'everything';

const faults = [
  { fault: 'commit-then-reset', times: 1, entity: 'A_PurchaseOrder' },
  { fault: 'commit-then-500', times: 1, entity: 'A_PurchaseOrder' },
  { fault: 'half-body', times: 1, entity: 'A_PurchaseOrder' },
  { fault: 'unavailable-503', times: 1, method: 'POST' },
  { fault: 'slow', ms: 60, times: 2 },
] as const;

/** What random kills came to. */
export interface Killed {
  /** How often a process of each kind was killed while it was there. */
  readonly kills: Readonly<Record<string, number>>;
  readonly asked: number;
  /** Effects of the ERP's ledger that came of it, and how many references they have. */
  readonly effects: number;
  readonly references: number;
  /** The latest answers about what is not done. */
  readonly others: readonly string[];
  /** Keys to which two different answers were given. */
  readonly contradictions: number;
}

/**
 * Orders while processes are killed (SIGKILL) at random moments, and asks once more for everything when that is over.
 * `dieAll` ends the whole product at once and starts it again on what it has left behind.
 */
export async function killAtRandom(
  product: Product,
  { seed, points, dieAll }: { readonly seed: number; readonly points: number; dieAll?(): Promise<void> },
): Promise<Killed> {
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const victims: readonly Victim[] = ['tools', 'tools', 'replay', 'relay', ...(dieAll ? ['everything' as const] : [])];
  const kills: Record<string, number> = {};
  const answers = new Map<string, Set<string>>();
  const latest = new Map<string, string>();
  const before = (await product.effects()).length;

  const order = async (key: string): Promise<number> => {
    const told = answers.get(key) ?? new Set<string>();
    answers.set(key, told);
    // A connection that broke off with the product told nothing.
    const answer = await product.call('create_purchase_order', orderOf(), { key }).catch(() => undefined);
    if (answer?.status === 200) told.add(answer.text);
    latest.set(key, `${answer?.status} ${answer?.text}`);
    return answer?.status ?? 0;
  };
  const kill = async (victim: Victim): Promise<void> => {
    if (victim === 'everything') await dieAll?.();
    else {
      const pid = await product.pidOf(functions[victim]);
      if (pid === 0) return;
      process.kill(pid, 'SIGKILL');
    }
    kills[victim] = (kills[victim] ?? 0) + 1;
  };
  const point = async (): Promise<void> => {
    const victim = pick(victims) ?? 'tools';
    const fault = pick(faults);
    if (victim === 'replay') await product.arm({ fault: 'unavailable-503', times: 2, method: 'POST' });
    else if (fault && random() < 0.6) await product.arm(fault);
    const calls = [newKey(), newKey()].map(order);
    if (victim === 'replay') {
      await Promise.all(calls);
      await product.disarm();
      await product.advance(minute);
    }
    await sleep(random() * longest);
    await kill(victim);
    await Promise.all(calls);
    await product.disarm();
  };
  for (let n = 0; n < points; n++) await point();

  let open = [...answers.keys()];
  for (let round = 0; round < 20 && open.length > 0; round++) {
    await product.advance(untilAbsenceCounts);
    await product.idle();
    const statuses = await Promise.all(open.map(order));
    open = open.filter((_, n) => statuses[n] !== 200);
    // The worker of the backlog is at it: another leap of time would cut it off.
    if (open.length > 0) await sleep(2_000);
  }
  const ledger = (await product.effects()).slice(before);
  return {
    ...{ kills, asked: answers.size, effects: ledger.length, others: open.map((key) => latest.get(key) ?? '') },
    references: new Set(ledger.map(({ reference }) => reference)).size,
    contradictions: [...answers.values()].filter((told) => told.size > 1).length,
  };
}
