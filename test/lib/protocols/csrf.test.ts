import { expect, test } from 'vitest';
import { withCsrf } from '../../../lib/protocols/csrf.ts';
import { exchangeOver } from '../../../lib/protocols/exchange.ts';
import { type Sent, scriptedTransport } from './scripted-transport.ts';

const url = 'https://erp.example/service/';
const required = () => new Response('', { status: 403, headers: { 'x-csrf-token': 'Required' } });

/** A service whose n-th token fetch answers token n with its cookies. */
function service(modify: (sent: Sent) => Response, fetchToken?: (sent: Sent) => Response) {
  let tokens = 0;
  const { transport, sent } = scriptedTransport((request) => {
    if (request.headers['x-csrf-token'] !== 'Fetch') return modify(request);
    if (fetchToken) return fetchToken(request);
    tokens += 1;
    const headers = new Headers({ 'x-csrf-token': `token${tokens}` });
    headers.append('set-cookie', `session=${tokens}; path=/; HttpOnly`);
    headers.append('set-cookie', 'usercontext=client=100; path=/');
    return new Response(null, { headers });
  });
  const exchange = withCsrf(exchangeOver(transport), { url, headers: {} });
  const permits: number[] = [];
  const write = () =>
    exchange({
      url: `${url}Set`,
      method: 'POST',
      headers: {},
      signal: new AbortController().signal,
      permit: async () => {
        permits.push(sent.length);
      },
    });
  const read = () => exchange({ url: `${url}Set`, method: 'GET', headers: {}, signal: new AbortController().signal });
  return { sent, write, read, permits };
}

test('reads fetch no token', async () => {
  const { read, sent } = service(() => new Response());
  await read();
  expect(sent.map(({ method }) => method)).toEqual(['GET']);
});

test('a write carries the token with its cookies; the token is fetched before leave to send is asked, and kept', async () => {
  const { write, sent, permits } = service(() => new Response());
  await write();
  await write();
  expect(sent.map(({ method, url: to }) => [method, to])).toEqual([
    ['HEAD', url],
    ['POST', `${url}Set`],
    ['POST', `${url}Set`],
  ]);
  expect(sent[1]?.headers).toMatchObject({ 'x-csrf-token': 'token1', cookie: 'session=1; usercontext=client=100' });
  expect(permits).toEqual([1, 2]);
});

test('concurrent first writes share one fetch', async () => {
  const { write, sent } = service(() => new Response());
  await Promise.all([write(), write(), write()]);
  expect(sent.filter(({ method }) => method === 'HEAD')).toHaveLength(1);
});

test('a refused token is fetched again once, and leave is asked for the repetition', async () => {
  const { write, permits, sent } = service(({ headers }) =>
    headers['x-csrf-token'] === 'token1' ? required() : new Response(null, { status: 204 }),
  );
  await expect(write()).resolves.toMatchObject({ status: 204 });
  expect(permits).toHaveLength(2);
  expect(sent.at(-1)?.headers).toMatchObject({ 'x-csrf-token': 'token2', cookie: 'session=2; usercontext=client=100' });
});

test('a token that is refused twice is not tried a third time', async () => {
  const { write, permits } = service(required);
  await expect(write()).resolves.toMatchObject({ status: 403 });
  expect(permits).toHaveLength(2);
});

test('a 403 that does not ask for a token is no reason to fetch one', async () => {
  const { write, permits } = service(() => new Response('', { status: 403 }));
  await expect(write()).resolves.toMatchObject({ status: 403 });
  expect(permits).toHaveLength(1);
});

test('a service that does not know HEAD is asked by GET', async () => {
  const { write, sent } = service(
    () => new Response(),
    ({ method }) =>
      method === 'HEAD' ? new Response(null, { status: 405 }) : new Response('', { headers: { 'x-csrf-token': 'g' } }),
  );
  await write();
  expect(sent.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'POST']);
  expect(sent[2]?.headers).toMatchObject({ 'x-csrf-token': 'g' });
});

test.each([
  [503, 'SYSTEM_UNAVAILABLE'],
  [500, 'SYSTEM_UNAVAILABLE'],
  [429, 'SYSTEM_THROTTLED'],
  [403, 'NOT_AUTHORISED_IN_ERP'],
  [404, 'UNSUPPORTED_BY_SYSTEM'],
])('when the token cannot be fetched because of %i, nothing was sent', async (status, code) => {
  const { write, permits } = service(
    () => new Response(),
    () => new Response(null, { status }),
  );
  await expect(write()).rejects.toMatchObject({ code, applied: 'no' });
  expect(permits).toHaveLength(0);
});

test('a sign-in page instead of a token is a failed sign-in, and nothing was sent', async () => {
  const page = () => new Response('<html>', { headers: { 'content-type': 'text/html' } });
  const { write, permits } = service(() => new Response(), page);
  await expect(write()).rejects.toMatchObject({ code: 'AUTH_FAILED', applied: 'no' });
  expect(permits).toHaveLength(0);
});

test('a service without this protection is written to without a token', async () => {
  const { write, sent } = service(
    () => new Response(),
    () => new Response('{}'),
  );
  await write();
  expect(sent.at(-1)?.headers).toEqual({});
});
