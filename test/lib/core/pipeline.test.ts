import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Configuration, WriteGrant } from '../../../lib/core/config.ts';
import { defineContract } from '../../../lib/core/contract.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { JournalEntry } from '../../../lib/core/journal.ts';
import { attempt, settle } from '../../../lib/core/operation/attempt.ts';
import { recover } from '../../../lib/core/operation/recover.ts';
import { callTool, type Once } from '../../../lib/core/pipeline.ts';
import type { Claim } from '../../../lib/core/policy/claims.ts';
import { catalogueOf, toolEntry } from '../../../lib/core/system.ts';
import { byReference, implement } from '../../../lib/core/tool.ts';
import { connector } from './model-connector.ts';
import { memoryOperations } from './operation/memory-operations.ts';
import { memoryContents } from './policy/memory-contents.ts';
import { memoryPots } from './policy/memory-pots.ts';
import { memoryTotals } from './policy/memory-totals.ts';
import { openMeter } from './resilience/memory-meter.ts';

const hours = 3_600_000;

const orderPens = defineContract({
  name: 'order_pens',
  effect: 'create',
  summary: 'Orders pens.',
  input: z.strictObject({ pens: z.int(), by: z.iso.date(), notDuplicateOf: z.string().optional() }),
  output: z.strictObject({
    document: z.strictObject({ id: z.string(), number: z.string() }),
    status: z.string(),
    version: z.string(),
    deviations: z.array(z.unknown()),
    reference: z.string(),
  }),
  errors: ['DATE_IN_PAST'],
  examples: [
    {
      input: { pens: 1, by: '2026-06-01' },
      output: { document: { id: '1', number: '1' }, status: 'released', version: 'v', deviations: [], reference: 'T' },
    },
  ],
  amountOf: ({ pens }) => ({ amount: String(pens), currency: 'EUR' }),
  counterpartyOf: () => 'supplier of pens',
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  businessKey: ({ pens, by }) => `${pens} pens by ${by}`,
  takesFrom: () => 'stock of pens',
  validate: ({ by }, { today }) => {
    if (by < today) throw new CountersignError('DATE_IN_PAST', `${by} lies before ${today}.`);
  },
  compare: () => ({ ours: true, deviations: [], exceeds: false }),
});

/** A company that orders pens, on 1 June at eight in the morning. `stock`: pens that there are, where a call claims what it takes. */
function company({ withinHours = 0, stock = -1 } = {}) {
  const { operations, state, items } = memoryOperations();
  const { pots } = memoryPots(operations);
  const shop = { orders: new Map<string, string>(), answers: true, opens: true };
  const claims = async ({ pens }: { pens: number }): Promise<readonly Claim[]> => [
    { pot: 'pens', amount: String(pens), left: String(stock - 10 * shop.orders.size), refusal: 'INSUFFICIENT_STOCK' },
  ];
  const tool = implement(orderPens, {
    ...(stock >= 0 && { claims }),
    run: async (_, { reference, permit }) => {
      await permit();
      if (!shop.opens) throw new CountersignError('DOCUMENT_LOCKED', 'somebody is at work');
      shop.orders.set(reference, reference);
      if (!shop.answers) throw new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' });
      return reference;
    },
    read: async (id) => (shop.answers ? { document: { id, number: id }, status: 'released', version: 'v' } : undefined),
    lookup: byReference(async (_, { reference }) =>
      shop.answers ? [...shop.orders.keys()].filter((each) => each === reference) : [],
    ),
  });
  const grants: { erp: { write: { order_pens: WriteGrant } } } = {
    erp: { write: { order_pens: { level: 'auto', limit: { amount: '100', currency: 'EUR' } } } },
  };
  const organisation: { default: Record<string, string> } = { default: { group: '001' } };
  const configuration: Configuration = {
    timeZone: 'UTC',
    possibleDuplicates: { withinHours },
    operators: {},
    agents: { buyer: { role: 'role/buyer', grants } },
    approvers: { anna: { name: 'Anna', email: 'anna@example.com' } },
    approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
    systems: {
      erp: {
        kind: 'model',
        isaLevel: 4,
        origins: {},
        settings: {},
        organisation,
        tools: [toolEntry(orderPens, async () => ({ default: tool }))],
        load: async () => connector,
      },
    },
  };
  const journal: JournalEntry[] = [];
  const { totals } = memoryTotals();
  const contents = memoryContents();
  const once: Once = async (draft, write, held) => {
    const { won, operation } = await operations.open(draft);
    const outcome = await held;
    if (won && outcome) return { operation: await settle(operations, { operation, outcome }), replayed: false };
    if (won)
      return { operation: await settle(operations, await attempt(operations, write, operation)), replayed: false };
    if (operation.digest !== draft.digest) throw new CountersignError('IDEMPOTENCY_KEY_REUSED', 'other content');
    const resend = draft.approval === undefined || operation.approval !== undefined;
    return { operation: await recover(operations, write, operation, { resend }), replayed: true };
  };
  const order = async (input: object, key = 'k') => {
    const answer = await callTool(
      {
        principal: { account: '111122223333', role: 'buyer' },
        tool: 'erp_order_pens',
        keys: [key],
        body: JSON.stringify(input),
        traceId: 't',
      },
      {
        stage: 'test',
        account: '111122223333',
        configuration,
        catalogue: new Map(catalogueOf(configuration.systems).map((entry) => [entry.id, entry])),
        ground: async () => ({ connector, client: undefined, meter: openMeter(), patience: 15_000, pots }),
        operations,
        journal: { append: async (entry) => void journal.push(entry) },
        once,
        isBusy: async () => false,
        totals,
        contents,
      },
    );
    return { status: answer.status, replayed: answer.headers['idempotent-replayed'], body: JSON.parse(answer.body) };
  };
  return { order, shop, state, items, journal, grants, organisation, totals };
}

