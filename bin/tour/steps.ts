import { randomUUID } from 'node:crypto';
import { buyer, type Guide, inDays, reader, type Step } from './guide.ts';
import { amount, type Json, rows, text } from './json.ts';
import { outage } from './outage.ts';
import { sagas } from './sagas.ts';

/** What the tour shows, in its order. */
export const steps: readonly Step[] = [
  async ({ call, seen }) => {
    const { status, body } = await call(buyer, 'find_items', { query: 'bearing 6204' });
    const items = rows(body, 'items');
    seen.item = text(items.find((item) => text(item['item']) === 'RM-6204') ?? items[0], 'item');
    const lines = items.map((item) => `${text(item, 'item').padEnd(12)} ${text(item, 'description')}`);
    return { title: `${buyer} looks for "bearing 6204"`, lines, asExpected: status === 200 && seen.item !== '' };
  },
  async ({ call, seen }) => {
    const { status, body } = await call(buyer, 'find_suppliers', { item: seen.item });
    const suppliers = rows(body, 'suppliers');
    seen.supplier = text(
      suppliers.find((supplier) => text(supplier['supplier']) === '17300001') ?? suppliers[0],
      'supplier',
    );
    seen.other = text(suppliers.find((supplier) => text(supplier, 'supplier') !== seen.supplier) ?? {}, 'supplier');
    const lines = suppliers.map((supplier) => `${text(supplier, 'supplier').padEnd(12)} ${text(supplier, 'name')}`);
    return { title: `asks who supplies ${seen.item}`, lines, asExpected: status === 200 && seen.supplier !== '' };
  },
  async ({ call, seen }) => {
    const { status, body } = await call(buyer, 'get_stock', { item: seen.item });
    const lines = [
      `on hand ${amount(body['onHand'])}`,
      ...(body['available'] ? [`available ${amount(body['available'])}`] : []),
    ];
    return { title: `reads the stock of ${seen.item}`, lines, asExpected: status === 200 };
  },
  async ({ call, seen }) => {
    const { status, body } = await call(buyer, 'find_open_supply', { item: seen.item, site: '1010' });
    const supplies = rows(body, 'entries');
    const lines = supplies.map(
      (each) =>
        `${text(each, 'kind').padEnd(20)} ${text(each, 'document')}  ${amount(each['open'])}, due ${text(each, 'date')}`,
    );
    return { title: 'checks what is already on its way', lines, asExpected: status === 200 };
  },
  async ({ call, seen }) => {
    const { status, body } = await call(buyer, 'get_purchase_history', { item: seen.item });
    const lines = rows(body, 'entries').map(
      (each) => `${text(each, 'orderDate')}  ${text(each, 'order')}  ${amount(each['ordered'])}`,
    );
    return { title: 'reads the last five orders', lines, asExpected: status === 200 && lines.length <= 5 };
  },
  async ({ call }) => {
    const { status, body } = await call(buyer, 'find_order_exceptions', { kinds: ['late', 'delivery_block'] });
    const lines = rows(body, 'exceptions').map(
      (each) => `${text(each, 'kind').padEnd(16)} sales order ${text(each, 'order')}, due ${text(each, 'dueDate')}`,
    );
    return { title: `finds ${text(body, 'total')} sales orders in trouble`, lines, asExpected: status === 200 };
  },
  async (guide) => {
    const { status, replayed, body } = await guide.call(
      buyer,
      'create_purchase_order',
      orderOf(guide, '200'),
      guide.intents.order,
    );
    guide.seen.references.push(text(body, 'reference'));
    return {
      title: 'creates a purchase order',
      lines: [`${status} order ${documentOf(body)}, ${netOf(body)}, our reference ${text(body, 'reference')}`],
      asExpected: status === 200 && !replayed,
    };
  },
  async (guide) => {
    const { status, replayed, body } = await guide.call(
      buyer,
      'create_purchase_order',
      orderOf(guide, '200'),
      guide.intents.order,
    );
    const same = text(body, 'reference') === guide.seen.references[0];
    return {
      title: 'sends the very same call again',
      lines: [`${status} order ${documentOf(body)} ${replayed ? '(replay: nothing was sent to the ERP)' : ''}`],
      asExpected: status === 200 && replayed && same,
    };
  },
  async (guide) => {
    const { status, body } = await guide.call(
      buyer,
      'create_purchase_order',
      orderOf(guide, '300'),
      guide.intents.order,
    );
    return {
      title: 'sends it again with another amount',
      lines: [problemLine(status, body)],
      asExpected: status === 422 && body['code'] === 'IDEMPOTENCY_KEY_REUSED',
    };
  },
  async (guide) => {
    const { status, body } = await guide.call(buyer, 'create_purchase_order', orderOf(guide, '200'), randomUUID());
    return {
      title: 'plans the same need anew, with another key',
      lines: [problemLine(status, body)],
      asExpected: status === 409 && body['code'] === 'POSSIBLE_DUPLICATE',
    };
  },
  async (guide) => {
    const { status, body } = await guide.call(reader, 'create_purchase_order', orderOf(guide, '200'), randomUUID());
    return {
      title: `${reader}, which has no grant for it, tries the same`,
      lines: [problemLine(status, body)],
      asExpected: status === 403,
    };
  },
  async (guide) => {
    const entity = 'A_PurchaseOrder';
    await guide.arm({ fault: 'commit-then-reset', times: 1, entity });
    await guide.arm({ fault: 'unavailable-503', times: 1, entity, method: 'GET' });
    const { status, body } = await guide.call(
      buyer,
      'create_purchase_order',
      orderOf(guide, '50'),
      guide.intents.dropped,
    );
    return {
      title: 'the ERP commits an order, drops the connection, and is gone for a moment',
      lines: [`${status} ${text(body, 'state')}: ${text(body, 'nextAction')}`],
      asExpected: status === 202 && body['state'] === 'unknown',
    };
  },
  async (guide) => {
    const { status, body } = await guide.call(
      buyer,
      'create_purchase_order',
      orderOf(guide, '50'),
      guide.intents.dropped,
    );
    guide.seen.references.push(text(body, 'reference'));
    return {
      title: 'the agent retries with the same key',
      lines: [
        `${status} order ${documentOf(body)}: found in the ERP by reference ${text(body, 'reference')}, not made again`,
      ],
      asExpected: status === 200,
    };
  },
  async (guide) => {
    const { status, body } = await guide.call(
      buyer,
      'create_purchase_order',
      // From another supplier: what is ordered from one within a day adds up, also over several tours.
      { ...orderOf(guide, '6000'), supplier: guide.seen.other },
      guide.intents.large,
    );
    guide.seen.operationId = text(body, 'operationId');
    return {
      title: 'orders for more than it may without a person',
      lines: [`${status} ${text(body, 'state')}: ${text(body, 'nextAction')}`],
      asExpected: status === 202 && body['state'] === 'awaiting_approval',
    };
  },
  async (guide) => {
    const heading = await guide.approve('anna');
    const body = await guide.settled(guide.seen.operationId);
    guide.seen.references.push(text(body, 'reference'));
    return {
      title: 'anna opens the mail, signs in with her authenticator, looks, and approves',
      lines: [heading, `order ${text(body, 'document')} is in the ERP`],
      asExpected: body['state'] === 'applied' && heading !== '',
    };
  },
  ...outage,
  ...sagas,
  async ({ ledger, seen }) => {
    const made = (await ledger()).slice(seen.before);
    const orders = made.filter((entry) => text(entry, 'entity') === 'A_PurchaseOrder');
    const lines = orders.map(
      (entry) =>
        `${text(entry, 'action')} ${text(entry, 'entity')} ${text(entry, 'key')}  reference ${text(entry, 'reference')}`,
    );
    const creates = made.filter((entry) => text(entry, 'action') === 'create');
    const references = creates.map((entry) => text(entry, 'reference'));
    // What sagas made is there too, once each, and what was undone of it.
    const once = new Set(references).size === references.length;
    const all = seen.references.every((reference) => references.includes(reference));
    const others = creates.length - orders.filter((entry) => creates.includes(entry)).length;
    return {
      title: "the ERP's own ledger: one document per operation",
      lines: [...lines, `and ${others} requisitions, reservations and vendors`],
      asExpected: once && all,
    };
  },
];

const orderOf = ({ seen }: Guide, pieces: string) => ({
  supplier: seen.supplier,
  currency: 'EUR',
  lines: [
    {
      item: seen.item,
      quantity: { value: pieces, unit: 'C62' },
      unitPrice: { amount: '45.00', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
      deliveryDate: inDays(21, seen),
      site: '1010',
    },
  ],
});

const documentOf = (body: Json): string => text(body['document'], 'number');
const netOf = (body: Json): string => `${text(body['amounts'], 'net')} ${text(body['amounts'], 'currency')}`;
const problemLine = (status: number, body: Json): string => `${status} ${text(body, 'code')}: ${text(body, 'detail')}`;
