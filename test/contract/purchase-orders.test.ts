import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { isCreate } from '../../lib/core/tool.ts';
import { carryOut, reference } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = createPurchaseOrder.examples;
const [line] = example.lines;

/** The example with other fields in its only line. */
const withLine = (fields: object) => ({ ...example, expectedTotal: undefined, lines: [{ ...line, ...fields }] });

interface Order {
  readonly version: string;
  readonly net: string;
  readonly lines: readonly { readonly line: string; readonly unitPrice: object; readonly cancelled: boolean }[];
}

describe.each(systems)('purchase orders of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const call = (name: string, input: unknown, options = {}) => carryOut(system, name, input, options);
  const order = async (id: string) => (await call('get_purchase_order', { order: id })) as Order;
  const codeOf = (outcome: Promise<unknown>) =>
    outcome.then(
      () => 'no error',
      (error: { code: string; applied: string }) => `${error.code}, applied ${error.applied}`,
    );
  const find = async (marker: string, readClient: unknown = system.readClient) => {
    const { lookup } = await system.tool('create_purchase_order').then((tool) => {
      if (!isCreate(tool)) throw new Error('It does not create.');
      return tool;
    });
    if (lookup === 'none') throw new Error('It has no lookup.');
    const context = { client: readClient, organisation: system.organisation, signal: AbortSignal.timeout(5_000) };
    return lookup.find(createPurchaseOrder.input.parse(example), { ...context, reference: marker });
  };

  test('the example creates one order with what was asked for, and its reference finds it', async () => {
    const created = (await call('create_purchase_order', example)) as { document: { id: string } };
    expect(created).toMatchObject({
      status: 'released',
      amounts: { net: '900.00', currency: 'EUR' },
      lines: [{ line: '10', quantity: { value: '200', unit: 'C62' }, deliveryDate: '2099-03-15' }],
      sentToSupplier: 'no',
      deviations: [],
    });
    expect(await find(reference)).toEqual([created.document.id]);
    expect(await find('LN0SUCHREF01')).toEqual([]);
    expect(await system.ledger()).toMatchObject([{ action: 'create', reference }]);
  });

  test('every document with the reference is found, a cancelled one too', async () => {
    const options = { reference: 'LTW1CE000001' };
    const first = (await call('create_purchase_order', example, options)) as { document: { id: string } };
    const second = (await call('create_purchase_order', example, options)) as { document: { id: string } };
    await call('cancel_purchase_order', { order: first.document.id, reason: 'A test' });
    expect((await find(options.reference)).toSorted()).toEqual([first.document.id, second.document.id]);
  });

  test('an order is found although the field of the reference was configured otherwise since', async () => {
    const options = { reference: 'LF1E1D000001' };
    const { document } = (await call('create_purchase_order', example, options)) as { document: { id: string } };
    const client = system.readClient as { settings: object };
    const settings = { ...client.settings, referenceField: 'CorrespncExternalReference' };
    expect(await find(options.reference, { ...client, settings })).toEqual([document.id]);
  });

  test('a price below a cent is kept exactly, per more units', async () => {
    const unitPrice = { amount: '0.0123', currency: 'EUR', per: { quantity: '1', unit: 'C62' } };
    await expect(call('create_purchase_order', withLine({ unitPrice }))).resolves.toMatchObject({
      amounts: { net: '2.46' },
      lines: [{ unitPrice: { amount: '1.23', per: { quantity: '100' } } }],
      deviations: [],
    });
  });

  test('what the system cannot keep is refused before anything is sent', async () => {
    const before = (await system.ledger()).length;
    const price = (amount: string) => ({ unitPrice: { amount, currency: 'EUR', per: { quantity: '1', unit: 'C62' } } });
    const create = (fields: object) => codeOf(call('create_purchase_order', withLine(fields)));
    expect(await create(price('0.0000001'))).not.toBe('no error');
    expect(await create(price('0.000001'))).toBe('no error');
    expect(await create(price('1234567890.5'))).toBe('PRICE_NOT_REPRESENTABLE, applied no');
    expect(await create({ quantity: { value: '0.0001', unit: 'C62' } })).toBe('INPUT_INVALID, applied no');
    expect(await create({ quantity: { value: '1', unit: 'XBX' } })).toBe('UNIT_UNKNOWN, applied no');
    expect((await system.ledger()).length).toBe(before + 1);
  });

  test('an order of many lines is read back line by line, in the order of their numbers', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => ({
      ...line,
      item: n % 2 ? 'RM-6204' : 'RM-6205',
      quantity: { value: String(n + 1), unit: 'C62' },
    }));
    const created = (await call('create_purchase_order', { ...example, expectedTotal: undefined, lines })) as {
      lines: { quantity: { value: string } }[];
      deviations: unknown[];
    };
    expect(created.deviations).toEqual([]);
    expect(created.lines.map(({ quantity }) => Number(quantity.value))).toEqual(lines.map((_, n) => n + 1));
  });

  test('a note and a requester go along', async () => {
    const asked = { ...example, note: 'Please deliver to gate 4 – "north"', requester: 'MEIER' };
    await expect(call('create_purchase_order', asked)).resolves.toMatchObject({ deviations: [] });
  });

  test.each([
    ['17300010', 'EL-6010', 'JPY', '11532', 'C62', '115320'],
    ['17300011', 'PK-1006', 'KWD', '41.469', 'C62', '414.690'],
  ])('supplier %s is paid for %s in %s, with the digits of the currency', async (supplier, item, currency, amount, unit, net) => {
    const priced = {
      ...line,
      item,
      quantity: { value: '10', unit },
      unitPrice: { amount, currency, per: { quantity: '1', unit } },
    };
    const created = call('create_purchase_order', { supplier, currency, lines: [priced] });
    await expect(created).resolves.toMatchObject({ amounts: { net, currency }, deviations: [] });
  });

  test('an order for a requisition takes its demand', async () => {
    const requisition = { requisition: '10000001', line: '10' };
    const quantity = { value: '60', unit: 'C62' };
    await call('create_purchase_order', withLine({ requisition, quantity }));
    await expect(call('find_open_supply', { item: 'RM-6204', limit: 50 })).resolves.not.toMatchObject({
      entries: expect.arrayContaining([expect.objectContaining({ document: '10000001' })]),
    });
  });

  test('business refusals have a code and surely no effect', async () => {
    const before = (await system.ledger()).length;
    const create = (fields: object) => codeOf(call('create_purchase_order', { ...example, ...fields }));
    expect(await create({ supplier: '17300019' })).toBe('SUPPLIER_BLOCKED, applied no');
    expect(await create({ supplier: '17300021' })).toBe('SUPPLIER_BLOCKED, applied no');
    expect(await create({ supplier: '99999999' })).toBe('NOT_FOUND, applied no');
    expect(await create(withLine({ item: 'RM-7210' }))).toBe('ITEM_NOT_PURCHASABLE, applied no');
    expect(await create(withLine({ item: 'NO-SUCH' }))).toBe('ITEM_NOT_FOUND, applied no');
    expect(await create(withLine({ site: '9999' }))).toBe('SITE_NOT_FOUND, applied no');
    expect((await system.ledger()).length).toBe(before);
  });

  test('a price that the system changed is a deviation', async () => {
    await system.fault({ fault: 'reprice', times: 1 });
    await expect(call('create_purchase_order', example)).resolves.toMatchObject({
      amounts: { net: '990.00' },
      deviations: [{ path: 'lines.0.unitPrice', requested: '4.5', actual: '4.95' }, { path: 'amounts.net' }],
    });
  });

  test('a document that a user has open is locked, surely without effect', async () => {
    await system.fault({ fault: 'document-locked', times: 1 });
    const outcome = codeOf(call('cancel_purchase_order', { order: '4500000290', reason: 'A test' }));
    expect(await outcome).toBe('DOCUMENT_LOCKED, applied no');
  });

  test('a new price is taken, the old one is told, and the version changes', async () => {
    const before = await order('4500000284');
    const { examples } = (await system.tool('update_purchase_order_price')).contract;
    const changed = (await call('update_purchase_order_price', examples[0].input)) as { version: string };
    expect(changed).toMatchObject({
      unitPrice: { amount: '18.1' },
      before: { unitPrice: { amount: '18.35' } },
      amounts: { net: '2179.80' },
      erpReleaseReset: false,
    });
    expect((await order('4500000284')).version).toBe(changed.version);
    expect(changed.version).not.toBe(before.version);
  });

  test('a change on a version that is no longer current is refused with the current values', async () => {
    const { version } = await order('4500000281');
    const price = (amount: string, expectedVersion: string) =>
      call('update_purchase_order_price', {
        order: '4500000281',
        line: '10',
        unitPrice: { amount, currency: 'EUR', per: { quantity: '1', unit: 'LTR' } },
        reason: 'A test',
        expectedVersion,
      });
    await price('5.40', version);
    await expect(price('5.30', version)).rejects.toMatchObject({
      code: 'STALE_STATE',
      facts: { current: { unitPrice: { amount: '5.4' } } },
    });
    const cancel = call('cancel_purchase_order', { order: '4500000281', reason: 'A test', expectedVersion: version });
    expect(await codeOf(cancel)).toBe('STALE_STATE, applied no');
  });

  test('the price of a line that was received, cancelled or is in another currency or unit stays', async () => {
    const change = (fields: object) =>
      codeOf(
        call('update_purchase_order_price', {
          order: '4500000001',
          line: '10',
          unitPrice: { amount: '1', currency: 'EUR', per: { quantity: '1', unit: 'C62' } },
          reason: 'A test',
          ...fields,
        }),
      );
    expect(await change({})).toBe('GOODS_RECEIVED, applied no');
    expect(await change({ line: '90' })).toBe('NOT_FOUND, applied no');
    expect(await change({ order: '4500000294' })).toBe('CURRENCY_NOT_ALLOWED, applied no');
    expect(await change({ order: '4500000290' })).toBe('UNIT_UNKNOWN, applied no');
  });

  test('a line is cancelled, then the whole order; both stay readable', async () => {
    const cancel = (fields: object) =>
      call('cancel_purchase_order', { order: '4500000279', reason: 'A test', ...fields });
    await expect(cancel({ lines: ['20'] })).resolves.toMatchObject({
      cancelledLines: ['20'],
      remainingLines: ['10'],
      supplierMustBeTold: true,
    });
    expect((await order('4500000279')).lines.map(({ cancelled }) => cancelled)).toEqual([false, true]);
    await expect(cancel({})).resolves.toMatchObject({ status: 'cancelled', remainingLines: [] });
    expect((await order('4500000279')).net).toBe('0.00');
  });

  test('the first example of cancelling works; an order with receipts and half an order do not', async () => {
    const { examples } = (await system.tool('cancel_purchase_order')).contract;
    const cancel = (fields: object) => codeOf(call('cancel_purchase_order', { reason: 'A test', ...fields }));
    expect(await codeOf(call('cancel_purchase_order', examples[0].input))).toBe('no error');
    expect(await cancel({ order: '4500000001' })).toBe('PURCHASE_ORDER_RECEIVED, applied no');
    expect(await cancel({ order: '4500000294', lines: ['10', '20'] })).toBe('UNSUPPORTED_BY_SYSTEM, applied no');
    expect(await cancel({ order: '4500000294', lines: ['90'] })).toBe('NOT_FOUND, applied no');
    expect(await cancel({ order: '4599999999' })).toBe('NOT_FOUND, applied no');
  });
});
