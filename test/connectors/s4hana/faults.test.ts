import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { S4hanaClient } from '../../../connectors/s4hana/client.ts';
import { createPurchaseOrder } from '../../../contracts/create-purchase-order.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { carryOut } from '../../contract/carry-out.ts';
import { type Connected, systems } from '../../contract/systems.ts';

const [{ input: example }] = createPurchaseOrder.examples;

describe.each(systems)('%s that misbehaves', (_, start) => {
  let system: Connected;
  let before = 0;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  beforeEach(async () => {
    await system.calm();
    await carryOut(system, 'get_stock', { item: 'RM-6204' });
    before = (await system.ledger()).length;
  });
  const effects = async () => (await system.ledger()).length - before;
  const create = (options = {}) => carryOut(system, 'create_purchase_order', example, options);

  test.each(['csrf-expired', 'token-revoked'])('%s costs one more send, and makes one order', async (fault) => {
    await system.fault({ fault, times: 1 });
    await create();
    expect(await effects()).toBe(1);
  });

  test('no repetition is sent without leave', async () => {
    await system.fault({ fault: 'csrf-expired', times: 1 });
    await expect(create({ permits: 1 })).rejects.toMatchObject({ code: 'ATTEMPTS_SPENT' });
    expect(await effects()).toBe(0);
  });

  test.each(['commit-then-reset', 'commit-then-500', 'half-body'])('%s leaves the effect open', async (fault) => {
    await system.fault({ fault, times: 1 });
    await expect(create()).rejects.toMatchObject({ applied: 'unknown' });
    expect(await effects()).toBe(1);
  });

  test('a sign-in page with status 200 leaves the effect of a write open and fails a read', async () => {
    await create();
    await system.fault({ fault: 'html-login-page-with-200', times: 2 });
    await expect(create()).rejects.toMatchObject({ code: 'AUTH_FAILED', applied: 'unknown' });
    await expect(carryOut(system, 'get_sales_order', { order: '1' })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  });

  test.each([
    ['unavailable-503', 'SYSTEM_UNAVAILABLE'],
    ['throttled-429', 'SYSTEM_THROTTLED'],
  ])('%s surely had no effect', async (fault, code) => {
    await system.fault({ fault, times: 1 });
    await expect(create()).rejects.toMatchObject({ code, applied: 'no' });
    expect(await effects()).toBe(0);
  });

  test('every token refused is a failed sign-in', async () => {
    await system.fault({ fault: 'token-revoked', times: 9 });
    await expect(create()).rejects.toMatchObject({ code: 'AUTH_FAILED', applied: 'no' });
  });

  test('a client that may only read is not authorised to write', async () => {
    const asReader = { ...system, writeClient: system.readClient };
    await expect(carryOut(asReader, 'create_purchase_order', example)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED_IN_ERP',
      applied: 'no',
    });
  });

  test('the check finds everything in place', async () => {
    const findings = await system.connector.check(system.readClient, AbortSignal.timeout(10_000));
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.length).toBeGreaterThan(20);
  });

  test('the check says which tools there are not, where a service is missing that a system may do without', async () => {
    const client = system.readClient as S4hanaClient;
    const missing = async () => {
      throw new CountersignError('UNSUPPORTED_BY_SYSTEM', 'No service found for this address.');
    };
    const service: S4hanaClient['service'] = (name) =>
      ['reservation', 'product'].includes(name) ? { ...client.service(name), metadata: missing } : client.service(name);
    const findings = await system.connector.check({ ...client, service }, AbortSignal.timeout(10_000));
    expect(findings.filter(({ what }) => what.startsWith('reservation'))).toMatchObject([
      { ok: true, detail: 'it is not active: there is no reserve_stock and release_stock' },
    ]);
    expect(findings.filter(({ ok }) => !ok)).toMatchObject([{ what: 'product: metadata' }]);
  });

  test('the check reports what fails and goes on', async () => {
    await system.fault({ fault: 'unavailable-503', times: 1 });
    const findings = await system.connector.check(system.readClient, AbortSignal.timeout(10_000));
    expect(findings.filter(({ ok }) => !ok)).toMatchObject([{ detail: expect.stringContaining('SYSTEM_UNAVAILABLE') }]);
    expect(findings.length).toBeGreaterThan(20);
  });
});
