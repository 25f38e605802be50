import { expect, test } from 'vitest';
import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import { exchangeOver } from '../../../lib/protocols/exchange.ts';
import { odataService } from '../../../lib/protocols/odata-service.ts';
import { odataV2 } from '../../../lib/protocols/odata-v2.ts';
import { odataV4 } from '../../../lib/protocols/odata-v4.ts';
import { jsonAnswer, type Sent, scriptedTransport } from './scripted-transport.ts';

const root = 'https://erp.example/sap/opu/odata/sap/SRV/';
const { signal } = new AbortController();
const row = z.object({ Id: z.string() });

function service(reply: (sent: Sent) => Response | Promise<Response>, version = odataV2, parameters = {}) {
  const { transport, sent } = scriptedTransport(reply);
  return {
    sent,
    service: odataService({ version, exchange: exchangeOver(transport), root, headers: {}, parameters, now: () => 0 }),
  };
}

const write = { signal, permit: async () => undefined };

test('a query is encoded and carries the parameters of the system', async () => {
  const { service: srv, sent } = service(() => jsonAnswer({ d: { results: [] } }), odataV2, { 'sap-client': '100' });
  await srv.rows('A_Set', { filter: "Name eq 'A & B'", select: ['Id'], top: 5, skip: 10, orderBy: 'Id desc' }, row, {
    signal,
  });
  const url = new URL(sent[0]?.url ?? '');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    $filter: "Name eq 'A & B'",
    $select: 'Id',
    $top: '5',
    $skip: '10',
    $orderby: 'Id desc',
    $format: 'json',
    'sap-client': '100',
  });
});

test('every page of the server is followed, in both versions', async () => {
  const pages = (body: (next?: string) => unknown) => (sent: Sent) =>
    jsonAnswer(body(sent.url.includes('skiptoken') ? undefined : `${root}A_Set?$skiptoken=2`));
  const v2 = service(pages((__next) => ({ d: { results: [{ Id: __next ? '1' : '2' }], __next } })));
  await expect(v2.service.rows('A_Set', {}, row, { signal })).resolves.toEqual([{ Id: '1' }, { Id: '2' }]);
  const v4 = service(
    pages((next) => ({ value: [{ Id: next ? '1' : '2' }], '@odata.nextLink': next })),
    odataV4,
  );
  await expect(v4.service.rows('A_Set', {}, row, { signal })).resolves.toEqual([{ Id: '1' }, { Id: '2' }]);
});

test('a relative address of the next page is followed', async () => {
  const { service: srv, sent } = service(
    (request) => jsonAnswer({ value: [], ...(request.url.includes('t=2') ? {} : { '@odata.nextLink': 'A_Set?t=2' }) }),
    odataV4,
  );
  await srv.rows('A_Set', {}, row, { signal });
  expect(sent[1]?.url).toBe(`${root}A_Set?t=2`);
});

test.each([
  'https://evil.example/x',
  'https://erp.example/other/service',
  'http://169.254.169.254/',
  '//evil.example/',
])('a next page at %s is not followed', async (next) => {
  const { service: srv, sent } = service(() => jsonAnswer({ d: { results: [], __next: next } }));
  await expect(srv.rows('A_Set', {}, row, { signal })).rejects.toMatchObject({ code: 'HOST_NOT_ALLOWED' });
  expect(sent).toHaveLength(1);
});

test('pages without an end are given up', async () => {
  const { service: srv } = service(() => jsonAnswer({ d: { results: [], __next: `${root}A_Set?again` } }));
  await expect(srv.rows('A_Set', {}, row, { signal })).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
});

test('V2 unwraps nested collections and leaves out what was not expanded', async () => {
  const d = { Id: '1', __metadata: {}, to_A: { results: [{ Id: '2' }] }, to_B: { __deferred: { uri: '' } } };
  const { service: srv } = service(() => jsonAnswer({ d }));
  const found = await srv.find('A_Set', { Id: '1' }, {}, z.unknown(), { signal });
  expect(found?.value).toEqual({ Id: '1', to_A: [{ Id: '2' }] });
});

test.each([
  ['V2', odataV2, { d: { Id: '1', to_A: { results: [{ Id: '2' }], __next: `${root}A_Set('1')/to_A?$skiptoken=2` } } }],
  ['V2, deeper', odataV2, { d: { Id: '1', to_A: { results: [{ to_B: { results: [], __next: 'x' } }] } } }],
  ['V4', odataV4, { Id: '1', _A: [{ Id: '2' }], '_A@odata.nextLink': 'A_Set(1)/_A?$skiptoken=2' }],
  ['V4, deeper', odataV4, { Id: '1', _A: [{ Id: '2', _B: [], '_B@odata.nextLink': 'x' }] }],
])('%s: an expanded collection of which only a part was answered is no answer', async (_, version, body) => {
  const { service: srv } = service(() => jsonAnswer(body), version);
  const found = srv.find('A_Set', { Id: '1' }, {}, z.object({ Id: z.string() }), { signal });
  await expect(found).rejects.toMatchObject({ code: 'SYSTEM_ANSWER_INVALID' });
});

test('a number keeps the digits that were sent', async () => {
  const body = '{"value":[{"Amount":12345678901234567.890,"Small":0.10}]}';
  const { service: srv } = service(
    () => new Response(body, { headers: { 'content-type': 'application/json' } }),
    odataV4,
  );
  const rows = await srv.rows('Set', {}, z.object({ Amount: z.string(), Small: z.string() }), { signal });
  expect(rows).toEqual([{ Amount: '12345678901234567.890', Small: '0.10' }]);
});

