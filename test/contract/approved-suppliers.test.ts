import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addApprovedSupplier } from '../../contracts/add-approved-supplier.ts';
import { removeApprovedSupplier } from '../../contracts/remove-approved-supplier.ts';
import { carryOut } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = addApprovedSupplier.examples;
const [{ input: removal }] = removeApprovedSupplier.examples;
const today = '2098-06-15';

describe.each(systems.slice(0, 1))('approved suppliers of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const add = async (fields: object = {}) =>
    addApprovedSupplier.output.parse(await carryOut(system, 'add_approved_supplier', { ...example, ...fields }));
  const remove = async (fields: object) =>
    removeApprovedSupplier.output.parse(await carryOut(system, 'remove_approved_supplier', { ...removal, ...fields }));
  const undoOf = (output: Awaited<ReturnType<typeof add>>, on: string) =>
    addApprovedSupplier.undoneBy?.inputFor({
      input: addApprovedSupplier.input.parse(example),
      output,
      today: on,
    }) as object;

  test('the example is on the list until what undoes it takes it off again', async () => {
    const added = await add();
    expect(added).toMatchObject({
      ...example,
      fixed: false,
      blocked: false,
      existed: false,
      document: { number: '2' },
    });
    const undone = await remove(undoOf(added, today));
    expect(undone).toMatchObject({ status: 'cancelled', before: { validTo: '2099-12-31' } });
    expect(undone.validTo).toBeUndefined();
    expect((await add()).document.number).toBe('2');
    expect(await remove(undoOf(added, '2099-06-15'))).toMatchObject({ status: 'closed', validTo: '2099-06-14' });
  });

  test('an entry only ever gets shorter, and the version that was named has to be the current one', async () => {
    await expect(remove({ expectedVersion: 'another' })).rejects.toMatchObject({ code: 'STALE_STATE' });
    const ended = await remove({});
    expect(ended).toMatchObject({ status: 'closed', validTo: '2099-12-31', before: { validTo: '9999-12-31' } });
    expect(await remove({ endsOn: '2099-06-30', expectedVersion: ended.version })).toMatchObject({
      validTo: '2099-06-30',
    });
  });

  test.each([
    ['ENTRY_EXISTS', { supplier: '17300003', validTo: '2099-06-30' }],
    ['ENTRY_EXISTS', { supplier: '17300003', fixed: true }],
    ['OVERLAP', { supplier: '17300003', validFrom: '2099-12-31', validTo: '2100-12-31' }],
    ['OVERLAP', { supplier: '17300004', fixed: true }],
    ['SUPPLIER_BLOCKED', { supplier: '17300019' }],
    ['SUPPLIER_BLOCKED', { supplier: '17300021' }],
    ['NOT_FOUND', { supplier: '999' }],
    ['ITEM_NOT_FOUND', { item: 'NO-SUCH' }],
    ['SITE_NOT_FOUND', { site: '9999' }],
  ])('%s: %o', async (code, fields) => {
    const item = { item: 'RM-6205', ...fields };
    const other = await add({ item: 'RM-6205', supplier: '17300003' }).catch((error: { code: string }) => error.code);
    expect(other === 'ENTRY_EXISTS' || typeof other === 'object').toBe(true);
    if (code === 'OVERLAP' && 'fixed' in fields) await add({ item: 'RM-6205', supplier: '17300018', fixed: true });
    await expect(add(item)).rejects.toMatchObject({ code, applied: 'no' });
  });

  test('a blocked supplier can be put on the list as forbidden', async () => {
    expect(await add({ supplier: '17300019', blocked: true })).toMatchObject({ blocked: true });
  });
});

test('what had been there before ends when it would have ended, and what ended long ago is left', () => {
  const [{ output }] = addApprovedSupplier.examples;
  const endsOn = (fields: object, on: string) =>
    addApprovedSupplier.undoneBy?.inputFor({
      input: addApprovedSupplier.input.parse(example),
      output: addApprovedSupplier.output.parse({ ...output, ...fields }),
      today: on,
    });
  expect(endsOn({ existed: true }, '2099-03-01')).toMatchObject({ endsOn: '2099-12-31' });
  expect(endsOn({ existed: true }, '2100-03-01')).toMatchObject({ endsOn: '2100-02-28' });
  expect(endsOn({ existed: false }, '2099-03-01')).toMatchObject({ endsOn: '2099-02-28' });
});

test.each([{ validTo: '2098-12-31' }, { fixed: true, blocked: true }])('%o is refused', (fields) => {
  expect(addApprovedSupplier.input.safeParse({ ...example, ...fields }).success).toBe(false);
});
