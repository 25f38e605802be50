import { createHash } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Caller, type Credentials, keyRing } from '../../../local/credentials.ts';
import { type LocalRequest, parseTarget } from '../../../local/http/request.ts';
import { readAuthorization, type SignatureProblem, verifySignature } from '../../../local/http/signature.ts';

const credentials: Credentials = {
  accessKeyId: 'LKIA0000000000000001',
  secretAccessKey: 'a-secret-of-this-test',
  roleArn: 'arn:aws:iam::111122223333:role/buyer-agent',
};
const temporary: Credentials = { ...credentials, accessKeyId: 'LKIA0000000000000002', sessionToken: 'the-token' };
const keys = keyRing([credentials, temporary]);
const now = Date.parse('2026-03-04T05:06:07Z');

interface Sent {
  readonly target: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly region: string;
  readonly by: Credentials;
  readonly at: number;
}

const usual: Sent = {
  target: '/v1/tools/erp_create?b=2&a=x%20y&a=1&empty=',
  body: '{"a":1}',
  headers: { host: '127.0.0.1:4000', 'content-type': 'application/json' },
  service: 'execute-api',
  region: 'eu-central-1',
  by: credentials,
  at: now,
};

/** Signs as a client would, with the SDK's own signer. */
const send = async (change: Partial<Sent> = {}): Promise<LocalRequest> => {
  const { target, body, headers, service, region, by, at } = { ...usual, ...change };
  const { path, query } = parseTarget(target);
  const grouped: Record<string, string[]> = {};
  for (const [name, value] of query) grouped[name] = [...(grouped[name] ?? []), value];
  const { accessKeyId, secretAccessKey, sessionToken } = by;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    service,
    region,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const request = new HttpRequest({ method: 'POST', path, query: grouped, headers: { ...headers }, body });
  const signed = await signer.sign(request, { signingDate: new Date(at) });
  return {
    method: 'POST',
    path,
    query,
    headers: signed.headers,
    sentHeaders: [],
    body: Buffer.from(body),
    address: '',
  };
};

const verify = async (request: LocalRequest, skewAt?: number): Promise<Caller | SignatureProblem> => {
  const authorization = readAuthorization(request);
  if ('problem' in authorization) return authorization;
  const skew = skewAt === undefined ? {} : { skew: { now: skewAt, allowed: 300_000 } };
  return verifySignature(request, authorization, { keys, region: 'eu-central-1', ...skew });
};

const altered = (request: LocalRequest, change: Partial<LocalRequest>): LocalRequest => ({ ...request, ...change });

describe('a request that is signed as AWS asks', () => {
  test.each([
    ['to the API', {}],
    ['with a path that is percent-encoded', { target: '/v1/operations/a%3Ab%2Fc' }],
    ['with an empty body', { body: '' }],
    ['to S3, whose path is not encoded twice', { service: 's3', target: '/bucket/answers/a%20b' }],
    ['with temporary keys', { by: temporary }],
  ])('is accepted %s', async (_, change) => {
    expect(await verify(await send(change), now)).toMatchObject({
      sessionArn: 'arn:aws:sts::111122223333:assumed-role/buyer-agent/local',
      account: '111122223333',
    });
  });

  test('is accepted in whatever order its query is sent', async () => {
    const request = await send();
    expect(await verify(altered(request, { query: request.query.toReversed() }))).toHaveProperty('roleName');
  });
});

