import { expect, test } from 'vitest';
import { cancelPurchaseOrder } from '../../../../contracts/cancel-purchase-order.ts';
import { createPurchaseOrder } from '../../../../contracts/create-purchase-order.ts';
import { amendAccount, usedOf } from '../../../../lib/core/budget-account.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { claimAllocations } from '../../../../lib/core/policy/allocations.ts';
import { followAllocations } from '../../../../lib/core/policy/follow-allocations.ts';
import { seededRandom } from '../../../../lib/simulation/random.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { draftOf, memoryOperations } from '../operation/memory-operations.ts';

const account = 'cost_center.4711.2026';
const allocation = `${account}.T00000000001`;
const [{ input: example, output }] = createPurchaseOrder.examples;
const input = JSON.stringify({ ...example, budgetAllocation: allocation });
const result = JSON.stringify(output);
const whole = JSON.stringify({ cancelledLines: ['10'], remainingLines: [] });

/** What becomes of an order of 900.00 EUR. */
const fates = ['applied', 'cancelled', 'refused', 'waits', 'dies', 'asked twice', 'reviewed'] as const;

/** Some orders on one allocation, with everything that follows from them in any order, twice and late. Answers what is used, and what should be. */
async function run(seed: number) {
  const random = seededRandom(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const { ledger } = memoryLedger();
  const { operations, state, items } = memoryOperations();
  await amendAccount(ledger, account, (seen) => ({
    ...seen,
    allocations: [{ id: allocation, amount: '3600', currency: 'EUR', purpose: 'steel', used: [] }],
  }));
  const claim = (operationId: string) =>
    claimAllocations({
      ...{ ledger, operations, operationId, at: state.now, today: '2026-06-01' },
      uses: [{ allocation, part: '0', amount: '900', currency: 'EUR' }],
    }).refused;
  const late: (() => Promise<void>)[] = [];
  const follow = (operation: Operation, relayed: boolean, contract: Contract = createPurchaseOrder as never) =>
    followAllocations(operation, { ledger, contract, now: state.now, relayed });
  let held = 0;
  const order = async (id: string): Promise<void> => {
    const fate = pick(fates);
    const refused = await claim(id);
    if (fate === 'dies') return;
    const base = draftOf(id, state.now, { input, document: `4500${id}` });
    const ends = (change: Partial<Operation>) => {
      const operation = { ...base, ...change };
      items.set(id, operation);
      late.push(() => follow(operation, true));
      return random() < 0.5 ? follow(operation, false) : undefined;
    };
    if (refused || fate === 'refused') return ends({ state: 'not_applied', document: undefined });
    if (fate !== 'cancelled') held += 900;
    if (fate === 'waits') return void items.set(id, { ...base, state: 'awaiting_approval' });
    if (fate === 'asked twice') await claim(id);
    await ends({ state: fate === 'reviewed' ? 'review' : 'applied', result });
    if (fate !== 'cancelled') return;
    const cancel = { ...base, id: `cancel ${id}`, state: 'applied' as const, result: whole };
    late.push(() => follow(cancel, true, cancelPurchaseOrder as never));
    if (random() < 0.5) await follow(cancel, false, cancelPurchaseOrder as never);
  };
  const names = Array.from({ length: 8 }, (_, n) => String(n));
  await Promise.all(names.map(order));
  const again = [...late, ...late].toSorted(() => random() - 0.5);
  await Promise.all(again.map((each) => each()));
  // Who died before there was a record is found out by the next one who needs the rest.
  state.now += 61_000;
  const places: string[] = [];
  for (let n = 0; n < 5; n++) {
    const refused = await claim(`last ${n}`);
    items.set(`last ${n}`, draftOf(`last ${n}`, state.now, { state: 'attempted' }));
    if (!refused) places.push(`last ${n}`);
  }
  const { allocations } = await amendAccount(ledger, account, (seen) => seen);
  const used = allocations.reduce((sum, each) => sum + usedOf(each).toNumber(), 0);
  return { used, held: held + 900 * places.length };
}

test.each(
  Array.from({ length: 60 }, (_, n) => n),
)('whatever becomes of orders, and in whatever order it is followed, an allocation is used by those that are there: seed %i', async (seed) => {
  const { used, held } = await run(seed);
  expect(used).toBe(held);
  expect(used).toBe(3600);
});
