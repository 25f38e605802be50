import { expect, test } from 'vitest';
import * as z from 'zod';
import { budget } from '../../../connectors/budget/budget.ts';
import type { BudgetOptions } from '../../../connectors/budget/options.ts';
import { allocateBudget } from '../../../contracts/allocate-budget.ts';
import { attempt, settle } from '../../../lib/core/operation/attempt.ts';
import { recover } from '../../../lib/core/operation/recover.ts';
import { bindWrite } from '../../../lib/core/operation/write.ts';
import { claimAllocations } from '../../../lib/core/policy/allocations.ts';
import { isRead } from '../../../lib/core/tool.ts';
import { carryOut } from '../../contract/carry-out.ts';
import { memoryLedger } from '../../lib/core/memory-ledger.ts';
import { draftOf, memoryOperations } from '../../lib/core/operation/memory-operations.ts';
import { openMeter } from '../../lib/core/resilience/memory-meter.ts';

const cost = { kind: 'cost_center', id: '4711', currency: 'EUR' } as const;
const options: BudgetOptions = {
  budgets: [
    { ...cost, fiscalYear: 2025, amount: '10.00' },
    { ...cost, fiscalYear: 2026, amount: '1000.00' },
    { ...cost, fiscalYear: 2027, amount: '2000.00' },
    { ...cost, id: '4712', fiscalYear: 2025, amount: '10.00' },
    { kind: 'project', id: 'P-1', fiscalYear: 2026, amount: '1000000', currency: 'JPY', lastDay: '2026-03-31' },
  ],
};

const answer = z.looseObject({ allocation: z.string().default(''), version: z.string() });

/** A system of budgets over a ledger in memory, on 1 June 2026. */
async function books() {
  const { ledger, records, state } = memoryLedger();
  const { operations, state: time } = memoryOperations();
  const system = budget(options);
  const connector = await system.load();
  const client = connector.connect({
    ...{ settings: system.settings, origins: {}, ledger, now: () => time.now },
    secret: () => Promise.reject(new Error('there is none')),
    transport: () => Promise.reject(new Error('there is nothing to speak to')),
  });
  const tool = async (name: string) => {
    const entry = system.tools.find(({ contract }) => contract.name === name);
    if (!entry) throw new Error(`no tool ${name}`);
    return entry.load();
  };
  const connected = { ...{ connector, organisation: {}, readClient: client, writeClient: client, tool } } as never;
  let calls = 0;
  const call = async (name: string, input: unknown, reference = `L${String(++calls).padStart(11, '0')}`) =>
    answer.parse(await carryOut(connected, name, input, { reference }));
  const codeOf = (name: string, input: unknown) =>
    call(name, input).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  const allocate = (amount: string, more: object = {}) =>
    call('allocate_budget', { ...asked, amount: { amount, currency: 'EUR' }, ...more });
  const use = (allocation: string, amount: string) =>
    claimAllocations({
      ...{ ledger, operations, operationId: `o${++calls}`, at: time.now, today: '2026-06-01' },
      uses: [{ allocation, part: '0', amount, currency: 'EUR' }],
    }).refused;
  return { call, codeOf, allocate, use, records, state, time, operations, connector, client, tool };
}

const [{ input: asked }] = allocateBudget.examples;
const release = (allocation: string, more: object = {}) => ({ allocation, reason: 'a test', ...more });

test('an allocation is taken from the budget of the open year and told of, exact to the cent', async () => {
  const { allocate, call } = await books();
  expect(await allocate('0.10')).toMatchObject({
    allocation: 'cost_center.4711.2026.L00000000001',
    allocated: { amount: '0.10', currency: 'EUR' },
    availableAfter: { amount: '999.90', currency: 'EUR' },
    keptBy: 'countersign',
  });
  await allocate('0.20');
  expect(await call('get_budget', { budget: asked.budget })).toMatchObject({
    ...{ limit: '1000.00', allocated: '0.30', consumed: '0.00', available: '999.70', fiscalYear: 'open', total: 2 },
    allocations: [{ allocated: '0.20' }, { allocated: '0.10', open: '0.10', released: false }],
  });
});

test('what a budget does not hold is refused with what is available', async () => {
  const { allocate } = await books();
  await allocate('600');
  await expect(allocate('400.01')).rejects.toMatchObject({
    code: 'BUDGET_EXCEEDED',
    facts: { available: { amount: '400.00', currency: 'EUR' } },
  });
  await allocate('400');
});

test('of many allocations at the same moment no more are made than fit', async () => {
  const { allocate, call } = await books();
  const all = await Promise.allSettled(Array.from({ length: 15 }, () => allocate('100')));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(await call('get_budget', { budget: asked.budget })).toMatchObject({ available: '0.00' });
});

test('the same operation allocates once, however often it is sent', async () => {
  const { allocate, call } = await books();
  const input = { ...asked, amount: { amount: '900', currency: 'EUR' } };
  const first = await call('allocate_budget', input, 'L0000000000A');
  expect(await call('allocate_budget', input, 'L0000000000A')).toEqual(first);
  await allocate('100');
});

