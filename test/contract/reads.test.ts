import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryOut } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const reads = [
  'find_items',
  'find_suppliers',
  'get_item',
  'get_supplier',
  'get_stock',
  'find_open_supply',
  'get_purchase_order',
  'get_purchase_history',
  'get_sales_order',
  'get_invoice',
  'get_delivery',
  'find_order_exceptions',
];

describe.each(systems)('reads of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const read = (name: string, input: unknown) => carryOut(system, name, input);

  test.each(reads)('%s answers every example, in the shape of its contract', async (name) => {
    const { contract } = await system.tool(name);
    for (const { input } of contract.examples) await expect(read(name, input)).resolves.toBeDefined();
  });

  test('an item is found by its words, whatever their case, and pages follow each other', async () => {
    const first = await read('find_items', { query: 'BEARING deep', limit: 3 });
    expect(first).toMatchObject({ items: [{}, {}, {}], nextCursor: expect.any(String) });
    const { nextCursor, items } = first as { nextCursor: string; items: { item: string }[] };
    const second = await read('find_items', { query: 'BEARING deep', limit: 3, cursor: nextCursor });
    expect(second).not.toMatchObject({ items: [{ item: items[0]?.item }] });
    await expect(read('find_items', { query: 'RM-6204' })).resolves.toMatchObject({ items: [{ item: 'RM-6204' }] });
  });

  test('a cursor that no tool answered is refused', async () => {
    await expect(read('find_items', { query: 'bearing', cursor: 'x' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  test('quotes, slashes and percent signs in a search are one value, not syntax', async () => {
    for (const query of ["O'Brien", "x') or (1 eq 1", 'a/b', '100%', 'ä&$filter=1'])
      await expect(read('find_items', { query })).resolves.toMatchObject({ total: 0 });
    await expect(read('get_item', { item: "A'/../B" })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  });

  test('suppliers of an item come with price and lead time', async () => {
    await expect(read('find_suppliers', { item: 'RM-6204' })).resolves.toMatchObject({
      suppliers: [
        {
          supplier: '17300001',
          blocked: false,
          offer: { price: { amount: '45', currency: 'EUR', per: { quantity: '10', unit: 'C62' } }, leadTimeDays: 10 },
        },
        {},
        {},
        { supplier: '17300019', blocked: true },
      ],
    });
  });

  test('what does not exist is told apart', async () => {
    const code = (name: string, input: unknown) => read(name, input).catch((error: { code: string }) => error.code);
    expect(await code('get_item', { item: 'NO-SUCH' })).toBe('ITEM_NOT_FOUND');
    expect(await code('get_stock', { item: 'NO-SUCH' })).toBe('ITEM_NOT_FOUND');
    expect(await code('get_stock', { item: 'RM-6204', site: '9999' })).toBe('SITE_NOT_FOUND');
    expect(await code('find_open_supply', { item: 'NO-SUCH' })).toBe('ITEM_NOT_FOUND');
    expect(await code('get_purchase_history', { item: 'NO-SUCH' })).toBe('ITEM_NOT_FOUND');
    expect(await code('get_supplier', { supplier: '99999999' })).toBe('NOT_FOUND');
    expect(await code('get_supplier', { taxId: 'DE000000000', country: 'DE' })).toBe('NOT_FOUND');
    expect(await code('get_purchase_order', { order: '4599999999' })).toBe('NOT_FOUND');
    expect(await code('get_sales_order', { order: '999999' })).toBe('NOT_FOUND');
  });

  test('stock tells what is usable and what is not', async () => {
    await expect(read('get_stock', { item: 'RM-6204', site: '1010' })).resolves.toMatchObject({
      rows: [
        { stockType: 'unrestricted', quantity: { value: '140', unit: 'C62' } },
        { stockType: 'quality', quantity: { value: '12', unit: 'C62' } },
        { stockType: 'blocked', quantity: { value: '3', unit: 'C62' } },
      ],
      onHand: { value: '140', unit: 'C62' },
      reserved: { value: '25', unit: 'C62' },
    });
    await expect(read('get_stock', { item: 'RM-6204', site: '1010', stockTypes: ['quality'] })).resolves.toMatchObject({
      rows: [{ stockType: 'quality' }],
      onHand: { value: '140', unit: 'C62' },
    });
  });

  test('open supply counts orders less receipts, requisitions and reservations', async () => {
    const { totals, entries } = (await read('find_open_supply', { item: 'RM-6204', site: '1010', limit: 50 })) as {
      totals: Record<string, { value: string }>;
      entries: { kind: string; document: string; open: { value: string } }[];
    };
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: 'purchase_order', document: '4500000001', open: { value: '80', unit: 'C62' } }),
    );
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'purchase_requisition', document: '10000001' }));
    expect(totals['reserved']).toEqual({ value: '25', unit: 'C62' });
  });

  test('a purchase order shows what was received of it', async () => {
    await expect(read('get_purchase_order', { order: '4500000001' })).resolves.toMatchObject({
      net: '900.00',
      status: 'partly_fulfilled',
      lines: [{ line: '10', received: { value: '120', unit: 'C62' }, invoiced: { value: '0', unit: 'C62' } }],
    });
  });

  test('history is newest first, by supplier, and leaves out what was cancelled', async () => {
    const { entries } = (await read('get_purchase_history', { item: 'RM-6204', supplier: '17300001', limit: 50 })) as {
      entries: { order: string; supplier: string; cancelled: boolean }[];
    };
    expect(entries.map(({ order }) => order)).toEqual(
      entries
        .map(({ order }) => order)
        .toSorted()
        .reverse(),
    );
    expect(entries.every(({ supplier, cancelled }) => supplier === '17300001' && !cancelled)).toBe(true);
    expect(entries.at(-1)).toMatchObject({ order: '4500000001', received: { value: '120' }, daysLate: 2 });
  });

  test('tax ids are masked, and a supplier is found by one', async () => {
    const supplier = (await read('get_supplier', { supplier: '17300001' })) as { taxIds: { value: string }[] };
    expect(supplier.taxIds[0]?.value).toMatch(/^\*+.{3}$/);
  });

  test('exceptions are the latest first and count all that match', async () => {
    const found = (await read('find_order_exceptions', {
      kinds: ['late', 'credit_block', 'rejected_lines'],
      limit: 10,
    })) as {
      exceptions: { kind: string; daysLate: number }[];
      total: number;
    };
    const days = found.exceptions.map(({ daysLate }) => daysLate);
    expect(days).toEqual(days.toSorted((a, b) => b - a));
    expect(found.total).toBeGreaterThan(10);
    const blocks = await read('find_order_exceptions', { kinds: ['delivery_block'], limit: 50, customer: '10100001' });
    expect(blocks).toMatchObject({
      exceptions: expect.arrayContaining([expect.objectContaining({ order: '1', cause: '01' })]),
    });
  });
});
