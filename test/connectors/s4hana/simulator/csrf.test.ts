import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, openBench, order, PO, signIn } from './bench.ts';

describe('CSRF tokens', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const create = (headers: Record<string, string>) =>
    bench.client
      .call(`${PO}/A_PurchaseOrder`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(order()),
      })
      .then(answerOf);

  it('are asked for by every change, with the cookie they were fetched with', async () => {
    const session = await bench.client.session(PO);
    const other = await bench.client.session(PO);
    const withoutCookie = { 'x-csrf-token': session['x-csrf-token'] ?? '' };
    const withOtherCookie = { ...withoutCookie, cookie: other['cookie'] ?? '' };
    for (const headers of [{}, withoutCookie, withOtherCookie]) {
      const refused = await create(headers);
      expect([refused.status, refused.headers.get('x-csrf-token')]).toEqual([403, 'Required']);
    }
    expect((await create(session)).status).toBe(201);
    expect((await bench.ledger()).length).toBe(1);
  });

  it('belong to one client', async () => {
    const reader = await signIn(bench, 'read');
    const refused = await create(await reader.session(PO));
    expect([refused.status, refused.headers.get('x-csrf-token')]).toEqual([403, 'Required']);
  });

  it('do not help a client that may only read: its changes are refused for want of authorisation', async () => {
    const reader = await signIn(bench, 'read');
    const refused = await reader.post(`${PO}/A_PurchaseOrder`, order());
    expect([refused.status, refused.headers.get('x-csrf-token')]).toEqual([403, null]);
    expect((await reader.get(`${PO}/A_PurchaseOrder('4500000001')`)).status).toBe(200);
  });

  it('are answered to HEAD and GET, and stay the same within a session', async () => {
    const session = await bench.client.session(PO);
    const again = await bench.client.call(`${PO}/A_PurchaseOrder/`, {
      method: 'HEAD',
      headers: { 'x-csrf-token': 'fetch', cookie: session['cookie'] ?? '' },
    });
    expect(again.headers.get('x-csrf-token')).toBe(session['x-csrf-token']);
    expect(again.headers.getSetCookie()).toEqual([]);
  });
});