test('budgets that are not there, years that have ended, and other currencies are refused by name', async () => {
  const { codeOf } = await books();
  const code = (budget: object, more: object = {}) => codeOf('allocate_budget', { ...asked, budget, ...more });
  expect(await code({ kind: 'cost_center', id: '9999' })).toBe('BUDGET_NOT_FOUND');
  expect(await code({ kind: 'fund', id: '4711' })).toBe('BUDGET_NOT_FOUND');
  expect(await code({ kind: 'cost_center', id: '4711', fiscalYear: 2025 })).toBe('FISCAL_YEAR_CLOSED');
  expect(await code({ kind: 'cost_center', id: '4712' })).toBe('FISCAL_YEAR_CLOSED');
  expect(await code({ kind: 'project', id: 'P-1' })).toBe('FISCAL_YEAR_CLOSED');
  expect(await code({ kind: 'cost_center', id: '4711' }, { amount: { amount: '1', currency: 'USD' } })).toBe(
    'CURRENCY_NOT_ALLOWED',
  );
  expect(await codeOf('get_budget', { budget: { kind: 'fund', id: '4711' } })).toBe('BUDGET_NOT_FOUND');
});

test('the next year may be named before it begins', async () => {
  const { allocate } = await books();
  const budget = { kind: 'cost_center', id: '4711', fiscalYear: 2027 };
  expect(await allocate('1500', { budget })).toMatchObject({ availableAfter: { amount: '500.00' } });
});

test('a release gives back what is open, and never what an order has used', async () => {
  const { allocate, use, call } = await books();
  const { allocation } = await allocate('1000');
  expect(await use(allocation, '300')).toBeUndefined();
  expect(await call('release_budget', release(allocation))).toMatchObject({
    released: { amount: '700.00', currency: 'EUR' },
    consumed: { amount: '300.00', currency: 'EUR' },
    status: 'closed',
  });
  expect(await call('get_budget', { budget: asked.budget })).toMatchObject({ available: '700.00', consumed: '300.00' });
  expect(await use(allocation, '0.01')).toMatchObject({ code: 'BUDGET_EXCEEDED' });
});

test('what is used up, unknown or changed since is not released', async () => {
  const { allocate, use, codeOf } = await books();
  const { allocation, version } = await allocate('500');
  await use(allocation, '100');
  expect(await codeOf('release_budget', release(allocation, { expectedVersion: version }))).toBe('STALE_STATE');
  await use(allocation, '400');
  expect(await codeOf('release_budget', release(allocation))).toBe('ALLOCATION_CONSUMED');
  expect(await codeOf('release_budget', release('cost_center.4711.2026.L0000000000Z'))).toBe('NOT_FOUND');
  expect(await codeOf('release_budget', release('fund.4711.2026.L0000000000Z'))).toBe('BUDGET_NOT_FOUND');
});

test('what nobody used until its last day is available again the day after', async () => {
  const { allocate, use, call, time } = await books();
  const { allocation } = await allocate('1000', { expiresOn: '2026-06-02' });
  await use(allocation, '250');
  time.now += 2 * 86_400_000;
  expect(await allocate('750')).toMatchObject({ availableAfter: { amount: '0.00' } });
  expect(await call('get_budget', { budget: asked.budget })).toMatchObject({ consumed: '250.00' });
});

test('a budget whose record is full is refused by name, and still gives back', async () => {
  const { allocate, codeOf, records } = await books();
  const { allocation } = await allocate('1');
  const account = records.get('cost_center.4711.2026') as { allocations: object[] } & { id: string; version: number };
  const many = Array.from({ length: 1300 }, (_, n) => ({
    ...account.allocations[0],
    id: `x${n}`,
    amount: '0.00',
    purpose: 'p'.repeat(180),
  }));
  records.set(account.id, { ...account, allocations: [...account.allocations, ...many] } as never);
  expect(await codeOf('allocate_budget', { ...asked, amount: { amount: '1', currency: 'EUR' } })).toBe(
    'UNSUPPORTED_BY_SYSTEM',
  );
  expect(await codeOf('release_budget', release(allocation))).toBe('done');
});

test.each([
  'allocate_budget',
  'release_budget',
])('a ledger that loses an answer of %s: one effect, found by looking', async (name) => {
  const { allocate, state, operations, connector, client, tool, records, time } = await books();
  const { allocation } = await allocate('900');
  const input = name === 'release_budget' ? release(allocation) : asked;
  const bound = await tool(name);
  if (isRead(bound)) throw new Error('a read');
  const write = bindWrite(bound, { connector, client, meter: openMeter(), patience: 1000 });
  const begin = write.needsBefore ? { state: 'accepted' as const, attempts: 0 } : {};
  const parsed = JSON.stringify(
    bound.contract.input.parse({
      ...input,
      ...(name === 'allocate_budget' && { amount: { amount: '90', currency: 'EUR' } }),
    }),
  );
  const draft = draftOf('lost', time.now, { input: parsed, reference: 'LLLLLLLLLLLL', ...begin });
  const { operation } = await operations.open(draft);
  state.losing = 1;
  const first = await settle(operations, await attempt(operations, write, operation));
  const last = first.state === 'unknown' ? await recover(operations, write, first, { resend: true }) : first;
  expect(last.state).toBe('applied');
  const { version } = records.get('cost_center.4711.2026') ?? {};
  expect(version).toBe(2);
});

test('a check says how each budget stands', async () => {
  const { allocate, connector, client } = await books();
  await allocate('900');
  const findings = await connector.check(client, AbortSignal.timeout(1000));
  expect(findings).toContainEqual({
    what: 'budget cost_center.4711.2026',
    ok: true,
    detail: '900 of 1000.00 EUR allocated, 1 allocations open',
  });
});

test('a wrong limit is refused where it is written', () => {
  const wrong = { ...cost, fiscalYear: 2026, amount: '10.001' };
  expect(() => budget({ budgets: [wrong] })).toThrow('budget.budgets.0.amount');
  expect(() => budget({ budgets: [] })).toThrow('budget.budgets');
  expect(() => budget({ budgets: [{ ...wrong, amount: '10', id: 'a.b' }] })).toThrow('budget.budgets.0.id');
});
