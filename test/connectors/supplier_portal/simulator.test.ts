import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator } from '../../../connectors/supplier_portal/simulator/simulator.ts';

const state = mkdtempSync(join(tmpdir(), 'countersign-portal-'));
let portal: Awaited<ReturnType<typeof startSimulator>>;
beforeAll(async () => {
  portal = await startSimulator({ state });
});
afterAll(async () => {
  await portal.close();
  rmSync(state, { recursive: true, force: true });
});

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
const ask = async (method: string, path: string, { body, headers = {} }: Asked = {}) => {
  const response = await fetch(`${portal.baseUrl}${path}`, {
    method,
    headers: { 'x-api-key': portal.credentials.write.apiKey, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
};
const refusal = async (...request: Parameters<typeof ask>) => {
  const { status, body } = await ask(...request);
  return `${status} ${body.error?.code}`;
};
const accounts = '/portal/v1/accounts';
const person = { supplier: '17300001', name: 'Ada', role: 'orders', invite: false, externalReference: 'LREF1' };
const open = async (email: string) => (await ask('POST', accounts, { body: { ...person, email } })).body;
const mailsAbout = async (id: string) => (await ask('GET', `/portal/v1/mails?about=${id}`)).body.items;
const seen = (version: number) => ({ headers: { 'if-match': `"${version}"` } });

test('a body is taken as its fields say, and every refusal has a name', async () => {
  const send = (fields: object) => refusal('POST', accounts, { body: { ...person, email: 'a@b.example', ...fields } });
  expect(await send({ color: 'red' })).toBe('422 FIELD_UNKNOWN');
  expect(await send({ name: 'x'.repeat(81) })).toBe('422 FIELD_TOO_LONG');
  expect(await send({ email: 'nobody' })).toBe('422 FIELD_INVALID');
  expect(await send({ supplier: '99' })).toBe('422 SUPPLIER_UNKNOWN');
  expect(await refusal('POST', accounts, { headers: { 'content-type': 'text/plain' } })).toBe('415 MEDIA_TYPE');
  expect(await refusal('DELETE', `${accounts}/A-1000001`)).toBe('405 METHOD');
  expect(await refusal('GET', accounts)).toBe('400 QUERY');
  expect(await refusal('GET', '/portal/v1/secrets')).toBe('404 NO_SUCH_PATH');
  expect(await refusal('GET', `${accounts}/A-1`)).toBe('404 NOT_FOUND');
});

test('without a key that it knows nothing is answered, and the one that reads changes nothing', async () => {
  expect(await refusal('GET', '/portal/v1/me', { headers: { 'x-api-key': 'guess' } })).toBe('401 KEY_UNKNOWN');
  const headers = { 'x-api-key': portal.credentials.read.apiKey };
  expect(await refusal('POST', accounts, { headers, body: person })).toBe('403 WRITE_NOT_ALLOWED');
  expect((await ask('GET', '/portal/v1/me', { headers })).body).toMatchObject({ access: 'read' });
});

test('a change names the version that was seen', async () => {
  const { id } = await open('version@b.example');
  const path = `${accounts}/${id}`;
  const body = { status: 'disabled', reason: 'a test' };
  expect(await refusal('PATCH', path, { body })).toBe('428 VERSION_MISSING');
  expect(await refusal('PATCH', path, { body, ...seen(2) })).toBe('412 VERSION_MISMATCH');
  expect((await ask('PATCH', path, { body, ...seen(1) })).status).toBe(204);
  expect((await ask('GET', path)).headers.get('etag')).toBe('"2"');
});

test('an invitation is two mails, each time that it is asked for, and they stay in the outbox', async () => {
  const { id } = await open('mail@b.example');
  expect(await mailsAbout(id)).toEqual([]);
  await ask('POST', `${accounts}/${id}/invitation`, { body: {}, ...seen(1) });
  await ask('POST', `${accounts}/${id}/invitation`, { body: {}, ...seen(2) });
  await ask('PATCH', `${accounts}/${id}`, { body: { status: 'disabled', reason: 'a test' }, ...seen(3) });
  const kinds = (await mailsAbout(id)).map(({ kind, to }: { kind: string; to: string }) => `${kind} ${to}`);
  expect(kinds).toEqual(['invitation', 'welcome', 'invitation', 'welcome'].map((kind) => `${kind} mail@b.example`));
});

test('people who use it can stand in the way of closing an account, and get out of it', async () => {
  const { id } = await open('people@b.example');
  const act = (name: string) => ask('POST', `/_sim/people/${name}`, { body: { account: id } });
  const close = (version: number) =>
    refusal('PATCH', `${accounts}/${id}`, { body: { status: 'disabled', reason: 'a test' }, ...seen(version) });
  expect((await act('accept-invitation')).status).toBe(409);
  await act('send-order');
  expect(await close(2)).toBe('409 OPEN_ORDER_CONFIRMATION');
  await act('confirm-order');
  expect(await close(3)).toBe('204 undefined');
});

test('what was there is there after a restart', async () => {
  const { id } = await open('restart@b.example');
  await portal.close();
  portal = await startSimulator({ state });
  expect((await ask('GET', `${accounts}/${id}`)).body).toMatchObject({ email: 'restart@b.example', version: 1 });
  const { body } = await ask('GET', '/_sim/ledger');
  expect(body.entries.at(-1)).toMatchObject({ entity: 'account', key: id, action: 'create', reference: 'LREF1' });
});
