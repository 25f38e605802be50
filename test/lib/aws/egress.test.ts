import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { egress } from '../../../lib/aws/egress.ts';
import { CountersignError } from '../../../lib/core/errors.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (method = 'GET') => ({ method, headers: {}, signal: AbortSignal.timeout(5_000) });
const outcome = async (answer: Promise<Response>) =>
  answer.then(
    ({ status }) => status,
    (error) => [error.code, error.applied],
  );

test('a request reaches an allowed origin, with its body, and every cookie of the answer comes back', async () => {
  const api = await serve((request, response) => {
    response.writeHead(
      201,
      [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['content-type', 'text/plain'],
      ].flat(),
    );
    request.pipe(response);
  });
  const answer = await egress({ api }, { loopback: true })(`${api}/x`, { ...get('POST'), body: 'grüße' });
  expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([201, 'grüße', ['a=1', 'b=2']]);
});

test('no redirect is followed', async () => {
  const api = await serve((_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
  expect(await outcome(egress({ api }, { loopback: true })(api, get()))).toBe(302);
});

test.each([
  'https://other.example/',
  'https://erp.example.evil/',
  'https://erp.example:8443/',
  'https://169.254.169.254/latest/meta-data',
  'https://[::ffff:169.254.169.254]/',
  'http://erp.example/',
])('%s is refused before anything is resolved', async (address) => {
  expect(await outcome(egress({ api: 'https://erp.example' })(address, get()))).toEqual(['HOST_NOT_ALLOWED', 'no']);
});

test.each([
  'https://169.254.169.254',
  'https://127.0.0.1',
  'https://2852039166',
  'https://0xa9fea9fe',
  'https://[fd00:ec2::254]',
  'https://[::1]',
])('even a configured origin may not be %s', async (api) =>
  expect(await outcome(egress({ api })(`${api}/`, get()))).toEqual(['HOST_NOT_ALLOWED', 'no']));

test('a host whose name leads to this machine is refused', async () => {
  expect(await outcome(egress({ api: 'https://localhost' })('https://localhost/', get()))).toEqual([
    'SYSTEM_UNAVAILABLE',
    'no',
  ]);
});

test('a closed port surely had no effect', async () => {
  const api = await serve(() => {});
  const [server] = servers.splice(0);
  await new Promise((resolve) => server?.close(resolve));
  expect(await outcome(egress({ api }, { loopback: true })(api, get('POST')))).toEqual(['SYSTEM_UNAVAILABLE', 'no']);
});

test.each<[string, RequestListener]>([
  ['a reset', (request) => request.socket.resetAndDestroy()],
  [
    'half an answer',
    (_, response) => {
      response.writeHead(201, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    },
  ],
])('after %s the effect is unknown', async (_, handle) => {
  const api = await serve(handle);
  expect(await outcome(egress({ api }, { loopback: true })(api, get('POST')))).toEqual([
    'SYSTEM_UNAVAILABLE',
    'unknown',
  ]);
});

test('an answer that never comes ends with the signal, and the effect is unknown', async () => {
  const api = await serve(() => {});
  const request = { method: 'POST', headers: {}, signal: AbortSignal.timeout(100) };
  expect(await outcome(egress({ api }, { loopback: true })(api, request))).toEqual(['SYSTEM_UNAVAILABLE', 'unknown']);
});

const permitted = (permit: () => Promise<void>) => ({ ...get('POST'), body: '{}', permit });
const yes = async (): Promise<void> => undefined;

test('a permit is asked once the connection stands, before the first byte', async () => {
  const seen: string[] = [];
  const api = await serve((_, response) => {
    seen.push('request');
    response.end();
  });
  servers[0]?.on('connection', () => seen.push('connection'));
  const permit = async () => {
    await expect.poll(() => seen).toContain('connection');
    seen.push('permit');
  };
  expect(await outcome(egress({ api }, { loopback: true })(api, permitted(permit)))).toBe(200);
  expect(seen).toEqual(['connection', 'permit', 'request']);
});

test('what a permit throws is thrown, and nothing was sent', async () => {
  let requests = 0;
  const api = await serve((_, response) => {
    requests++;
    response.end();
  });
  const refuse = () => Promise.reject(new CountersignError('OPERATION_NOT_SENT', 'too late'));
  expect(await outcome(egress({ api }, { loopback: true })(api, permitted(refuse)))).toEqual([
    'OPERATION_NOT_SENT',
    'no',
  ]);
  expect(requests).toBe(0);
});

test('a call whose time ends while its permit is asked for surely had no effect', async () => {
  let requests = 0;
  const api = await serve((_, response) => {
    requests++;
    response.end();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = { ...permitted(() => promise), signal: AbortSignal.timeout(50) };
  expect(await outcome(egress({ api }, { loopback: true })(api, request))).toEqual(['SYSTEM_UNAVAILABLE', 'no']);
  resolve();
  await egress({ api }, { loopback: true })(api, get());
  expect(requests).toBe(1);
});

test('a modifying request opens a connection of its own: an idle one may be dead, and then nobody knows', async () => {
  const sockets = new Set<unknown>();
  const api = await serve((request, response) => {
    if (sockets.has(request.socket)) request.socket.resetAndDestroy();
    else response.end();
    sockets.add(request.socket);
  });
  const send = egress({ api }, { loopback: true });
  for (const request of [get(), permitted(yes), permitted(yes)]) expect(await outcome(send(api, request))).toBe(200);
  expect(sockets.size).toBe(3);
});

test('a read that meets a dead connection is asked once more, and each time says that it is ready', async () => {
  const sockets = new Set<unknown>();
  let requests = 0;
  let asked = 0;
  const api = await serve((request, response) => {
    requests++;
    if (sockets.has(request.socket)) request.socket.resetAndDestroy();
    else response.end('x');
    sockets.add(request.socket);
  });
  const send = egress({ api }, { loopback: true });
  const ready = async () => void asked++;
  for (let n = 0; n < 3; n++) expect(await outcome(send(api, { ...get(), ready }))).toBe(200);
  expect([requests, asked]).toEqual([5, 5]);
});

test('what is thrown when a read is ready is thrown, and nothing was sent', async () => {
  const api = await serve((_, response) => response.end());
  const ready = () => Promise.reject(new CountersignError('SYSTEM_BUSY', 'not now'));
  expect(await outcome(egress({ api }, { loopback: true })(api, { ...get(), ready }))).toEqual(['SYSTEM_BUSY', 'no']);
});
