import { expect, test } from 'vitest';
import * as z from 'zod';
import { cancelPurchaseOrder } from '../../../../contracts/cancel-purchase-order.ts';
import { createPurchaseOrder } from '../../../../contracts/create-purchase-order.ts';
import { amendAccount, openOf } from '../../../../lib/core/budget-account.ts';
import type { Configuration, WriteGrant } from '../../../../lib/core/config.ts';
import type { Connector } from '../../../../lib/core/connector.ts';
import { CountersignError, type ErrorCode } from '../../../../lib/core/errors.ts';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import { recover } from '../../../../lib/core/operation/recover.ts';
import { callTool, type Once } from '../../../../lib/core/pipeline.ts';
import { catalogueOf, toolEntry } from '../../../../lib/core/system.ts';
import { byReference, byState, implement } from '../../../../lib/core/tool.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { memoryOperations } from '../operation/memory-operations.ts';
import { openMeter } from '../resilience/memory-meter.ts';
import { memoryContents } from './memory-contents.ts';
import { memoryTotals } from './memory-totals.ts';

const account = 'cost_center.4711.2026';
const allocation = `${account}.T00000000001`;
const today = '2026-06-01';
const [{ input: example, output }] = createPurchaseOrder.examples;
const [{ output: cancellation }] = cancelPurchaseOrder.examples;
const [line] = example.lines;
/** An order of so many EUR. */
const order = (euros: number, more: object = {}) => ({
  ...{ supplier: example.supplier, currency: 'EUR', budgetAllocation: allocation },
  lines: [
    { ...line, quantity: { value: String(euros), unit: 'C62' }, unitPrice: { ...line?.unitPrice, amount: '10' } },
  ],
  ...more,
});

const connector: Connector = {
  ...{ kind: 'model', secret: z.unknown(), rotation: 'manual', maxServerTime: 600_000, lookupLag: 5_000 },
  ...{ limits: { perSecond: 50, concurrent: 20 }, reference: { field: 'reference', maxLength: 12 } },
  ...{ canonicalId: (_, id) => id, connect: () => undefined, check: async () => [], ping: async () => {} },
  mapError: (cause) => new CountersignError('INTERNAL', 'failed', { cause }),
};

/** A company that has allocated 1,000.00 EUR. `refuses`: the code with which its ERP refuses the next order. */
async function company(grant: WriteGrant = { level: 'auto' }) {
  const { operations } = memoryOperations();
  const { ledger } = memoryLedger();
  const shop = { refuses: undefined as ErrorCode | undefined, orders: new Map<string, boolean>() };
  const create = implement(createPurchaseOrder, {
    run: async (_, { reference, permit }) => {
      await permit();
      if (shop.refuses) throw new CountersignError(shop.refuses, 'as told');
      shop.orders.set(reference, true);
      return reference;
    },
    read: async (id, { lines, currency }) => ({
      ...{ ...output, document: { id, number: id }, lines: lines.map((each, n) => ({ ...each, line: String(n) })) },
      amounts: { net: String(lines[0]?.quantity.value ?? 0), currency, source: 'erp' as const },
    }),
    lookup: byReference(async (_, { reference }) => (shop.orders.has(reference) ? [reference] : [])),
  });
  const cancel = implement(cancelPurchaseOrder, {
    state: z.boolean(),
    documentOf: ({ order: id }) => id,
    read: async ({ order: id }) => shop.orders.get(id) ?? false,
    check: () => undefined,
    run: async ({ order: id }, { permit }) => {
      await permit();
      shop.orders.set(id, false);
    },
    output: ({ order: id }) => ({ ...cancellation, document: { id, number: id } }),
    lookup: byState((_, isThere: boolean) => !isThere),
  });
  const grants = {
    erp: { write: { create_purchase_order: grant, cancel_purchase_order: { level: 'auto' } } },
  } as const;
  const system = { kind: 'model', isaLevel: 4, settings: {}, organisation: { default: {} } } as const;
  const configuration: Configuration = {
    ...{ timeZone: 'UTC', operators: {}, agents: { buyer: { role: 'role/buyer', grants } } },
    approvers: { anna: { name: 'Anna', email: 'anna@example.com' } },
    approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
    systems: {
      erp: {
        ...{ ...system, origins: {}, load: async () => connector },
        tools: [
          toolEntry(createPurchaseOrder, async () => ({ default: create })),
          toolEntry(cancelPurchaseOrder, async () => ({ default: cancel })),
        ],
      },
    },
  };
  const once: Once = async (draft, write, held) => {
    const { won, operation } = await operations.open(draft);
    const outcome = await held;
    if (won && outcome) return { operation: await settle(operations, { operation, outcome }), replayed: false };
    if (won)
      return { operation: await settle(operations, await attempt(operations, write, operation)), replayed: false };
    if (operation.digest !== draft.digest) throw new CountersignError('IDEMPOTENCY_KEY_REUSED', 'other content');
    return { operation: await recover(operations, write, operation, { resend: true }), replayed: true };
  };
  await amendAccount(ledger, account, (seen) => ({
    ...seen,
    allocations: ['T00000000001', 'T00000000002'].map((reference) => ({
      ...{ id: `${account}.${reference}`, amount: '1000.00', currency: 'EUR', purpose: 'steel', used: [] },
    })),
  }));
  const call = async (tool: string, input: object, key: string) => {
    const answer = await callTool(
      {
        principal: { account: '111122223333', role: 'buyer' },
        ...{ tool: `erp_${tool}`, keys: [key], body: JSON.stringify(input), traceId: 't' },
      },
      {
        ...{ stage: 'test', account: '111122223333', configuration, operations, once, ledger },
        catalogue: new Map(catalogueOf(configuration.systems).map((entry) => [entry.id, entry])),
        ground: async () => ({ connector, client: undefined, meter: openMeter(), patience: 15_000 }) as never,
        journal: { append: async () => {} },
        isBusy: async () => false,
        ...{ totals: memoryTotals().totals, contents: memoryContents() },
      } as never,
    );
    return JSON.parse(answer.body) as { code?: string; state?: string; document?: { id: string } };
  };
  const buy = (euros: number, key: string, more?: object) => call('create_purchase_order', order(euros, more), key);
  /** What is left of both allocations. */
  const open = async () => {
    const { allocations } = await amendAccount(ledger, account, (seen) => seen);
    return allocations.map((each) => openOf(each, today).toNumber());
  };
  return { buy, call, open, shop };
}
const other = { budgetAllocation: `${account}.T00000000002` };

