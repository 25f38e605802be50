import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockVendor } from '../../contracts/block-vendor.ts';
import { createVendor } from '../../contracts/create-vendor.ts';
import { isCreate } from '../../lib/core/tool.ts';
import { carryOut, reference } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = createVendor.examples;

describe.each(systems.slice(0, 1))('vendors of %s', (_, start) => {
  let system: Connected;
  let created: ReturnType<typeof createVendor.output.parse>;
  beforeAll(async () => {
    system = await start();
    created = await create();
  });
  afterAll(() => system.close());
  const create = async (fields: object = {}, options: { reference?: string } = {}) =>
    createVendor.output.parse(await carryOut(system, 'create_vendor', { ...example, ...fields }, options));
  const other = { name: 'Another Name AG', taxIds: [] };
  const block = async (input: object) =>
    blockVendor.output.parse(await carryOut(system, 'block_vendor', { reason: 'a test', ...input }));
  const supplier = (id: string) => carryOut(system, 'get_supplier', { supplier: id });

  test('the example can be ordered from and cannot be paid; its reference finds it', async () => {
    expect(created).toMatchObject({
      ...{ document: { id: '1000000001' }, status: 'released', supplier: '17300025', country: 'DE', deviations: [] },
      ...{ taxIds: [{ type: 'DE0', value: '********980' }], paymentTerms: 'NT30', currency: 'EUR' },
      blocks: { purchasing: 'open', posting: 'open', payment: 'blocked' },
    });
    expect(await supplier('17300025')).toMatchObject({
      ...{ name: 'Sollberg Precision GmbH', paymentTerms: 'NT30', orderCurrency: 'EUR' },
      status: { purchasing: 'open', payment: 'blocked' },
    });
    const tool = await system.tool('create_vendor');
    if (!isCreate(tool) || tool.lookup === 'none') throw new Error('It has no lookup.');
    const { organisation, readClient: client } = system;
    const call = { client, organisation, signal: AbortSignal.timeout(5_000), reference };
    expect(await tool.lookup.find(example, call)).toEqual([created.document.id]);
  });

  test.each([
    ['the same tax id under another name', { name: 'Quite Different Ltd' }, 'DUPLICATE_TAX_ID', '17300025'],
    [
      'the same name in another spelling',
      { name: 'SOLLBERG - Precision mbH', taxIds: [] },
      'POSSIBLE_DUPLICATE_NAME',
      '17300025',
    ],
  ])('%s: nothing is made of one that exists, and it is named', async (_what, fields, code, existing) => {
    const before = (await system.ledger()).length;
    await expect(create(fields)).rejects.toMatchObject({ code, applied: 'no', facts: { supplier: existing } });
    expect(await system.ledger()).toHaveLength(before);
  });

  test.each([
    [{ ...other, paymentTerms: '2K14' }, 'INVALID_PAYMENT_TERMS', 'the configuration'],
    [{ ...other, vendorType: 'service' }, 'REFUSED_BY_SYSTEM', 'the system, which has no such grouping'],
    [{ ...other, paymentTerms: 'XX99' }, 'INVALID_PAYMENT_TERMS', 'the system'],
    [
      { ...other, address: { ...example.address, country: 'XX' }, taxIds: [{ type: 'vat', value: '123' }] },
      'INVALID_TAX_ID',
      'the system',
    ],
  ])('%o is refused: %s by %s', async (fields: object, code, _who) => {
    await expect(create(fields)).rejects.toMatchObject({ code, applied: 'no' });
  });

  test('the same name somewhere else is somebody else, and a long name keeps its words', async () => {
    const name = 'Sollberg Precision and Measurement Instruments Handelsgesellschaft mbH';
    const address = { ...example.address, postalCode: '80331', city: 'Munich' };
    const long = await create({ name, address, taxIds: [{ type: 'vat', value: 'DE123123123' }] });
    expect(long).toMatchObject({ name, deviations: [] });
  });

  test('what undoes it blocks everything, and a block of somebody else is told apart', async () => {
    const vendor = await create({ ...other, name: 'Undone Ltd' }, { reference: 'LUND00000001' });
    const done = { input: createVendor.input.parse(example), output: vendor, today: '2099-01-01' };
    const undo = createVendor.undoneBy?.inputFor(done) as object;
    const blocked = { purchasing: 'blocked', posting: 'blocked', payment: 'blocked' };
    expect(await block({ ...undo, expectedVersion: vendor.version })).toMatchObject({
      ...{ status: 'closed', before: vendor.blocks, blocks: blocked },
    });
    expect(await supplier(vendor.supplier)).toMatchObject({ status: blocked });
    const { examples } = blockVendor;
    expect(await block({ ...examples[0].input })).toMatchObject({
      before: { posting: 'open' },
      blocks: { posting: 'open' },
    });
  });

  test('a vendor that is not there, or has changed since, is not blocked', async () => {
    const scopes = ['payment'];
    await expect(block({ supplier: '999', scopes })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const stale = block({ supplier: '17300002', scopes, expectedVersion: 'another' });
    await expect(stale).rejects.toMatchObject({ code: 'STALE_STATE' });
  });

  test('without an account to keep them under, none are created', async () => {
    const { reconciliationAccount: _account, ...organisation } = system.organisation;
    const poor = { ...system, organisation };
    await expect(carryOut(poor, 'create_vendor', { ...example, ...other })).rejects.toMatchObject({
      code: 'ORG_NOT_CONFIGURED',
    });
  });
});

test.each(['bankAccount', 'iban', 'paymentBlocked'])('%s is nothing that can be said of a new vendor', (field) => {
  expect(createVendor.input.safeParse({ ...example, [field]: 'DE02120300000000202051' }).success).toBe(false);
});
