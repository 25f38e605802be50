import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { view } from '../bin/cli/shapes.ts';
import { type Call, problem, type Reply, stackWith } from '../bin/cli/stack.ts';

const root = resolve(import.meta.dirname, '../..');
const programs: Record<string, [string, string]> = {
  'agent.ts': [process.execPath, join(root, 'examples', 'agent.ts')],
  'agent.py': ['python3', join(root, 'examples', 'agent.py')],
};
const hasBotocore = spawnSync('python3', ['-c', 'import botocore']).status === 0;
const agents = Object.keys(programs).filter((name) => name === 'agent.ts' || hasBotocore);

let stack: Awaited<ReturnType<typeof stackWith>>;
afterEach(() => stack.close());

const price = { amount: '45', currency: 'EUR', per: { quantity: '10', unit: 'C62' } };
const reads = {
  'POST /v1/tools/erp_find_items': () => ({
    body: {
      items: [
        { item: 'RM-6000', blocked: true },
        { item: 'RM-6204', blocked: false },
      ],
    },
  }),
  'POST /v1/tools/erp_get_stock': () => ({ body: { onHand: { value: '140', unit: 'C62' } } }),
  'POST /v1/tools/erp_find_open_supply': () => ({ body: { totals: { ordered: { value: '80', unit: 'C62' } } } }),
  'POST /v1/tools/erp_find_suppliers': () => ({
    body: {
      suppliers: [
        { supplier: 'S0', blocked: true, offer: { price } },
        { supplier: 'S1', blocked: false, offer: { price } },
      ],
    },
  }),
};

type Trouble = 'lost after commit' | 'lost before' | 'unavailable' | 'in progress' | 'unknown' | 'review';

const atOnce = (reply: Reply): Reply =>
  reply === 'lost' ? reply : { ...reply, headers: { ...reply.headers, 'retry-after': '0' } };

/** A service that keeps the promise: one order per key, whatever trouble comes on the way, in this order. */
async function serviceWith(...troubles: Trouble[]) {
  const orders = new Map<string, { content: string; number: string }>();
  const keyOf = ({ headers }: Call) => String(headers['idempotency-key']);
  const commit = (call: Call): Reply => {
    const key = keyOf(call);
    const { lines, supplier } = JSON.parse(call.body);
    const content = JSON.stringify([supplier, Number(lines[0].quantity.value)]);
    const known = orders.get(key);
    if (known && known.content !== content)
      return problem('IDEMPOTENCY_KEY_REUSED', 'Other content.', { operationId: 'op-1' });
    const order = known ?? { content, number: `45${orders.size}` };
    orders.set(key, order);
    return {
      headers: { 'content-type': 'application/json', ...(known && { 'idempotent-replayed': 'true' }) },
      body: { document: { id: order.number, number: order.number } },
    };
  };
  const create = (call: Call): Reply => {
    const trouble = troubles.shift();
    if (trouble === undefined) return commit(call);
    if (trouble === 'lost before') return 'lost';
    if (trouble === 'unavailable') return atOnce(problem('SYSTEM_UNAVAILABLE', 'Gone for a moment.'));
    commit(call);
    if (trouble === 'in progress')
      return atOnce(problem('OPERATION_IN_PROGRESS', 'Still running.', { operationId: 'op-1' }));
    if (trouble === 'lost after commit') return 'lost';
    return { status: 202, body: view({ state: 'unknown' }) };
  };
  const states = troubles.includes('review') ? ['review'] : ['applied'];
  stack = await stackWith({
    ...reads,
    'POST /v1/tools/erp_create_purchase_order': create,
    'GET /v1/operations/op-1': () => ({ body: view({ state: states[0], document: [...orders.values()][0]?.number }) }),
  });
  return orders;
}

/** Runs an agent with the keys that `countersign env` would export. */
const runs = (name: string, ...args: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    const [program, file] = programs[name] ?? ['', ''];
    const env = {
      PATH: process.env['PATH'],
      AWS_ACCESS_KEY_ID: 'KEYBUYER',
      AWS_SECRET_ACCESS_KEY: 'secret/of+KEYBUYER',
      AWS_REGION: 'eu-central-1',
      COUNTERSIGN_API_URL: stack.apiUrl,
    };
    execFile(program, [file, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` }),
    );
  });

const writes = () => stack.calls.filter(({ path }) => path.endsWith('create_purchase_order'));

it.each(agents)('%s finds, looks, orders, and gets the same order when it plans again', async (name) => {
  const orders = await serviceWith();
  const { code, out } = await runs(name, 'P-1', 'ball bearing', '200');
  expect(out).toContain('One order: 450.');
  expect(code).toBe(0);
  expect([...orders.keys()]).toEqual([createHash('sha256').update('purchase for P-1').digest('hex')]);
  expect(out).toContain('RM-6204: 140 C62 on hand, 80 on order');
  expect(stack.calls.filter(({ path }) => path.endsWith('find_items')).map(({ body }) => JSON.parse(body))).toEqual([
    { query: 'ball bearing' },
    { query: 'bearing ball' },
  ]);
});

it.each(agents)('%s sends the very same call again until it has an answer', async (name) => {
  const orders = await serviceWith('lost before', 'lost after commit', 'unavailable', 'in progress');
  const { code, out } = await runs(name);
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('try 4: 409 OPERATION_IN_PROGRESS') });
  expect(orders.size).toBe(1);
  const first = writes().slice(0, 5);
  expect(new Set(first.map(({ body }) => body)).size).toBe(1);
  expect(new Set(writes().map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

it.each(agents)('%s asks what became of what is unknown, and sends nothing meanwhile', async (name) => {
  const orders = await serviceWith('unknown');
  const { code, out } = await runs(name);
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('operation op-1 is applied') });
  expect(orders.size).toBe(1);
  expect(writes()).toHaveLength(2);
});

it.each(agents)('%s that needs another quantity under the same need learns of the first order', async (name) => {
  const orders = await serviceWith();
  await runs(name, 'P-1', 'bearing', '200');
  const { code, out } = await runs(name, 'P-1', 'bearing', '300');
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('One order: 450.') });
  expect(out).toContain('422 ordered before, otherwise');
  expect(orders.size).toBe(1);
});

it.each(agents)('%s leaves to a person what only a person can settle', async (name) => {
  const orders = await serviceWith('review');
  const { code, out } = await runs(name);
  expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('operation op-1 needs a person') });
  expect(orders.size).toBe(1);
});

it.each(agents)('%s says how to get its keys', async (name) => {
  stack = await stackWith({});
  const [program = '', file = ''] = programs[name] ?? [];
  const { status, stderr } = spawnSync(program, [file], { env: { PATH: process.env['PATH'] }, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('npx countersign env buyer-agent');
});