const today = { pens: 10, by: '2026-06-01' };

test('a retry after midnight gets the stored answer, though its date has passed by now', async () => {
  const { order, shop, state } = company();
  const first = await order(today);
  state.now += 24 * hours;
  expect(await order(today)).toEqual({ ...first, replayed: 'true' });
  expect((await order(today, 'another')).body).toMatchObject({ code: 'DATE_IN_PAST', applied: 'no' });
  expect(shop.orders.size).toBe(1);
});

test('a retry after midnight of what is unknown is looked up, and sends nothing', async () => {
  const { order, shop, state } = company();
  shop.answers = false;
  expect((await order(today)).body).toMatchObject({ state: 'unknown' });
  state.now += 24 * hours;
  shop.answers = true;
  expect(await order(today)).toMatchObject({ status: 200, body: { status: 'released' } });
  expect(shop.orders.size).toBe(1);
});

test('what surely had no effect and is forbidden by now is refused, not sent', async () => {
  const { order, shop, state } = company();
  shop.opens = false;
  expect((await order(today)).body).toMatchObject({ code: 'DOCUMENT_LOCKED', applied: 'no' });
  state.now += 24 * hours;
  shop.opens = true;
  expect((await order(today)).body).toMatchObject({ code: 'DATE_IN_PAST', applied: 'no' });
  expect(shop.orders.size).toBe(0);
});

test('a limit that was lowered meanwhile does not deny what was done under the old one', async () => {
  const { order, grants, journal } = company();
  const first = await order(today);
  grants.erp.write.order_pens = { level: 'auto', limit: { amount: '5', currency: 'EUR' } };
  expect(await order(today)).toEqual({ ...first, replayed: 'true' });
  expect(journal).toEqual([]);
  expect((await order({ ...today, pens: 11 })).body).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect(journal).toMatchObject([{ type: 'call.denied', reason: 'LIMIT_EXCEEDED' }]);
});