test('an order that the ERP refuses gives back what it took, and its answer is the same without taking it again', async () => {
  const { buy, open, shop } = await company();
  shop.refuses = 'SUPPLIER_BLOCKED';
  expect((await buy(900, 'k')).code).toBe('SUPPLIER_BLOCKED');
  expect(await open()).toEqual([1000, 1000]);
  expect((await buy(900, 'k')).code).toBe('SUPPLIER_BLOCKED');
  expect(await open()).toEqual([1000, 1000]);
});

test('an order that is not covered is not sent, nor covered when its key comes again', async () => {
  const { buy, open, shop } = await company();
  await buy(600, 'first');
  expect((await buy(500, 'second')).code).toBe('BUDGET_EXCEEDED');
  expect([shop.orders.size, await open()]).toEqual([1, [400, 1000]]);
  expect((await buy(500, 'second', other)).code).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await open()).toEqual([400, 1000]);
});

test('what may be sent again takes what it needs again', async () => {
  const { buy, open, shop } = await company();
  shop.refuses = 'DOCUMENT_LOCKED';
  expect((await buy(900, 'k')).code).toBe('DOCUMENT_LOCKED');
  expect(await open()).toEqual([1000, 1000]);
  shop.refuses = undefined;
  expect((await buy(900, 'k')).document).toBeDefined();
  expect(await open()).toEqual([100, 1000]);
});

test('a cancelled order has given back what it used, and its own answer, asked for again, takes nothing', async () => {
  const { buy, call, open } = await company();
  const { document } = await buy(900, 'k');
  expect(await open()).toEqual([100, 1000]);
  await call('cancel_purchase_order', { order: document?.id, reason: 'a test' }, 'c');
  expect(await open()).toEqual([1000, 1000]);
  await buy(900, 'k');
  expect(await open()).toEqual([1000, 1000]);
});

test('nobody is asked about what is not covered; what waits for people holds what it needs', async () => {
  const approval = [{ above: '100', need: 1, of: ['anna'], within: 72 }];
  const { buy, open } = await company({ level: 'approve', approval });
  expect((await buy(900, 'waits')).state).toBe('awaiting_approval');
  expect(await open()).toEqual([100, 1000]);
  expect((await buy(200, 'uncovered')).code).toBe('BUDGET_EXCEEDED');
  expect((await buy(900, 'waits')).state).toBe('awaiting_approval');
  expect(await open()).toEqual([100, 1000]);
});

test('of two lines with allocations of their own, one that is not covered leaves the other as it was', async () => {
  const { buy, open } = await company();
  await buy(900, 'first');
  const [one] = order(500).lines;
  const lines = [{ ...one, ...other }, one];
  expect((await buy(0, 'k', { lines })).code).toBe('BUDGET_EXCEEDED');
  expect(await open()).toEqual([100, 1000]);
});
