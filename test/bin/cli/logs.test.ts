import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cliWith, stackWith } from './stack.ts';

const lines = [
  '2026-01-15T09:30:00.000Z countersign-local-erp-read {"level":"INFO"}',
  '2026-01-15T09:30:01.000Z countersign-local-relay \u001b[2Jtwo words',
  '',
].join('\n');
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const started = async (routes: Parameters<typeof stackWith>[0]) => {
  const stack = await stackWith(routes);
  closing.push(stack.close);
  return stack;
};

it('shows the latest lines, of one function or all', async () => {
  const { cli } = await started({ 'open /_local/logs': () => ({ body: lines }) });
  expect((await cli('logs')).out.split('\n')).toHaveLength(3);
  expect((await cli('logs', 'relay')).out).toBe('2026-01-15T09:30:01.000Z  countersign-local-relay  two words\n');
  expect(JSON.parse((await cli('logs', '-n', '1', '--json')).out)).toMatchObject({ source: 'countersign-local-relay' });
});

it('shows what the last run left when nothing runs any more', async () => {
  const stack = await started({});
  writeFileSync(join(stack.state, 'aws', 'logs', 'countersign-local-relay.log'), 'one\ntwo\n');
  writeFileSync(join(stack.state, 'endpoints.json'), (await endpoints(stack.state)).replace(/:\d+"/, ':1"'));
  const { code, out, err } = await stack.cli('logs');
  expect({ code, out }).toEqual({ code: 0, out: 'countersign-local-relay  one\ncountersign-local-relay  two\n' });
  expect(err).toContain('its last run');
});

const endpoints = async (state: string) =>
  (await import('node:fs')).readFileSync(join(state, 'endpoints.json'), 'utf8');

/** A stream of lines that goes on until the test ends it. */
const streaming = async () => {
  const open = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => {
    response.writeHead(200).write(lines);
    open.resolve(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stack = await started({});
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(stack.state, 'endpoints.json'), (await endpoints(stack.state)).replace(stack.apiUrl, address));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { directory: stack.directory, response: open.promise };
};

it('follows until it is interrupted, over lines that arrive in pieces', async () => {
  const { directory, response } = await streaming();
  const controller = new AbortController();
  let out = '';
  const onOut = (text: string) => {
    out += text;
    if (text.includes('last')) controller.abort();
  };
  const ended = cliWith({ directory, interrupted: controller.signal, onOut }, 'logs', '-f', 'relay');
  const stream = await response;
  stream.write('2026-01-15T09:30:02.000Z countersign-local-re');
  stream.write('lay the last\n');
  expect(await ended).toMatchObject({ code: 0 });
  expect(out).toBe(
    '2026-01-15T09:30:01.000Z  countersign-local-relay  two words\n2026-01-15T09:30:02.000Z  countersign-local-relay  the last\n',
  );
});

it('says so when the stack stops while it is followed', async () => {
  const { directory, response } = await streaming();
  const ended = cliWith({ directory }, 'logs', '-f');
  (await response).end();
  expect(await ended).toMatchObject({ code: 3, err: expect.stringContaining('The stack has stopped') });
});
