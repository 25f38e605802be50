import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBench, order, PO, REQUISITION } from './bench.ts';

describe('faults on demand', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  let session: Record<string, string>;
  let count = 0;
  beforeAll(async () => {
    bench = await openBench({ maxServerTime: 60_000 });
    session = await bench.client.session(PO);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.send('DELETE', '/faults');
    count = (await bench.ledger()).length;
  });

  const post = (body: object = order(), signal?: AbortSignal) =>
    bench.client.call(`${PO}/A_PurchaseOrder`, {
      method: 'POST',
      headers: { ...session, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  const made = async () => (await bench.ledger()).length - count;
  const read = () => bench.client.call(`${PO}/A_PurchaseOrder('4500000001')`);

  it('commit-then-reset takes effect once, and the next call is well again', async () => {
    await bench.arm({ fault: 'commit-then-reset', times: 1 });
    await expect(post()).rejects.toThrow();
    expect(await made()).toBe(1);
    expect((await post()).status).toBe(201);
  });

  it('commit-then-hang takes effect and never answers', async () => {
    await bench.arm({ fault: 'commit-then-hang' });
    const abandoned = new AbortController();
    const answer = post(order(), abandoned.signal);
    await bench.held(1);
    expect(await made()).toBe(1);
    abandoned.abort();
    await expect(answer).rejects.toThrow();
    await bench.held(0);
  });

  it('commit-then-500 takes effect and answers 500', async () => {
    await bench.arm({ fault: 'commit-then-500' });
    expect((await post()).status).toBe(500);
    expect(await made()).toBe(1);
  });

  it('half-body takes effect and breaks off within the answer', async () => {
    await bench.arm({ fault: 'half-body' });
    const answer = await post();
    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow();
    expect(await made()).toBe(1);
  });

  it('commit-late takes effect after its client has gone, when its time has come', async () => {
    await bench.arm({ fault: 'commit-late', ms: 30_000 });
    const abandoned = new AbortController();
    const answer = post(order(), abandoned.signal);
    await bench.held(1);
    abandoned.abort();
    await expect(answer).rejects.toThrow();
    await bench.send('POST', '/clock', { advance: 29_000 });
    expect(await made()).toBe(0);
    await bench.send('POST', '/clock', { advance: 2_000 });
    expect(await made()).toBe(1);
  });

  it('commit-late is let go by a control call, and answers a client that has waited', async () => {
    await bench.arm({ fault: 'commit-late', ms: 50_000 });
    const answer = post();
    await bench.held(1);
    expect((await bench.send('POST', '/commit-late')).at('released')).toBe(1);
    expect(await made()).toBe(1);
    expect((await answer).status).toBe(201);
  });

  it('commit-late takes no effect once maxServerTime has passed', async () => {
    await bench.arm({ fault: 'commit-late', ms: 3_600_000 });
    const answer = post();
    await bench.held(1);
    await bench.send('POST', '/clock', { advance: 61_000 });
    expect((await answer).status).toBe(500);
    expect(await made()).toBe(0);
  });

  it('200-and-nothing-changed and 201-then-missing leave nothing behind', async () => {
    await bench.arm({ fault: '200-and-nothing-changed' });
    await bench.arm({ fault: '201-then-missing' });
    expect((await post()).status).toBe(200);
    const missing = await post();
    expect(missing.status).toBe(201);
    const location = String(missing.headers.get('location'));
    await missing.arrayBuffer();
    expect((await bench.client.get(location.slice(`${bench.origins.api}/sap/opu/`.length))).status).toBe(404);
    expect(await made()).toBe(0);
    expect((await post()).headers.get('location')).not.toBe(location);
  });

  it('reprice stores another price than was sent, by factor or amount, and skips writes without a price', async () => {
    const price = async () => {
      const created = await post();
      const body: unknown = await created.json();
      const number = /"PurchaseOrder":"(\d+)"/.exec(JSON.stringify(body))?.[1];
      return (await bench.client.get(`${PO}/A_PurchaseOrder('${number}')/to_PurchaseOrderItem`)).at(
        'd.results.0.NetPriceAmount',
      );
    };
    await bench.arm({ fault: 'reprice', factor: 1.2 });
    await bench.client.patch(
      `${REQUISITION}/A_PurchaseRequisitionItem(PurchaseRequisition='10000001',PurchaseRequisitionItem='10')`,
      { RequestedQuantity: '61' },
    );
    expect(await price()).toBe('54.00');
    await bench.arm({ fault: 'reprice', amount: '47.11' });
    expect(await price()).toBe('47.11');
    expect(await price()).toBe('45.00');
  });

  it('document-locked refuses with a business error of SAP shape', async () => {
    await bench.arm({ fault: 'document-locked', entity: 'A_PurchaseOrder', user: 'SMITH' });
    const refused = await bench.client.post(`${PO}/A_PurchaseOrder`, order());
    expect([refused.status, refused.at('error.code'), refused.at('error.message.value')]).toEqual([
      400,
      'ME/006',
      expect.stringContaining('is being processed by user SMITH'),
    ]);
    expect(await made()).toBe(0);
  });

  it('csrf-expired asks for a new token; token-revoked for a new sign-in', async () => {
    await bench.arm({ fault: 'csrf-expired' });
    const refused = await post();
    expect([refused.status, refused.headers.get('x-csrf-token')]).toEqual([403, 'Required']);
    session = await bench.client.session(PO);
    expect((await post()).status).toBe(201);
    const other = await openBench();
    await other.arm({ fault: 'token-revoked' });
    expect((await other.client.get(`${PO}/A_PurchaseOrder('4500000001')`)).status).toBe(401);
    expect((await other.client.get(`${PO}/A_PurchaseOrder('4500000001')`)).status).toBe(401);
    await other.close();
  });

  it('hang, unavailable-503, throttled-429 and the log-on page change nothing', async () => {
    await bench.arm({ fault: 'hang' });
    const abandoned = new AbortController();
    const answer = post(order(), abandoned.signal);
    await bench.held(1);
    abandoned.abort();
    await expect(answer).rejects.toThrow();
    await bench.arm({ fault: 'unavailable-503' });
    expect((await post()).status).toBe(503);
    for (const [retryAfter, header] of [
      [undefined, null],
      [7, '7'],
      [-1, '-1'],
      ['Wed, 21 Oct 2099 07:28:00 GMT', 'Wed, 21 Oct 2099 07:28:00 GMT'],
    ]) {
      await bench.arm({ fault: 'throttled-429', ...(retryAfter !== undefined && { retryAfter }) });
      const throttled = await post();
      expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, header]);
    }
    await bench.arm({ fault: 'html-login-page-with-200' });
    const page = await read();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(await made()).toBe(0);
  });

  it('slow waits on the clock of the simulator, then goes on', async () => {
    await bench.arm({ fault: 'slow', ms: 3_600_000, entity: 'A_PurchaseOrder' });
    const answer = read();
    await bench.held(1);
    await bench.send('POST', '/clock', { advance: 3_500_000 });
    expect((await bench.send('GET', '/waiting')).at('requests.0.fault')).toBe('slow');
    await bench.send('POST', '/clock', { advance: 100_001 });
    // The access token of the bench has expired meanwhile: the request went on to be refused.
    expect((await answer).status).toBe(401);
  });
});

