import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Credentials, signedFetch } from '../../../bin/cli/signed-fetch.ts';
import { verify } from './signature.ts';

const keys = { LONGLIVED: { secret: 'a/b+c' }, TEMPORARY: { secret: 'd', token: 'session//token==' } };
const scope = { region: 'eu-central-1', service: 'execute-api' };
const buyer: Credentials = { accessKeyId: 'LONGLIVED', secretAccessKey: 'a/b+c' };

const server = createServer(async (request, response) => {
  const signer = verify(request, await text(request), { ...scope, keys });
  if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' });
  response.end(String(signer));
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const signer = async (
  credentials: Parameters<typeof signedFetch>[0],
  ...request: Parameters<ReturnType<typeof signedFetch>>
) => (await signedFetch(credentials, scope)(...request)).text();

it.each([
  ['a plain path', '/v1/tools'],
  ['a query with spaces, signs and repeated names', '/v1/tools?b=2&a=1%20one&a=+two&c=x%2By%26z&d=%C3%A4%27(*)'],
  ['an encoded path', '/v1/operations/a%2Fb%20c'],
  ['the root', '/'],
])('signs %s as the verifier reads it', async (_, path) => {
  expect(await signer(buyer, `${address}${path}`)).toBe('LONGLIVED');
});

it('signs a body with characters of all planes, and every header given', async () => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'need-4711', 'x-amz-meta': '  two  words ' };
  const request = { method: 'POST', headers, body: '{"note":"Maßstab 🚲"}' };
  expect(await signer(buyer, `${address}/v1/tools/x`, request)).toBe('LONGLIVED');
});

it('asks a credential function before each request, and sends a session token along', async () => {
  const temporary = { accessKeyId: 'TEMPORARY', secretAccessKey: 'd', sessionToken: 'session//token==' };
  const asked: Credentials[] = [buyer, temporary];
  const next = async () => asked.shift() ?? buyer;
  expect(await signer(next, `${address}/`)).toBe('LONGLIVED');
});

it('signs with temporary keys', async () => {
  const temporary = { accessKeyId: 'TEMPORARY', secretAccessKey: 'd', sessionToken: 'session//token==' };
  expect(await signer(temporary, `${address}/`)).toBe('TEMPORARY');
});

it('is refused by the verifier with a wrong secret', async () => {
  expect(await signer({ ...buyer, secretAccessKey: 'a/b-c' }, `${address}/`)).toContain('does not match');
});

it('follows no redirect', async () => {
  const answer = await signedFetch(buyer, scope)(`${address}/moved`);
  expect(answer.status).toBe(302);
});
