import { startSimulator } from '../../../../connectors/s4hana/simulator/simulator.ts';

/** A simulator with what tests ask of it again and again. */
export type Bench = Awaited<ReturnType<typeof openBench>>;

/** An answer with its body parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of many shapes
  readonly body: any;
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
};

/** Fetches a token by client credentials. */
export const tokenOf = async (
  tokenUrl: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
) => {
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = await answerOf(response).then(({ body }) => body);
  return String(token);
};

/** A signed-in client of a running simulator. */
export const signIn = async (
  endpoints:
    | Awaited<ReturnType<typeof startSimulator>>
    | {
        origins: { api: string; token: string };
        controlUrl: string;
        credentials: Record<'read' | 'write', { clientId: string; clientSecret: string }>;
      },
  access: 'read' | 'write' = 'write',
) => {
  const token = await tokenOf(endpoints.origins.token, endpoints.credentials[access]);
  const api = (path: string) => `${endpoints.origins.api}/sap/opu/${path}`;
  const call = (path: string, init: RequestInit = {}) =>
    fetch(api(path), {
      ...init,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...init.headers },
    });
  const csrf = async (path: string) => {
    const response = await call(path, { headers: { 'x-csrf-token': 'Fetch' } });
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    await response.arrayBuffer();
    return { 'x-csrf-token': response.headers.get('x-csrf-token') ?? '', cookie };
  };
  const modify = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const session = await csrf(path.replace(/^(odata4?\/sap\/[^(]*?\/)[^/]*(\(.*)?$/, '$1'));
    return call(path, {
      method,
      headers: { ...session, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  };
  return {
    token,
    call,
    csrf,
    modify,
    get: (path: string) => call(path).then(answerOf),
    post: (path: string, body: unknown, headers?: Record<string, string>) =>
      modify('POST', path, body, headers).then(answerOf),
    patch: (path: string, body: unknown, headers?: Record<string, string>) =>
      modify('PATCH', path, body, headers).then(answerOf),
    remove: (path: string, headers?: Record<string, string>) =>
      modify('DELETE', path, undefined, headers).then(answerOf),
  };
};

/** Calls a control route. */
export const controlOf = (controlUrl: string) => async (method: string, path: string, body?: unknown) =>
  answerOf(
    await fetch(`${controlUrl}/_sim/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) }),
  );

/** Starts a simulator with a signed-in client for writing. */
export const openBench = async (options: Parameters<typeof startSimulator>[0] = {}) => {
  const simulator = await startSimulator(options);
  const control = controlOf(simulator.controlUrl);
  return {
    ...simulator,
    client: await signIn(simulator),
    control,
    ledger: async () => (await control('GET', 'ledger')).body.entries,
    arm: (fault: object) => control('POST', 'faults', fault),
  };
};

/** The V2 purchase order service. */
export const PO = 'odata/sap/API_PURCHASEORDER_PROCESS_SRV';

/** A purchase order of 20 bearings that the ERP takes. */
export const order = (header: object = {}, item: object = {}) => ({
  CompanyCode: '1010',
  PurchaseOrderType: 'NB',
  PurchasingOrganization: '1010',
  PurchasingGroup: '001',
  Supplier: '17300001',
  DocumentCurrency: 'EUR',
  CorrespncInternalReference: 'T00000000001',
  to_PurchaseOrderItem: [
    {
      Material: 'RM-6204',
      Plant: '1010',
      OrderQuantity: '20',
      PurchaseOrderQuantityUnit: 'PC',
      NetPriceAmount: '45.00',
      NetPriceQuantity: '10',
      ...item,
    },
  ],
  ...header,
});
