import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../../connectors/s4hana/simulator/simulator.ts';
import { controlOf, openBench, PO } from './bench.ts';

describe('control routes', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  it('count requests by method and entity', async () => {
    await bench.client.get(`${PO}/A_PurchaseOrder('4500000001')/to_PurchaseOrderItem`);
    await bench.client.get(`${PO}/A_PurchaseOrder?$top=1`);
    expect((await bench.send('GET', '/requests')).list('requests')).toEqual([
      { method: 'POST', entity: 'oauth2/token', count: 1 },
      { method: 'GET', entity: 'A_PurchaseOrderItem', count: 1 },
      { method: 'GET', entity: 'A_PurchaseOrder', count: 1 },
    ]);
  });

  it('know no other path, and say which ones there are', async () => {
    const unknown = await bench.send('GET', '/secrets');
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('GET /_sim/ledger')]);
  });

  it('answer to loopback names only, and to no page of another origin', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request(`${bench.controlUrl}/_sim/ledger`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject).end();
      });
    expect(await status({})).toBe(200);
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
  });

  it('leave an injected clock where it is', async () => {
    const injected = await startSimulator({ clock: { now: () => Date.parse('2026-01-01T00:00:00Z') } });
    const { send } = controlOf(injected.controlUrl);
    expect((await send('POST', '/clock', { advance: 1 })).status).toBe(409);
    expect((await send('GET', '')).at('now')).toBe('2026-01-01T00:00:00.000Z');
    await injected.close();
  });

  it('refuse to advance by anything but whole milliseconds', async () => {
    for (const body of [{}, { advance: -1 }, { advance: '5' }, { advance: 1.5 }]) {
      expect((await bench.send('POST', '/clock', body)).at('error.field')).toBe('advance');
    }
  });
});