test('a key with quotes, slashes and percent signs is one value', async () => {
  const { service: srv, sent } = service(() => jsonAnswer({ d: { Id: '1' } }));
  await srv.find('A_Set', { Id: "a'b/c%d?e#f" }, {}, row, { signal });
  expect(sent[0]?.url.split('?')[0]).toBe(`${root}A_Set(Id='a''b%2Fc%25d%3Fe%23f')`);
});

test('an entity is missing only when a search finds nothing either', async () => {
  const notFound = () => jsonAnswer({ error: { code: 'X', message: { value: 'Not found' } } }, { status: 404 });
  const empty = service(({ url }) => (url.includes('(') ? notFound() : jsonAnswer({ d: { results: [] } })));
  await expect(empty.service.find('A_Set', { Id: '1' }, {}, row, { signal })).resolves.toBeUndefined();
  const inactive = service(notFound);
  await expect(inactive.service.find('A_Set', { Id: '1' }, {}, row, { signal })).rejects.toMatchObject({ status: 404 });
});

test('a sign-in page instead of data is no success', async () => {
  const page = () => new Response('<html><form>', { headers: { 'content-type': 'text/html; charset=utf-8' } });
  const { service: srv } = service(page);
  await expect(srv.rows('A_Set', {}, row, { signal })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  await expect(srv.change({ method: 'POST', path: 'A_Set', body: {} }, write)).rejects.toMatchObject({
    code: 'AUTH_FAILED',
    applied: 'unknown',
  });
});

test.each([
  ['nothing', ''],
  ['half of it', '{"d":{"Id":'],
  ['something else', '[]'],
])('an answer to a change that holds %s leaves the effect open', async (_, body) => {
  const { service: srv } = service(
    () => new Response(body, { status: 201, headers: { 'content-type': 'application/json' } }),
  );
  await expect(srv.change({ method: 'POST', path: 'A_Set', body: {} }, write)).rejects.toMatchObject({
    code: 'SYSTEM_ANSWER_INVALID',
    applied: 'unknown',
  });
});

test('an answer without a field that is needed is invalid, and the message names the field', async () => {
  const { service: srv } = service(() => jsonAnswer({ d: { results: [{ Other: 'secret' }] } }));
  const error: unknown = await srv.rows('A_Set', {}, row, { signal }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'SYSTEM_ANSWER_INVALID', message: expect.stringContaining('0.Id') });
  expect(String(error)).not.toContain('secret');
});

test('a broken connection leaves the effect of a change open, that of a read not', async () => {
  const reset = () => Promise.reject(new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' }));
  const { service: srv } = service(reset);
  await expect(srv.change({ method: 'DELETE', path: 'A_Set' }, write)).rejects.toMatchObject({ applied: 'unknown' });
  await expect(srv.rows('A_Set', {}, row, { signal })).rejects.toMatchObject({ applied: 'no' });
});

test('a body that breaks off leaves the effect of a change open', async () => {
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{"d":'));
      controller.error(new Error('terminated'));
    },
  });
  const { service: srv } = service(() => new Response(body, { status: 201 }));
  await expect(srv.change({ method: 'POST', path: 'A_Set', body: {} }, write)).rejects.toMatchObject({
    code: 'SYSTEM_UNAVAILABLE',
    applied: 'unknown',
  });
});

test('a refused permit sends nothing', async () => {
  const { service: srv, sent } = service(() => jsonAnswer({}));
  const permit = () => Promise.reject(new CountersignError('ATTEMPTS_SPENT', 'No more.'));
  await expect(srv.change({ method: 'POST', path: 'A_Set', body: {} }, { signal, permit })).rejects.toMatchObject({
    code: 'ATTEMPTS_SPENT',
  });
  expect(sent).toHaveLength(0);
});

test('a call whose time is over sends nothing and asks for no leave', async () => {
  const { service: srv, sent } = service(() => jsonAnswer({}));
  let asked = 0;
  const late = {
    signal: AbortSignal.abort(),
    permit: async () => {
      asked += 1;
    },
  };
  await expect(srv.change({ method: 'POST', path: 'A_Set', body: {} }, late)).rejects.toMatchObject({ applied: 'no' });
  expect([sent.length, asked]).toEqual([0, 0]);
});

test('a change names its ETag and V4 keeps decimals as strings', async () => {
  const { service: srv, sent } = service(() => new Response(null, { status: 204 }), odataV4);
  await srv.change({ method: 'PATCH', path: "Set(Id='1')", body: { Amount: '1.10' }, etag: 'W/"1"' }, write);
  expect(sent[0]?.headers).toMatchObject({
    'if-match': 'W/"1"',
    'content-type': 'application/json;IEEE754Compatible=true',
    accept: 'application/json;IEEE754Compatible=true',
  });
});

test('the messages of an error are read in both versions', async () => {
  const details = [{ code: 'ME/006', message: 'Locked', severity: 'error' }];
  const v2 = service(() =>
    jsonAnswer(
      { error: { code: 'X/1', message: { lang: 'en', value: 'Main' }, innererror: { errordetails: details } } },
      { status: 400 },
    ),
  );
  const messages = [
    { code: 'X/1', text: 'Main' },
    { code: 'ME/006', text: 'Locked' },
  ];
  await expect(v2.service.rows('A', {}, row, { signal })).rejects.toMatchObject({ status: 400, messages });
  const v4 = service(() => jsonAnswer({ error: { code: 'X/1', message: 'Main', details } }, { status: 400 }), odataV4);
  await expect(v4.service.rows('A', {}, row, { signal })).rejects.toMatchObject({ status: 400, messages });
  const gateway = service(() => new Response('<html>Bad gateway', { status: 502 }));
  await expect(gateway.service.rows('A', {}, row, { signal })).rejects.toMatchObject({ status: 502, messages: [] });
});