describe('a request is refused', () => {
  let request: LocalRequest;
  beforeAll(async () => {
    request = await send({ headers: { ...usual.headers, 'x-amz-meta': 'one' } });
  });

  test.each<[string, (sent: LocalRequest) => Partial<LocalRequest>]>([
    ['another body', () => ({ body: Buffer.from('{"a":2}') })],
    ['another path', () => ({ path: '/v1/tools/erp_cancel' })],
    ['another method', () => ({ method: 'PUT' })],
    ['another query value', ({ query }) => ({ query: [...query, ['c', '3']] })],
    ['a query parameter that the signer loses', ({ query }) => ({ query: [...query, ['__proto__', '3']] })],
    ['another signed header', ({ headers }) => ({ headers: { ...headers, 'x-amz-meta': 'two' } })],
    ['a further x-amz header', ({ headers }) => ({ headers: { ...headers, 'x-amz-more': '1' } })],
    ['another host', ({ headers }) => ({ headers: { ...headers, host: 'localhost:4000' } })],
    ['another date', ({ headers }) => ({ headers: { ...headers, 'x-amz-date': '20260304T050608Z' } })],
    ['a signed header missing', ({ headers }) => ({ headers: omit(headers, 'x-amz-meta') })],
  ])('with %s', async (_, change) => {
    expect(await verify(altered(request, change(request)))).toMatchObject({ problem: 'mismatch' });
  });

  test.each<[string, Partial<Sent>, SignatureProblem['problem']]>([
    ['by an unknown key', { by: { ...credentials, accessKeyId: 'LKIA9999999999999999' } }, 'unknown-key'],
    ['with a wrong secret', { by: { ...credentials, secretAccessKey: 'other' } }, 'mismatch'],
    ['with another token', { by: { ...temporary, sessionToken: 'other' } }, 'unknown-key'],
    [
      'without the token that the key needs',
      { by: { ...credentials, accessKeyId: temporary.accessKeyId } },
      'unknown-key',
    ],
    ['with a token that the key does not have', { by: { ...credentials, sessionToken: 'any' } }, 'unknown-key'],
    ['for another region', { region: 'us-east-1' }, 'mismatch'],
  ])('%s', async (_, change, problem) => {
    expect(await verify(await send(change))).toMatchObject({ problem });
  });

  test.each<[string, Record<string, string>, SignatureProblem['problem']]>([
    ['without a signature', {}, 'missing'],
    ['with another scheme', { authorization: 'Bearer abc' }, 'incomplete'],
    [
      'with half a signature',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260304/r/s/aws4_request' },
      'incomplete',
    ],
  ])('%s', async (_, headers, problem) => {
    expect(await verify(altered(request, { headers: { ...headers, host: 'x' } }))).toMatchObject({ problem });
  });

  test('when it leaves the host unsigned', async () => {
    const { authorization = '' } = request.headers;
    const headers = { ...request.headers, authorization: authorization.replace('host;', '') };
    expect(await verify(altered(request, { headers }))).toMatchObject({ message: "The header 'host' must be signed." });
  });

  test('when it is presigned, by name', async () => {
    const presigned = altered(request, { query: [['X-Amz-Signature', 'abc']] });
    expect(await verify(presigned)).toMatchObject({ message: expect.stringContaining('Presigned') });
  });

  test('when its date is not of the day in its scope', async () => {
    const headers = { ...request.headers, 'x-amz-date': '20260305T050607Z' };
    expect(await verify(altered(request, { headers }))).toMatchObject({ problem: 'mismatch' });
  });

  test('when the claimed hash of the body is left out for S3, or not that of the body', async () => {
    const put = await send({ service: 's3', target: '/bucket/key' });
    const claimed = createHash('sha256').update('other').digest('hex');
    for (const headers of [
      omit(put.headers, 'x-amz-content-sha256'),
      { ...put.headers, 'x-amz-content-sha256': claimed },
    ]) {
      expect(await verify(altered(put, { headers }))).toMatchObject({ problem: 'mismatch' });
    }
  });
});

describe('the time of signing', () => {
  test.each([
    ['299 s ago', 299, 'accepted'],
    ['299 s ahead', -299, 'accepted'],
    ['301 s ago', 301, 'expired'],
    ['301 s ahead', -301, 'expired'],
  ])('%s is %s', async (_, seconds, expected) => {
    const answer = await verify(await send(), now + seconds * 1000);
    expect('problem' in answer ? answer.problem : 'accepted').toBe(expected);
  });

  test('does not matter where no clock is given', async () => {
    expect(await verify(await send({ at: now - 86_400_000 * 30 }))).toHaveProperty('roleName');
  });
});

const omit = (headers: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

class Sha256 {
  readonly #parts: Uint8Array[] = [];
  readonly #secret: string | ArrayBuffer | ArrayBufferView | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret;
  }

  update(data: Uint8Array): void {
    this.#parts.push(data);
  }

  async digest(): Promise<Uint8Array> {
    const { createHmac } = await import('node:crypto');
    const key =
      typeof this.#secret === 'string' ? this.#secret : this.#secret && Buffer.from(this.#secret as Uint8Array);
    const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
    return hash.update(Buffer.concat(this.#parts)).digest();
  }

  reset(): void {}
}
