import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { S4hanaClient } from '../../connectors/s4hana/client.ts';
import { reservationLine } from '../../connectors/s4hana/reservation.ts';
import { reserveStock } from '../../contracts/reserve-stock.ts';
import { bindWrite } from '../../lib/core/operation/write.ts';
import { isCreate } from '../../lib/core/tool.ts';
import { draftOf, memoryOperations } from '../lib/core/operation/memory-operations.ts';
import { memoryPots } from '../lib/core/policy/memory-pots.ts';
import { openMeter } from '../lib/core/resilience/memory-meter.ts';
import { carryOut, reference } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = reserveStock.examples;
const pieces = (value: string) => ({ value, unit: 'C62' });

describe.each(systems.slice(0, 1))('reservations of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const reserve = async (fields: object = {}) =>
    reserveStock.output.parse(await carryOut(system, 'reserve_stock', { ...example, ...fields }));
  const release = (input: object) => carryOut(system, 'release_stock', { reason: 'a test', ...input });
  const reserved = async () =>
    ((await carryOut(system, 'get_stock', { item: 'RM-6204', site: '1010' })) as { reserved: { value: string } })
      .reserved;

  test('the example raises what is reserved; its reference finds it, and what undoes it lowers it again', async () => {
    const before = Number((await reserved()).value);
    const output = await reserve({ expiresOn: '2099-04-01' });
    expect(output).toMatchObject({ status: 'released', line: '1', openQuantity: pieces('20'), deviations: [] });
    expect(await reserved()).toEqual(pieces(String(before + 20)));

    const tool = await system.tool('reserve_stock');
    if (!isCreate(tool) || tool.lookup === 'none') throw new Error('It has no lookup.');
    const { organisation, readClient: client } = system;
    const call = { client, organisation, signal: AbortSignal.timeout(5_000), reference };
    const input = { ...example, expiresOn: '2099-04-01' };
    expect(await tool.lookup.find(input, call)).toEqual([output.document.id]);

    const undo = reserveStock.undoneBy?.inputFor({
      input: reserveStock.input.parse(input),
      output,
      today: '2099-01-01',
    });
    expect(await release(undo as object)).toMatchObject({
      status: 'cancelled',
      released: pieces('20'),
      withdrawn: pieces('0'),
    });
    expect(await reserved()).toEqual(pieces(String(before)));
    expect(await tool.lookup.find(input, call)).toEqual([output.document.id]);
  });

  test('more than is free is refused with what is available, unless it need not be there', async () => {
    await expect(reserve({ quantity: pieces('116') })).rejects.toMatchObject({
      ...{ code: 'INSUFFICIENT_STOCK', applied: 'no', facts: { available: pieces('115') } },
    });
    await expect(reserve({ quantity: pieces('1'), storageLocation: '101B' })).rejects.toMatchObject({
      facts: { available: pieces('0') },
    });
    const beyond = await reserve({ quantity: pieces('116'), mustBeAvailable: false });
    await release({ reservation: beyond.document.id, expectedVersion: beyond.version });
    const last = await reserve({ quantity: pieces('115'), storageLocation: '101A' });
    await expect(reserve({ quantity: pieces('1') })).rejects.toMatchObject({ facts: { available: pieces('0') } });
    await release({ reservation: last.document.id });
  });

  test('of two that are under way at once for the last pieces, the second is refused', async () => {
    const tool = await system.tool('reserve_stock');
    if (!isCreate(tool)) throw new Error('It is no create.');
    const { operations, state } = memoryOperations();
    const { connector, writeClient: client, organisation } = system;
    const write = bindWrite(tool, {
      connector,
      client,
      meter: openMeter(),
      patience: 5_000,
      ...memoryPots(operations),
    });
    const input = JSON.stringify({ ...reserveStock.input.parse(example), quantity: pieces('60') });
    const begun = async (id: string) => {
      const draft = draftOf(id, state.now, { input, organisation, system: 'erp', state: 'accepted', attempts: 0 });
      const { operation } = await operations.open(draft);
      return write.before(operation, AbortSignal.timeout(5_000));
    };
    await begun('first');
    await expect(begun('second')).rejects.toMatchObject({
      ...{ code: 'INSUFFICIENT_STOCK', applied: 'no', facts: { asked: '60', left: '115', underway: '60' } },
    });
  });

  test.each([
    { kind: 'cost_center', id: '10101101' },
    { kind: 'order', id: '800101' },
    { kind: 'wbs', id: 'PR-1000-1' },
    { kind: 'sales_order', id: '1', line: '10' },
    { kind: 'transfer', id: '1020' },
    { kind: 'transfer', id: '1010', storageLocation: '101B' },
  ])('it is kept for $kind $id', async (purpose) => {
    const { document, deviations } = await reserve({ purpose, quantity: pieces('1') });
    expect(deviations).toEqual([]);
    await release({ reservation: document.id });
  });

  test.each([
    [{ purpose: { kind: 'cost_center', id: '99' } }, 'PURPOSE_INVALID'],
    [{ purpose: { kind: 'sales_order', id: '1', line: '990' } }, 'PURPOSE_INVALID'],
    [{ purpose: { kind: 'transfer', id: '9999' } }, 'PURPOSE_INVALID'],
    [{ item: 'NO-SUCH' }, 'ITEM_NOT_FOUND'],
    [{ site: '9999' }, 'SITE_NOT_FOUND'],
    [{ quantity: { value: '1', unit: 'LTR' } }, 'UNIT_UNKNOWN'],
    [{ quantity: { value: '1', unit: 'ZZ' } }, 'UNIT_UNKNOWN'],
  ])('%o is refused: %s', async (fields, code) => {
    await expect(reserve(fields)).rejects.toMatchObject({ code, applied: 'no' });
  });

  test('of what was partly withdrawn the rest is released, and the answer says how much', async () => {
    await expect(release({ reservation: '20001', expectedVersion: 'another' })).rejects.toMatchObject({
      code: 'STALE_STATE',
    });
    expect(await release({ reservation: '20001' })).toMatchObject({
      ...{ status: 'closed', released: pieces('25'), withdrawn: pieces('15') },
    });
  });

  test('what does not exist, and what was withdrawn to the last piece, is not released', async () => {
    await expect(release({ reservation: '99999' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(release({ reservation: '20001', line: '7' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const service = (system.readClient as S4hanaClient).service('reservation');
    const filter = 'ReservationItemIsFinallyIssued eq true and ReservationItmIsMarkedForDeltn eq false';
    const call = { signal: AbortSignal.timeout(5_000) };
    const rows = await service.rows('A_ReservationDocumentItem', { filter }, reservationLine, call);
    const gone = rows.find(({ open }) => open.eq(0));
    await expect(release({ reservation: gone?.reservation })).rejects.toMatchObject({ code: 'ALREADY_WITHDRAWN' });
  });
});

test('dates in the past are refused, and a transfer to nowhere', () => {
  const check = (fields: object) => () =>
    reserveStock.validate?.(reserveStock.input.parse({ ...example, ...fields }), { today: '2099-01-01' });
  expect(check({})).not.toThrow();
  expect(check({ requiredOn: '2098-12-31' })).toThrow(expect.objectContaining({ code: 'DATE_IN_PAST' }));
  expect(check({ expiresOn: '2098-12-31' })).toThrow(expect.objectContaining({ code: 'DATE_IN_PAST' }));
  expect(check({ purpose: { kind: 'transfer', id: '1010' } })).toThrow(
    expect.objectContaining({ code: 'PURPOSE_INVALID' }),
  );
});
