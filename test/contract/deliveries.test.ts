import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOutboundDelivery } from '../../contracts/create-outbound-delivery.ts';
import { evidenceOf } from '../../lib/core/operation/evidence.ts';
import { bindWrite } from '../../lib/core/operation/write.ts';
import { isCreate } from '../../lib/core/tool.ts';
import { draftOf } from '../lib/core/operation/memory-operations.ts';
import { openMeter } from '../lib/core/resilience/memory-meter.ts';
import { carryOut, reference } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = createOutboundDelivery.examples;

interface Created {
  readonly document: { readonly id: string };
  readonly deliveries: readonly { readonly delivery: string }[];
}

describe.each(systems.slice(0, 1))('deliveries of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const call = (name: string, input: unknown, more = {}) => carryOut(system, name, input, more);
  let n = 0;
  const next = () => ({ reference: `LDEL${String(n++).padStart(8, '0')}` });
  const create = (input: object) => call('create_outbound_delivery', input, next()) as Promise<Created>;
  const reverse = ({ deliveries }: Created) =>
    call('reverse_outbound_delivery', { deliveries: deliveries.map(({ delivery }) => delivery), reason: 'A test' });
  const code = (work: Promise<unknown>) => work.then(JSON.stringify, (error: { code: string }) => error.code);
  const line = (number: string, value: string) => ({ line: number, quantity: { value, unit: 'C62' } });

  test('the example makes one delivery for each place that the lines leave from, all with the reference', async () => {
    const created = (await call('create_outbound_delivery', example)) as Created;
    expect(created).toMatchObject({
      status: 'released',
      order: '496',
      deliveries: [
        {
          shippingPoint: '1010',
          lines: [{ orderLine: '10', item: 'RM-6204', quantity: { value: '20', unit: 'C62' } }],
        },
        { shippingPoint: '1020', lines: [{ orderLine: '20', quantity: { value: '10', unit: 'C62' } }] },
      ],
      undelivered: [],
      deviations: [],
    });
    const tool = await system.tool('create_outbound_delivery');
    if (!isCreate(tool) || tool.lookup === 'none') throw new Error('It has no lookup.');
    const { organisation, readClient: client } = system;
    const context = { client, organisation, signal: AbortSignal.timeout(5_000), reference };
    expect(await tool.lookup.find({}, context)).toEqual(created.deliveries.map(({ delivery }) => delivery));
    await expect(call('get_sales_order', { order: '496' })).resolves.toMatchObject({ status: 'fulfilled' });
    expect(await code(create({ order: '496' }))).toBe('NOTHING_DUE');
    await expect(reverse(created)).resolves.toMatchObject({ status: 'cancelled' });
    await expect(call('get_sales_order', { order: '496' })).resolves.toMatchObject({ status: 'released' });
  });

  test('what is named is delivered, and what is left is told', async () => {
    const created = await create({ order: '496', lines: [line('10', '5')] });
    expect(created).toMatchObject({
      deliveries: [{ lines: [{ orderLine: '10', quantity: { value: '5' } }] }],
      undelivered: [
        { orderLine: '10', quantity: { value: '15' } },
        { orderLine: '20', quantity: { value: '10' } },
      ],
      deviations: [],
    });
    expect(await code(create({ order: '496', lines: [line('10', '16')] }))).toBe('NOTHING_DUE');
    await reverse(created);
  });

  test('what is blocked, not due, not there or not in stock is refused', async () => {
    expect(await code(create({ order: '1' }))).toBe('DELIVERY_BLOCKED');
    expect(await code(create({ order: '999999' }))).toBe('NOT_FOUND');
    expect(await code(create({ order: '495' }))).toBe('NOTHING_DUE');
    expect(await code(create({ order: '496', lines: [line('70', '1')] }))).toBe('NOT_FOUND');
    expect(await code(create({ order: '496', lines: [line('20', '61')] }))).toBe('INSUFFICIENT_STOCK');
  });

  test('two requests of one operation are a double effect, several deliveries of one are not', async () => {
    const tool = await system.tool('create_outbound_delivery');
    if (!isCreate(tool)) throw new Error('It creates nothing.');
    const { connector, organisation } = system;
    const ground = { connector, client: system.writeClient, meter: openMeter(), patience: 5_000 };
    const given = { order: '496', lines: [line('10', '5'), line('20', '5')], allowPartial: false };
    const more = next();
    const { document, deliveries } = (await call('create_outbound_delivery', given, more)) as Created;
    const draft = draftOf('o1', Date.now(), { input: JSON.stringify(given), organisation, ...more });
    const find = () => bindWrite(tool, ground).find(draft, AbortSignal.timeout(5_000));
    expect(await find()).toMatchObject({ state: 'applied', document: document.id });
    const asked = { ground, asked: Date.now(), signal: AbortSignal.timeout(5_000) };
    expect(await evidenceOf(tool, draft, asked)).toMatchObject({
      finding: 'found',
      documents: [{ document: document.id, isNamed: true, agrees: true }],
    });
    const again = (await call('create_outbound_delivery', given, more)) as Created;
    expect(await find()).toMatchObject({ state: 'review', reason: 'DUPLICATE_EFFECT', document: document.id });
    const doubled = again.deliveries.filter(({ delivery }) => !deliveries.some((each) => each.delivery === delivery));
    await reverse({ document, deliveries: doubled });
    expect(await find()).toMatchObject({ state: 'applied' });
    await reverse({ document, deliveries });
  });

  test('a batch that nobody has determined is told apart', async () => {
    await system.people('pick', { delivery: '80000002', batch: '' });
    expect(await code(call('post_goods_issue', { delivery: '80000002' }))).toBe('BATCH_MISSING');
    await system.people('unpick', { delivery: '80000002' });
  });

  test('the example takes a delivery back, again without harm; one that is picked stays', async () => {
    const input = { deliveries: ['80000002'], reason: 'A test' };
    const refused = call('reverse_outbound_delivery', { deliveries: ['80000002', '80000003'], reason: 'A test' });
    await expect(refused).rejects.toMatchObject({ code: 'DELIVERY_STARTED', applied: 'no' });
    await expect(call('get_delivery', { delivery: '80000002' })).resolves.toMatchObject({
      picking: 'not_started',
      lines: [{ order: '497', quantity: { value: '20', unit: 'C62' } }, { quantity: { value: '2', unit: 'LTR' } }],
    });
    await expect(call('reverse_outbound_delivery', input)).resolves.toMatchObject({ deliveries: ['80000002'] });
    expect(await code(call('get_delivery', { delivery: '80000002' }))).toBe('NOT_FOUND');
  });

  describe('goods issue', () => {
    let delivery: string;
    beforeEach(async () => {
      const created = await create({ order: '496', lines: [line('10', '1')] });
      delivery = created.document.id;
    });
    const post = (more = {}) => call('post_goods_issue', { delivery, ...more });

    test('of a picked delivery: the goods have left, and the stock says so', async () => {
      const stock = async () =>
        (await call('get_stock', { item: 'RM-6204', site: '1010' })) as { onHand: { value: string } };
      const before = Number((await stock()).onHand.value);
      await system.people('pick', { delivery });
      await expect(post({ expectedVersion: 'another' })).rejects.toMatchObject({ code: 'STALE_STATE' });
      const { version } = (await call('get_delivery', { delivery })) as { version: string };
      await expect(post({ expectedVersion: version })).resolves.toMatchObject({
        status: 'fulfilled',
        postedOn: expect.stringMatching(/^\d{4}-/),
      });
      expect(Number((await stock()).onHand.value)).toBe(before - 1);
      await expect(call('get_delivery', { delivery })).resolves.toMatchObject({
        goodsIssue: 'done',
        issuedOn: expect.any(String),
      });
    });

    test('is refused where it is not ours to post, or cannot be posted', async () => {
      expect(await code(post())).toBe('NOT_PICKED');
      await system.people('hand-over', { delivery });
      expect(await code(post())).toBe('WAREHOUSE_MANAGED');
      expect(await code(call('post_goods_issue', { delivery: '99999999' }))).toBe('NOT_FOUND');
    });

    test('is refused where the stock is gone, or the books are closed', async () => {
      await system.people('pick', { delivery });
      await system.people('scrap', { item: 'RM-6204', site: '1010', quantity: '1000' });
      expect(await code(post())).toBe('STOCK_DEFICIT');
      await system.people('scrap', { item: 'RM-6204', site: '1010', quantity: '-1000' });
      await system.people('close-books', {});
      expect(await code(post())).toBe('PERIOD_CLOSED');
      await system.people('close-books', { day: '2020-01-01' });
      await expect(post()).resolves.toMatchObject({ status: 'fulfilled' });
    });

    test('is taken back until it is billed', async () => {
      await system.people('pick', { delivery });
      await post();
      const back = { delivery, reversalDate: '2099-01-01', reason: 'A test' };
      await expect(call('reverse_goods_issue', back)).resolves.toMatchObject({ status: 'released' });
      await post();
      await system.people('bill', { delivery });
      expect(await code(call('reverse_goods_issue', back))).toBe('ALREADY_BILLED');
    });
  });

  test('the examples post a goods issue and take one back', async () => {
    await expect(call('post_goods_issue', { delivery: '80000003' })).resolves.toMatchObject({ status: 'fulfilled' });
    const { input } = (await system.tool('reverse_goods_issue')).contract.examples[0];
    await expect(call('reverse_goods_issue', input)).resolves.toMatchObject({ document: { id: '80000005' } });
  });
});
