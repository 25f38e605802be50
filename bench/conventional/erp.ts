import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import * as z from 'zod';
import type { Order } from './order.ts';

const environment = z.object({ API_URL: z.string(), TOKEN_URL: z.string(), SECRET_ARN: z.string() });
const { API_URL, TOKEN_URL, SECRET_ARN } = environment.parse(process.env);
const service = `${API_URL}/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV`;

const secret = z.object({ clientId: z.string(), clientSecret: z.string() });
const grant = z.object({ access_token: z.string(), expires_in: z.number() });
const created = z.object({ d: z.object({ PurchaseOrder: z.string() }) });

let token: { readonly value: string; readonly until: number } | undefined;
let csrf: { readonly token: string; readonly cookie: string } | undefined;

/** Creates the order by one deep insert and answers its number. What it keeps between calls: token and CSRF token. */
export async function createOrder(order: Order): Promise<string> {
  const authorization = `Bearer ${await accessToken()}`;
  csrf ??= await csrfToken(authorization);
  const response = await fetch(`${service}/A_PurchaseOrder`, {
    method: 'POST',
    headers: {
      authorization,
      'x-csrf-token': csrf.token,
      cookie: csrf.cookie,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify(documentOf(order)),
    signal: AbortSignal.timeout(15_000),
  });
  if (!response.ok) throw new Error(`The ERP answered ${response.status}: ${await response.text()}`);
  return created.parse(await response.json()).d.PurchaseOrder;
}

async function accessToken(): Promise<string> {
  if (token && Date.now() < token.until) return token.value;
  const { clientId, clientSecret } = secret.parse(await getSecret(SECRET_ARN, { maxAge: 300, transform: 'json' }));
  const response = await fetch(TOKEN_URL, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}`);
  const { access_token: value, expires_in: seconds } = grant.parse(await response.json());
  token = { value, until: Date.now() + seconds * 1000 - 60_000 };
  return value;
}

async function csrfToken(authorization: string) {
  const response = await fetch(`${service}/`, {
    method: 'HEAD',
    headers: { authorization, 'x-csrf-token': 'Fetch' },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`The ERP gave no CSRF token: ${response.status}`);
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';', 1)[0])
    .join('; ');
  return { token: response.headers.get('x-csrf-token') ?? '', cookie };
}

const documentOf = ({ supplier, currency, lines }: Order) => ({
  CompanyCode: '1010',
  PurchaseOrderType: 'NB',
  PurchasingOrganization: '1010',
  PurchasingGroup: '001',
  Supplier: supplier,
  DocumentCurrency: currency,
  to_PurchaseOrderItem: lines.map(({ item, site, quantity, unitPrice, deliveryDate }, n) => ({
    PurchaseOrderItem: String((n + 1) * 10),
    Material: item,
    Plant: site,
    OrderQuantity: quantity.value,
    PurchaseOrderQuantityUnit: units[quantity.unit] ?? quantity.unit,
    OrderPriceUnit: units[unitPrice.per.unit] ?? unitPrice.per.unit,
    NetPriceAmount: unitPrice.amount,
    NetPriceQuantity: unitPrice.per.quantity,
    to_ScheduleLine: [
      {
        ScheduleLineDeliveryDate: `/Date(${Date.parse(deliveryDate)})/`,
        ScheduleLineOrderQuantity: quantity.value,
      },
    ],
  })),
});

const units: Readonly<Record<string, string>> = { C62: 'PC', KGM: 'KG', LTR: 'L', MTR: 'M' };
