import { executeHttpRequest } from '@sap-cloud-sdk/http-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, order, PO } from './bench.ts';

describe("SAP's own client", () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const destination = () => ({
    url: bench.origins.api,
    authentication: 'NoAuthentication' as const,
    headers: { authorization: `Bearer ${bench.client.token}` },
  });
  const url = `/sap/opu/${PO}/A_PurchaseOrder`;
  const headers = { accept: 'application/json', 'content-type': 'application/json' };

  it('fetches the CSRF token by its middleware and creates a purchase order', async () => {
    const created = await executeHttpRequest(
      destination(),
      { method: 'post', url, headers, data: order() },
      { fetchCsrfToken: true },
    );
    expect(created.status).toBe(201);
    const number = created.data.d.PurchaseOrder;
    const read = await executeHttpRequest(destination(), {
      method: 'get',
      url: `${url}('${number}')`,
      headers,
      params: { $expand: 'to_PurchaseOrderItem' },
    });
    expect(read.data.d.to_PurchaseOrderItem.results[0].NetPriceAmount).toBe('45.00');
    expect(await bench.ledger()).toMatchObject([
      { entity: 'A_PurchaseOrder', key: number, action: 'create', reference: 'T00000000001' },
    ]);
  });

  it('is refused without the token', async () => {
    const refused = executeHttpRequest(
      destination(),
      { method: 'post', url, headers, data: order() },
      { fetchCsrfToken: false },
    );
    await expect(refused).rejects.toMatchObject({ response: { status: 403 } });
  });
});
