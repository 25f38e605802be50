import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Connector } from '../../../../lib/core/connector.ts';
import { defineContract } from '../../../../lib/core/contract.ts';
import { evidenceOf, evidenceSchema } from '../../../../lib/core/operation/evidence.ts';
import { absentAfter, type Operation } from '../../../../lib/core/operation/operation.ts';
import type { Ground } from '../../../../lib/core/operation/write.ts';
import { byReference, byState, type CreateTool, implement, type UpdateTool } from '../../../../lib/core/tool.ts';
import { openMeter } from '../resilience/memory-meter.ts';
import { draftOf } from './memory-operations.ts';

const now = Date.parse('2026-06-01T08:00:00Z');
const amount = z.strictObject({ amount: z.string() });
const document = z.strictObject({ id: z.string() });
const example = [{ input: { amount: '1' }, output: { amount: '1', document: { id: '1' } } }] as const;
const common = { summary: 'A sample.', input: amount, errors: [] };

/** A system of two tables: orders with their references, and a price. */
function system() {
  const orders = new Map<string, { amount: string; reference: string }>();
  const state = { price: '10' };
  const create = implement(
    defineContract({
      ...{ ...common, name: 'create_order', effect: 'create', examples: example as never },
      output: z.looseObject({ amount: z.string(), document }),
      compare: (asked, actual) => ({ ours: asked.amount === actual.amount, deviations: [], exceeds: false }),
    }),
    {
      run: async () => '',
      read: async (id) => {
        const order = orders.get(id);
        return order && { amount: order.amount, document: { id } };
      },
      lookup: byReference(async (_, { reference }) =>
        [...orders].filter(([, order]) => order.reference === reference).map(([id]) => id),
      ),
    },
  ) as CreateTool;
  const update = implement(
    defineContract({
      ...{ ...common, name: 'update_price', effect: 'update', examples: example as never },
      output: z.looseObject({ price: z.string() }),
    }),
    {
      ...{ state: z.string(), documentOf: () => 'P1', read: async () => state.price },
      ...{ check: () => {}, run: async () => {} },
      output: (_, { after }) => ({ price: after }),
      lookup: byState(({ amount: asked }: z.output<typeof amount>, price: string) => asked === price),
    },
  ) as UpdateTool;
  return { orders, state, create, update };
}

const connector = { maxServerTime: 600_000, lookupLag: 5_000 } as Connector;

async function ask(
  tool: CreateTool | UpdateTool,
  given: { operation?: Partial<Operation>; asked?: number; document?: string; connector?: Partial<Connector> } = {},
) {
  const ground: Ground = {
    ...{ connector: { ...connector, ...given.connector }, client: {}, patience: 1_000 },
    meter: openMeter(),
  };
  const operation = draftOf('o1', now, { state: 'review', input: '{"amount":"5"}', ...given.operation });
  const asked = given.asked ?? absentAfter(operation.sendBy, { maxServerTime: 600_000, lookupLag: 5_000 });
  const evidence = await evidenceOf(tool, operation, {
    ...{ ground, asked, document: given.document, signal: AbortSignal.timeout(1_000) },
  });
  return evidenceSchema.parse(JSON.parse(JSON.stringify(evidence)));
}
const { reference } = draftOf('o1', now);

test('every document that carries the reference is shown, with what it contains', async () => {
  const { create, orders } = system();
  orders
    .set('A', { amount: '5', reference })
    .set('B', { amount: '6', reference })
    .set('C', { amount: '5', reference: 'x' });
  expect(await ask(create)).toMatchObject({
    finding: 'found',
    documents: [
      { document: 'A', exists: true, isNamed: true, agrees: true, output: { amount: '5' } },
      { document: 'B', exists: true, isNamed: true, agrees: false, output: { amount: '6' } },
    ],
  });
});

test('a document that somebody names is shown too, and is not ours for that', async () => {
  const { create, orders } = system();
  orders.set('C', { amount: '5', reference: 'another' });
  expect(await ask(create, { document: 'C' })).toMatchObject({
    finding: 'absent',
    documents: [{ document: 'C', exists: true, isNamed: false, agrees: true }],
  });
  expect(await ask(create, { document: 'D' })).toMatchObject({ documents: [{ document: 'D', exists: false }] });
});

test('an absence is one from when the system can no longer be working on it', async () => {
  const { create } = system();
  const provenFrom = absentAfter(draftOf('o1', now).sendBy, { maxServerTime: 600_000, lookupLag: 5_000 });
  expect(await ask(create, { asked: provenFrom - 1 })).toMatchObject({
    ...{ finding: 'unclear', reason: 'ABSENT_TOO_EARLY', provenFrom },
  });
  expect(await ask(create, { asked: provenFrom })).toMatchObject({ finding: 'absent', documents: [] });
  const { maxServerTime: _, ...silent } = connector;
  const never = await ask(create, { asked: provenFrom, connector: { ...silent, maxServerTime: undefined } as never });
  expect(never).toMatchObject({ finding: 'unclear', reason: 'ABSENCE_UNPROVABLE' });
});

test('a document that was confirmed once and is not there is no absence', async () => {
  const { create } = system();
  expect(await ask(create, { operation: { document: 'A' } })).toMatchObject({
    ...{ finding: 'unclear', reason: 'CONFIRMED_BUT_MISSING', documents: [{ document: 'A', exists: false }] },
  });
});

test('without a lookup nothing is proven', async () => {
  const { create } = system();
  expect(await ask({ ...create, lookup: 'none' })).toMatchObject({ finding: 'unclear', reason: 'NO_LOOKUP' });
});

test('of an update the document shows whether it is as intended, as before, or neither', async () => {
  const { update, state } = system();
  const before = { before: '"10"' };
  expect(await ask(update, { operation: before })).toMatchObject({ finding: 'absent', before: '10', now: '10' });
  state.price = '7';
  expect(await ask(update, { operation: before })).toMatchObject({ finding: 'unclear', reason: 'CHANGED_OTHERWISE' });
  state.price = '5';
  expect(await ask(update, { operation: before })).toMatchObject({
    ...{ finding: 'found', documents: [{ document: 'P1', isNamed: true, agrees: true, output: { price: '5' } }] },
  });
});

test('without a before-image only what is dead is known not to have changed the document', async () => {
  const { update } = system();
  expect(await ask(update)).toMatchObject({ finding: 'unclear', reason: 'NO_LOOKUP' });
  expect(await ask(update, { operation: { state: 'dead' } })).toMatchObject({ finding: 'absent' });
});