describe('arming faults', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  it('hits only the entity and the number of calls it was armed for, and no request that is refused anyway', async () => {
    await bench.arm({ fault: 'commit-then-500', times: 2, entity: 'A_PurchaseOrder' });
    expect((await bench.client.post(`${PO}/A_PurchaseOrder`, order({ Colour: 'red' }))).status).toBe(400);
    const line = `${PO}/A_PurchaseOrderItem(PurchaseOrder='4500000001',PurchaseOrderItem='10')`;
    expect((await bench.client.patch(line, { NetPriceAmount: '44.00' })).status).toBe(204);
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await bench.client.post(`${PO}/A_PurchaseOrder`, order())).status);
    expect(statuses).toEqual([500, 500, 201]);
  });

  it('with a probability hits about that share of the calls and stays armed', async () => {
    await bench.arm({ fault: 'unavailable-503', probability: 0.3, entity: 'A_PurchaseOrder' });
    let hits = 0;
    for (let n = 0; n < 100; n += 1)
      hits += (await bench.client.get(`${PO}/A_PurchaseOrder('4500000001')`)).status === 503 ? 1 : 0;
    expect(hits).toBeGreaterThan(15);
    expect(hits).toBeLessThan(45);
    expect((await bench.send('GET', '/faults')).list('armed')).toHaveLength(1);
    expect((await bench.send('DELETE', '/faults')).list('armed')).toHaveLength(0);
  });

  it('leaves the token endpoint alone unless it is named', async () => {
    await bench.arm({ fault: 'unavailable-503', times: 1 });
    const ask = () => fetch(bench.origins.token, { method: 'POST' }).then(({ status }) => status);
    expect(await ask()).toBe(400);
    await bench.arm({ fault: 'unavailable-503', times: 1, entity: 'oauth2/token' });
    expect(await ask()).toBe(503);
    await bench.send('DELETE', '/faults');
  });

  it('is refused with the field that is wrong', async () => {
    const cases: [unknown, string][] = [
      [{ fault: 'explode' }, 'fault'],
      [{}, 'fault'],
      [{ fault: 'slow', ms: -1 }, 'ms'],
      [{ fault: 'slow', ms: '800' }, 'ms'],
      [{ fault: 'slow', probability: 1.5 }, 'probability'],
      [{ fault: 'hang', times: 0 }, 'times'],
      [{ fault: 'hang', ms: 5 }, 'ms'],
      [{ fault: 'hang', often: true }, 'often'],
      [{ fault: 'throttled-429', retryAfter: 'a\r\nb' }, 'retryAfter'],
      [[], 'body'],
    ];
    for (const [request, field] of cases) {
      const refused = await bench.send('POST', '/faults', request);
      expect([refused.status, refused.at('error.field')]).toEqual([400, field]);
    }
    expect((await bench.send('GET', '/faults')).at('faults')).toHaveLength(16);
  });
});
