import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Secret, TOTP } from 'otpauth';
import { approvalLinks } from '../../../lib/aws/approval-links.ts';
import { approvalsTable } from '../../../lib/aws/approvals-table.ts';
import { earlierApprovals } from '../../../lib/aws/earlier-approvals.ts';
import { servePages } from '../../../lib/aws/serve-people.ts';
import { signInRecords } from '../../../lib/aws/sign-in-records.ts';
import type { Approval } from '../../../lib/core/approval/approval.ts';
import type { Dossier } from '../../../lib/core/approval/dossier.ts';
import { newLink } from '../../../lib/people/link.ts';
import type { People } from '../../../lib/people/people.ts';
import { openApprovalsStore, roundOf } from '../aws/approvals-store.ts';

/** The token that wakes an execution: no page, log or answer may have it. */
export const taskToken = 'AQCEAAAAKgAAAAMAAAAAAAAAATaskTokenThatNobodySees';

const asOf = Date.now() - 120_000;

export const dossier: Dossier = {
  action: 'Order for EUR 12,400.00',
  headline: 'PO EUR 12,400.00 - Norland Bearings - 200 C62 RM-6204',
  facts: [
    { label: 'Supplier', value: 'Norland Bearings (17300001)', untrusted: true, asOf },
    { label: 'Supplier since', value: '2019-04-01, 7 years, first order 2019-05-02', asOf },
    { label: 'Supplier blocked', value: 'no', asOf },
    {
      label: 'Price of RM-6204',
      value: 'EUR 62.00 per 1 C62: 2.6 % above the last order; the last 5 cost EUR 58.10 to EUR 60.40',
      ...{ asOf, warning: true },
    },
    { label: 'Stock of RM-6204', value: '140 C62, 25 C62 reserved', asOf },
    { label: 'Already ordered or requested', value: '0 C62 ordered, 50 C62 requested', asOf },
    { label: 'Limit of a call', value: 'EUR 50,000; this one stays EUR 37,600.00 below it' },
    { label: 'In the last 24 hours', value: 'EUR 12,400.00 from this agent to the same party, with this call' },
  ],
  lineHeadings: ['Item', 'Quantity', 'Price', 'Against the last orders', 'Stock', 'On its way', 'Delivery', 'Site'],
  lines: [
    [
      ...['RM-6204', '200 C62', 'EUR 62.00 per 1 C62'],
      '2.6 % above the last order; the last 5 cost EUR 58.10 to EUR 60.40',
      ...['140 C62, 25 C62 reserved', '0 C62 ordered, 50 C62 requested', '2026-12-04', '1010'],
    ],
  ],
  next: 'It is sent to the supplier at once.',
  undo: 'It can be cancelled until the first goods receipt.',
  note: 'Needed before the line stops on Friday.',
  differences: [],
  material: { 'supplier blocked': 'no' },
};

export const secrets = {
  anna: new Secret({ size: 20 }).base32,
  bert: new Secret({ size: 20 }).base32,
  carl: new Secret({ size: 20 }).base32,
};

/** The code that the authenticator of a person shows at a moment. */
export const codeOf = (name: keyof typeof secrets, at: number): string =>
  new TOTP({ secret: Secret.fromBase32(secrets[name]) }).generate({ timestamp: at });

const approvers = {
  anna: { name: 'Anna Example', email: 'anna@example.com', subject: 'subject-of-anna' },
  bert: { name: 'Bert Example', email: 'bert@example.com', subject: 'subject-of-bert' },
  carl: { name: 'Carl Example', email: 'carl@example.com', subject: 'subject-of-carl' },
};

/** The pages over real HTTP and a real table, with a clock that a test moves. `base` precedes every path. */
export async function openPeople(overrides: Partial<People> = {}, { base = '', stage = 'local' } = {}) {
  const store = await openApprovalsStore();
  const approvals = approvalsTable(store.client, store.tableName);
  const links = approvalLinks(store.client, store.tableName);
  const wakes: string[] = [];
  const logged: unknown[][] = [];
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const session = randomBytes(32);
  const on: People = {
    approvers,
    signIn: { kind: 'totp' },
    settings: { currency: 'EUR', batch: { upTo: '50000' } },
    timeZone: 'Europe/Berlin',
    approvals,
    earlier: earlierApprovals(store.client, store.tableName),
    links,
    records: signInRecords(store.client, store.tableName),
    keys: async () => ({ session, totp: secrets }),
    wake: async (token) => void wakes.push(token),
    now,
    random: randomUUID,
    log: { info: (...all) => void logged.push(all), error: (...all) => void logged.push(all) },
    ...overrides,
  };
  const { origin, close } = await mount(servePages(on, stage), base);
  return {
    on,
    store,
    wakes,
    logged,
    approvals,
    now,
    url: `${origin}${base}`,
    origin,
    advance: (ms: number) => {
      ahead += ms;
    },
    /** Opens a round and mails it: the links by approver. */
    async ask(changes: Partial<Approval> = {}, shown: Partial<Dossier> = {}) {
      const id = `${randomBytes(32).toString('base64url')}.1`;
      const draft = roundOf(id, {
        shown: JSON.stringify({ ...dossier, ...shown }),
        token: taskToken,
        createdAt: now(),
        expiresAt: now() + 3 * 86_400_000,
        ...changes,
      });
      await approvals.open(draft);
      const entries = draft.of.map((approver) => ({ approver, ...newLink() }));
      for (const { approver, hash } of entries)
        await links.put(hash, { approvalId: id, approver, expiration: Math.floor(now() / 1000) + 86_400 });
      const byApprover = Object.fromEntries(entries.map(({ approver, id: link }) => [approver, `/a/${link}`]));
      return { id, link: byApprover['anna'] ?? '', links: byApprover, stored: () => approvals.get(id) };
    },
    async close() {
      close();
      await store.close();
    },
  };
}

type Handler = ReturnType<typeof servePages>;

/** Stands in for API Gateway: each request becomes an event, each result an answer. */
async function mount(handler: Handler, base: string) {
  const server = createServer((request, response) => {
    void eventOf(request, base)
      .then((event) => handler(event))
      .then(({ statusCode, headers, multiValueHeaders, body }) => {
        response.writeHead(statusCode, { ...Object(headers), ...Object(multiValueHeaders) });
        response.end(request.method === 'HEAD' ? undefined : body);
      })
      .catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function eventOf(request: IncomingMessage, base: string): Promise<APIGatewayProxyEvent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname, searchParams } = new URL(`http://local${request.url}`);
  const below = pathname.slice(base.length) || '/';
  const link = /^\/a\/(.+)$/.exec(below)?.[1];
  const names = [...new Set(searchParams.keys())];
  return {
    resource: link === undefined ? below : '/a/{link}',
    path: pathname,
    httpMethod: request.method ?? '',
    headers: {},
    multiValueHeaders: request.headersDistinct as Record<string, string[]>,
    queryStringParameters: Object.fromEntries(searchParams),
    multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)])),
    pathParameters: link === undefined ? null : { link },
    stageVariables: null,
    requestContext: { path: pathname, domainName: request.headers.host } as APIGatewayProxyEvent['requestContext'],
    body: chunks.length > 0 ? Buffer.concat(chunks).toString('utf8') : null,
    isBase64Encoded: false,
  };
}
