import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPurchaseRequisition } from '../../contracts/create-purchase-requisition.ts';
import { isCreate } from '../../lib/core/tool.ts';
import { carryOut, reference } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = createPurchaseRequisition.examples;

describe.each(systems.slice(0, 1))('purchase requisitions of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const call = (name: string, input: unknown) => carryOut(system, name, input);

  test('the example asks for the items once, and its reference finds the document', async () => {
    const [line] = example.lines;
    const lines = [line, { ...line, quantity: { value: '5', unit: 'C62' } }];
    const created = (await call('create_purchase_requisition', { ...example, lines })) as { document: { id: string } };
    expect(created).toMatchObject({
      status: 'in_approval',
      erpRelease: { state: 'pending' },
      lines: [{ line: '10', quantity: { value: '60', unit: 'C62' } }, { line: '20' }],
      deviations: [],
    });
    const tool = await system.tool('create_purchase_requisition');
    if (!isCreate(tool) || tool.lookup === 'none') throw new Error('It has no lookup.');
    const { organisation, readClient: client } = system;
    const context = { client, organisation, signal: AbortSignal.timeout(5_000), reference };
    expect(await tool.lookup.find({}, context)).toEqual([created.document.id]);
  });

  test('a requisition of many lines is read back in the order of their numbers', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => ({
      ...example.lines[0],
      quantity: { value: String(n + 1), unit: 'C62' },
    }));
    const created = (await call('create_purchase_requisition', { lines })) as {
      lines: { quantity: { value: string } }[];
      deviations: unknown[];
    };
    expect(created.deviations).toEqual([]);
    expect(created.lines.map(({ quantity }) => Number(quantity.value))).toEqual(lines.map((_, n) => n + 1));
  });

  test('refusals have a code', async () => {
    const create = (fields: object) =>
      call('create_purchase_requisition', { lines: [{ ...example.lines[0], ...fields }] });
    await expect(create({ item: 'NO-SUCH' })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND', applied: 'no' });
    await expect(create({ item: 'RM-7210' })).rejects.toMatchObject({ code: 'ITEM_NOT_PURCHASABLE', applied: 'no' });
    await expect(create({ site: '9999' })).rejects.toMatchObject({ code: 'SITE_NOT_FOUND', applied: 'no' });
  });

  test('the example closes a line: nothing more is open for it', async () => {
    const { examples } = (await system.tool('close_purchase_requisition')).contract;
    const { entries } = (await call('find_open_supply', { item: 'RM-6204', limit: 50 })) as {
      entries: { document: string; version?: string }[];
    };
    const version = entries.find(({ document }) => document === '10000001')?.version;
    await expect(
      call('close_purchase_requisition', { ...(examples[0].input as object), expectedVersion: 'another' }),
    ).rejects.toMatchObject({ code: 'STALE_STATE' });
    await expect(
      call('close_purchase_requisition', { ...(examples[0].input as object), expectedVersion: version }),
    ).resolves.toMatchObject({ status: 'closed', requested: { value: '60', unit: 'C62' }, ordered: { value: '0' } });
    const after = (await call('find_open_supply', { item: 'RM-6204', limit: 50 })) as typeof entries extends infer E
      ? { entries: E }
      : never;
    expect(after.entries.map(({ document }) => document)).not.toContain('10000001');
  });

  test('a line that does not exist is not found', async () => {
    const close = call('close_purchase_requisition', { requisition: '10000001', line: '90', reason: 'A test' });
    await expect(close).rejects.toMatchObject({ code: 'NOT_FOUND', applied: 'no' });
  });
});
