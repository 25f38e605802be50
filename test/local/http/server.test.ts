import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { LocalAws } from '../../../local/local-aws.ts';
import { callApi, startFixture } from '../fixture.ts';

const code = `exports.handler = async (event) => ({ statusCode: 200, body: String(event.body ? event.body.length : 0) });`;
const start = () => startFixture({ functions: { size: { code } }, routes: { 'POST /v1/size': 'size' } });

/** A request as it stands, for what fetch would not send. */
const raw = (local: LocalAws, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(local.origin).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

const get = (local: LocalAws, path: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(`${local.origin}${path}`, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

test('names of other machines and pages of other origins get nothing, on any route', async () => {
  const local = await start();
  const { port } = new URL(local.origin);
  for (const path of ['/v1/size', '/_local/functions', '/']) {
    expect(await get(local, path, { host: 'rebound.example.com' })).toBe(403);
    expect(await get(local, path, { host: '127.0.0.1:1' })).toBe(403);
    expect(await get(local, path, { origin: 'https://example.com' })).toBe(403);
    expect(await get(local, path, { origin: 'null' })).toBe(403);
    expect(await get(local, path, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await get(local, path, { 'sec-fetch-site': 'cross-site', origin: 'null' })).toBe(403);
  }
  expect(await get(local, '/_local/functions', { host: `localhost:${port}`, origin: local.origin })).toBe(200);
});

test('a link on another site may be followed, and a form of an own page that sends no referrer is taken', async () => {
  const local = await start();
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(await get(local, '/_local/functions', link)).toBe(200);
  expect(await get(local, '/_local/functions', { ...link, 'sec-fetch-dest': 'iframe' })).toBe(403);
  expect(await get(local, '/_local/functions', { 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe(200);
});

test('control endpoints that change something ask for their header', async () => {
  const local = await start();
  const post = (headers: Record<string, string>) =>
    fetch(`${local.origin}/_local/clock`, { method: 'POST', body: '{"advance":1000}', headers });
  expect((await post({})).status).toBe(403);
  const before = local.clock.now();
  expect((await post({ 'x-countersign-local': '1' })).status).toBe(200);
  expect(local.clock.now()).toBeGreaterThanOrEqual(before + 1000);
});

test('what is not HTTP, or not a path, is refused and the next request is served', async () => {
  const local = await start();
  const host = new URL(local.origin).host;
  expect(await raw(local, 'nonsense\r\n\r\n')).toContain('400');
  expect(await raw(local, `GET /v1/%zz HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain('400');
  expect(await raw(local, `GET http://example.com/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain('400');
  expect(await raw(local, `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toContain('431');
  expect(await raw(local, 'GET / HTTP/1.1\r\n\r\n')).toContain('400');
  const answer = await callApi(local, '/v1/size', { body: 'four' });
  expect(answer.text).toBe('4');
});

test('a body of more than 10 MB is refused by the gateway with 413', async () => {
  const local = await start();
  const answer = await callApi(local, '/v1/size', { body: 'x'.repeat(10 * 1024 * 1024 + 1) });
  expect(answer.status).toBe(413);
  expect(answer.json()).toEqual({ message: 'Request Too Long' });
  expect((await callApi(local, '/v1/size', { body: 'x'.repeat(5 * 1024 * 1024) })).text).toBe('5242880');
});

test('a service that is not there is refused by name', async () => {
  const local = await start();
  const authorization = `AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const response = await fetch(local.origin, { headers: { authorization } });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('does not have the service \\"ec2\\"');
});
