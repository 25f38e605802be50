import { expect, test } from 'vitest';
import { s4hanaClient } from '../../../connectors/s4hana/client.ts';
import { creditMemoDefaults, type S4hanaSettings } from '../../../connectors/s4hana/settings.ts';
import { jsonAnswer, scriptedTransport } from '../../lib/protocols/scripted-transport.ts';

const settings: S4hanaSettings = {
  purchaseOrders: 'v4',
  referenceField: 'CorrespncInternalReference',
  erpOutput: 'hold',
  units: {},
  sapClient: '100',
  language: 'EN',
  oauth: {},
  creditMemos: creditMemoDefaults,
  deliveryReferenceField: 'YY1_Countersign_DLH',
};

test('requests go below the configured origin, in English, for the configured client', async () => {
  const { transport, sent } = scriptedTransport(({ url }) =>
    url.includes('/token')
      ? jsonAnswer({ access_token: 't', token_type: 'bearer' })
      : new Response(null, { status: 204, headers: { 'x-csrf-token': 'c' } }),
  );
  const client = s4hanaClient({
    settings,
    origins: { api: 'https://proxy.example/erp/', token: 'https://idp.example/token' },
    secret: async () => ({ clientId: 'a', clientSecret: 'b' }),
    transport,
    now: () => 0,
  });
  const { signal } = new AbortController();
  const call = { signal, permit: async () => undefined };
  await client.service('product').change({ method: 'PATCH', path: "A_Product(Product='1')", body: {} }, call);
  const product = 'https://proxy.example/erp/sap/opu/odata/sap/API_PRODUCT_SRV/';
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://idp.example/token',
    `HEAD ${product}?sap-client=100`,
    `PATCH ${product}A_Product(Product='1')?sap-client=100`,
  ]);
  expect(sent.at(-1)?.headers).toMatchObject({ 'accept-language': 'en', authorization: 'Bearer t' });
});

test('a system without its origins is refused', () => {
  const connection = { settings, origins: { api: 'https://a.example' }, now: () => 0 };
  const never = () => Promise.reject(new Error('not asked'));
  expect(() => s4hanaClient({ ...connection, secret: never, transport: never })).toThrow(
    expect.objectContaining({ code: 'INTERNAL', applied: 'no' }),
  );
});