test('a deploy that changed the organisation meanwhile makes no other content of a retry', async () => {
  const { order, shop, organisation, state } = company();
  const first = await order(today);
  shop.answers = false;
  expect((await order(today, 'lost')).body).toMatchObject({ state: 'unknown' });
  organisation.default = { group: '002' };
  state.now += hours;
  shop.answers = true;
  expect(await order(today)).toEqual({ ...first, replayed: 'true' });
  expect(await order(today, 'lost')).toMatchObject({ status: 200 });
  expect((await order({ ...today, pens: 11 })).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(shop.orders.size).toBe(2);
});

test('what surely had no effect is not sent with the organisation of another day', async () => {
  const { order, shop, organisation } = company();
  shop.opens = false;
  await order(today);
  shop.opens = true;
  organisation.default = { group: '002' };
  expect((await order(today)).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', applied: 'no' });
  expect(shop.orders.size).toBe(0);
});

const aboveFifteen: WriteGrant = {
  level: 'approve',
  approval: [{ above: '15', need: 1, of: ['anna'], within: 72 }],
};

test('of ten orders at once, each below the limit, one goes without approval', async () => {
  const { order, shop, grants } = company();
  grants.erp.write.order_pens = aboveFifteen;
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => order(today, `k${n}`)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(202)]);
  expect(shop.orders.size).toBe(1);
});

test('what came later takes nothing from a retry: it is sent as it was allowed, and counts once', async () => {
  const { order, shop, grants, state } = company();
  grants.erp.write.order_pens = aboveFifteen;
  shop.opens = false;
  expect((await order(today, 'first')).body).toMatchObject({ code: 'DOCUMENT_LOCKED' });
  expect((await order(today, 'second')).body).toMatchObject({ state: 'awaiting_approval' });
  shop.opens = true;
  const first = await order(today, 'first');
  expect([first.status, await order(today, 'first'), shop.orders.size]).toEqual([200, first, 1]);
  expect((await order(today, 'second')).body).toMatchObject({ state: 'awaiting_approval' });
  state.now += 24 * hours;
  expect(await order({ pens: 15, by: '2026-06-02' }, 'next-day')).toMatchObject({ status: 200 });
});

test('where the sum cannot be told, nothing is sent; what was done before is still answered', async () => {
  const { order, shop, grants, totals } = company();
  grants.erp.write.order_pens = aboveFifteen;
  const first = await order(today);
  totals.add = async () => {
    throw new CountersignError('STORE_UNAVAILABLE', 'gone');
  };
  expect(await order(today, 'another')).toMatchObject({ status: 503, body: { applied: 'no' } });
  expect(await order(today)).toEqual({ ...first, replayed: 'true' });
  expect(shop.orders.size).toBe(1);
});

test('the same content under another key is refused before anything is sent, and stays refused under that key', async () => {
  const { order, shop } = company({ withinHours: 24 });
  expect((await order(today)).status).toBe(200);
  const second = await order(today, 'another');
  expect([second.status, second.body]).toMatchObject([409, { code: 'POSSIBLE_DUPLICATE', applied: 'no' }]);
  expect((await order(today, 'another')).body).toEqual(second.body);
  expect((await order({ ...today, pens: 11 }, 'third')).status).toBe(200);
  expect(shop.orders.size).toBe(2);
});

test('that it is no duplicate a person has to say, and where nobody may, nobody does', async () => {
  const { order, shop, grants } = company({ withinHours: 24 });
  expect((await order(today)).status).toBe(200);
  const { notDuplicateOf } = (await order(today, 'another')).body;
  const again = { ...today, notDuplicateOf };
  expect((await order(again, 'k2')).body).toMatchObject({ code: 'NOT_GRANTED' });
  grants.erp.write.order_pens = { level: 'approve', approval: [{ above: '50', need: 1, of: ['anna'], within: 24 }] };
  expect((await order(again, 'k3')).body).toMatchObject({ state: 'awaiting_approval' });
  expect(shop.orders.size).toBe(1);
});

test('a call that takes from a pot names it in its record, claims before it is sent, and is still a possible duplicate', async () => {
  const { order, shop, items } = company({ withinHours: 24, stock: 25 });
  expect(await order(today)).toMatchObject({ status: 200 });
  const [first] = items.values();
  expect(first).toMatchObject({ takesFrom: 'stock of pens', state: 'applied', attempts: 1 });
  expect(await order(today, 'another')).toMatchObject({ status: 409, body: { code: 'POSSIBLE_DUPLICATE' } });
  const all = await Promise.all(['2', '3', '4'].map((day) => order({ pens: 10, by: `2026-06-0${day}` }, day)));
  expect(all.map(({ status, body }) => body.code ?? status)).toEqual([200, 'INSUFFICIENT_STOCK', 'INSUFFICIENT_STOCK']);
  expect(shop.orders.size).toBe(2);
});
