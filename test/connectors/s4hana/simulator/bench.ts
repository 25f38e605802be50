import { startSimulator } from '../../../../connectors/s4hana/simulator/simulator.ts';

/** An answer whose JSON is read by paths such as `d.results.0.Supplier`. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  at(path: string): unknown;
  list(path: string): readonly Record<string, unknown>[];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const follow = (value: unknown, path: string): unknown =>
  path.split(/(?<!@odata)\./).reduce((at, name) => (isRecord(at) ? at[name] : undefined), value);

/** Reads an answer to its end. */
export const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return {
    status: response.status,
    headers: response.headers,
    text,
    at: (path) => follow(body, path),
    list: (path) => {
      const found = follow(body, path);
      return Array.isArray(found) ? found.filter(isRecord) : [];
    },
  };
};

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where a simulator is, whether it runs in this process or in another. */
export interface Endpoints {
  readonly controlUrl: string;
  readonly origins: { readonly api: string; readonly token: string };
  readonly credentials: { readonly read: Credentials; readonly write: Credentials };
}

/** Asks for a token with these form parameters and headers. */
export const askToken = (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), headers }).then(answerOf);

/** The Authorization header of a client. */
export const basic = ({ clientId, clientSecret }: Credentials) => ({
  authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
});

const rootOf = (path: string) => path.replace(/^((?:odata\/sap\/[^/]+|odata4\/.*\/0001)\/?).*$/, '$1');

/** A client that is signed in and fetches a CSRF token for each change. */
export const signIn = async ({ origins, credentials }: Endpoints, access: 'read' | 'write' = 'write') => {
  const granted = await askToken(origins.token, { grant_type: 'client_credentials' }, basic(credentials[access]));
  const token = String(granted.at('access_token'));
  const call = (path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(`${origins.api}/sap/opu/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...headers },
    });
  const session = async (path: string): Promise<Record<string, string>> => {
    const response = await call(rootOf(path), { method: 'HEAD', headers: { 'x-csrf-token': 'Fetch' } });
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    return { 'x-csrf-token': response.headers.get('x-csrf-token') ?? '', cookie };
  };
  const modify = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method,
      headers: {
        ...(await session(path)),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    token,
    call,
    session,
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

/** The control routes of a simulator. */
export const controlOf = (controlUrl: string) => {
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${controlUrl}/_sim${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) }).then(
      answerOf,
    );
  return {
    send,
    ledger: async () => (await send('GET', '/ledger')).list('entries'),
    arm: (fault: object) => send('POST', '/faults', fault),
    /** Resolves once so many requests are held by faults. */
    held: async (count: number): Promise<void> => {
      while ((await send('GET', '/waiting')).at('waiting') !== count)
        await new Promise((resolve) => setImmediate(resolve));
    },
  };
};

/** A simulator in memory, with a client that may write and the control routes. */
export const openBench = async (options: Parameters<typeof startSimulator>[0] = {}) => {
  const simulator = await startSimulator(options);
  return { ...simulator, ...controlOf(simulator.controlUrl), client: await signIn(simulator) };
};

/** The services that tests speak to. */
export const PO = 'odata/sap/API_PURCHASEORDER_PROCESS_SRV';
export const PO4 = 'odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001';
export const REQUISITION = 'odata/sap/API_PURCHASEREQ_PROCESS_SRV';
export const SALES = 'odata/sap/API_SALES_ORDER_SRV';

/** A purchase order of 20 bearings that the ERP takes, with changes to its header and its only item. */
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
