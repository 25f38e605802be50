import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { description, view } from './shapes.ts';
import { type Call, cliWith, problem, type Reply, stackWith } from './stack.ts';

const path = '/v1/tools/erp_create_purchase_order';
const catalogue = { 'GET /v1/tools': () => ({ body: { tools: [description()] } }) };
let stack: Awaited<ReturnType<typeof stackWith>>;

afterEach(() => stack.close());

const answering = async (reply: Reply | ((call: Call) => Reply), more: Record<string, () => Reply> = {}) => {
  const route = typeof reply === 'function' ? reply : () => reply;
  stack = await stackWith({ ...catalogue, [`POST ${path}`]: route, ...more });
  return stack;
};
const location = { location: '/v1/operations/op-1', 'content-type': 'application/json' };
const call = (...rest: string[]) => stack.cli('call', 'erp_create_purchase_order', ...rest);

it('sends input and key as they are given, signed by the first agent', async () => {
  await answering({ headers: location, body: { status: 'released' } });
  const { code, out } = await call('--input', '{ "amount": 1.0 }', '--key', 'need-4711');
  expect(code).toBe(0);
  expect(out).toContain('200 OK\noperation  op-1\nkey        need-4711\n{\n  "status": "released"\n}');
  expect(stack.calls).toHaveLength(1);
  expect(stack.calls[0]).toMatchObject({ caller: 'buyer-agent', path, body: '{ "amount": 1.0 }' });
  expect(stack.calls[0]?.headers['idempotency-key']).toBe('need-4711');
});

it('makes a key for a write, and tells it before the answer', async () => {
  await answering({ headers: location });
  const { err } = await call();
  expect(err).toContain('--key cli-id-1');
  expect(stack.calls.at(-1)?.headers['idempotency-key']).toBe('cli-id-1');
});

it('makes a key for a tool that the catalogue does not show, so that the service can refuse it', async () => {
  stack = await stackWith({
    'GET /v1/tools': () => ({ body: { tools: [] } }),
    [`POST ${path}`]: () => problem('NOT_GRANTED', 'reader-agent has no grant.'),
  });
  const { code, out } = await call('--agent', 'reader-agent');
  expect(code).toBe(1);
  expect(out).toContain('"code": "NOT_GRANTED"');
  expect(stack.calls.map(({ caller }) => caller)).toEqual(['reader-agent', 'reader-agent']);
});

it('sends no key with a read', async () => {
  stack = await stackWith({
    'GET /v1/tools': () => ({ body: { tools: [description({ effect: 'read' })] } }),
    [`POST ${path}`]: () => ({ body: { asOf: 'now' } }),
  });
  const { err } = await call();
  expect(err).toBe('');
  expect(stack.calls.at(-1)?.headers).not.toHaveProperty('idempotency-key');
});

it('says that an answer is a replay', async () => {
  await answering({ headers: { ...location, 'idempotent-replayed': 'true' } });
  const { out } = await call('--key', 'k');
  expect(out).toContain('200 OK, replayed\n');
});

it('prints one JSON document with --json', async () => {
  await answering({ headers: { ...location, 'idempotent-replayed': 'true' }, body: { a: 1 } });
  const { out } = await call('--key', 'k', '--json');
  expect(JSON.parse(out)).toEqual({ status: 200, replayed: true, operationId: 'op-1', key: 'k', body: { a: 1 } });
});

it('ends with 4 while the outcome is open: pending, still running, or unknown', async () => {
  const replies = [
    { status: 202, headers: location, body: view({ state: 'unknown' }) },
    problem('OPERATION_IN_PROGRESS'),
    problem('OUTCOME_UNKNOWN'),
    'lost',
  ] as const;
  let n = 0;
  await answering(() => replies[n++] ?? 'lost');
  for (const _ of replies) expect((await call('--key', 'k')).code).toBe(4);
});

it('ends with 1 for a problem that surely had no effect', async () => {
  await answering(problem('IDEMPOTENCY_KEY_REUSED', 'Other content.', { operationId: 'op-1' }));
  const { code, out } = await call('--key', 'k');
  expect(code).toBe(1);
  expect(out).toContain('422');
  expect(out).toContain('operation  op-1');
});

it('tells to repeat with the same key when the answer is lost', async () => {
  await answering('lost');
  const { err } = await call();
  expect(err).toContain('cli-id-1');
  expect(err).toContain('may have happened');
  expect(err).toContain('same --key');
});

it('waits for what is pending until it is settled', async () => {
  const states = ['unknown', 'unknown', 'applied'];
  await answering(
    { status: 202, headers: location, body: view({ state: 'unknown' }) },
    { 'GET /v1/operations/op-1': () => ({ body: view({ state: states.shift() }) }) },
  );
  const { code, out } = await call('--key', 'k', '--wait', '60', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ status: 202, operation: { state: 'applied', document: '4500000301' } });
  const asked = stack.calls.filter(({ method }) => method === 'GET');
  expect(asked.map(({ query }) => query['wait'])).toEqual(['25', '25', '25']);
});

it('takes the input from a file and from standard input', async () => {
  await answering({});
  writeFileSync(join(stack.directory, 'order.json'), '{"from":"file"}');
  await call('--key', 'k', '--input', '@order.json');
  const { directory } = stack;
  await cliWith(
    { directory, input: '{"from":"pipe"}' },
    'call',
    'erp_create_purchase_order',
    '--key',
    'k',
    '--input',
    '-',
  );
  expect(stack.calls.map(({ body }) => body)).toEqual(['{"from":"file"}', '{"from":"pipe"}']);
});

it.each([
  ['what is not JSON', ['--input', '{item}'], '--input is not JSON'],
  ['a file that is not there', ['--input', '@none.json'], 'none.json cannot be read'],
  ['an agent that is not there', ['--agent', 'nobody', '--key', 'k'], 'Choose one of: buyer-agent, reader-agent.'],
  ['a name from the prototype', ['--agent', 'constructor', '--key', 'k'], 'The stack has no agent constructor.'],
  ['an unknown option', ['--keys', 'k'], 'Did you mean --key?'],
  ['a wait without end', ['--wait', '0'], 'whole number from 1 to 3600'],
  ['a profile for the local stack', ['--profile', 'p'], '--profile goes with --outputs'],
])('refuses %s before anything is sent', async (_, rest, message) => {
  await answering({});
  const { code, err } = await call(...rest);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(stack.calls).toEqual([]);
});

it('refuses a tool name that would lead elsewhere', async () => {
  await answering({});
  const { code } = await stack.cli('call', '../admin/operations', '--key', 'k');
  expect(code).toBe(2);
  expect(stack.calls).toEqual([]);
});

it('shows no control characters of an answer, and keeps the value', async () => {
  const nasty = { note: '\u001b[31mred\u009b0m\u2028line\u202eoverride\r' };
  await answering({ body: nasty });
  const { out } = await call('--key', 'k', '--json');
  expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  expect(JSON.parse(out).body).toEqual(nasty);
});
