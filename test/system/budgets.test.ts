import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPortalAccount } from '../../contracts/open-portal-account.ts';
import { newKey, orderOf, type Product, type Reply, startProduct } from './stack.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ config: 'budgets.config.ts' });
}, 60_000);
afterAll(() => product.close());

const send = (tool: string, input: unknown): Promise<Reply> =>
  product.send('POST', `/v1/tools/${tool}`, { body: JSON.stringify(input), headers: { 'idempotency-key': newKey() } });
const cost = { kind: 'cost_center', id: '4711' };
const allocate = async (amount: string): Promise<string> => {
  const asked = { amount: { amount, currency: 'EUR' }, budget: cost, purpose: 'bearings' };
  const { body } = await send('budget_allocate_budget', asked);
  return String(body['allocation']);
};
const order = (allocation: string, pieces?: string) =>
  send('erp_create_purchase_order', { ...orderOf(pieces), budgetAllocation: allocation });
const consumed = async (allocation: string) => {
  const { body } = await send('budget_get_budget', { budget: cost });
  const all = body['allocations'] as { allocation: string; consumed: string }[];
  return all.find((each) => each.allocation === allocation)?.consumed;
};

test('an order uses its allocation up, one that is over it is refused, and cancelling gives it back', async () => {
  const allocation = await allocate('1000.00');
  const first = await order(allocation, '200');
  expect([first.status, await consumed(allocation)]).toEqual([200, '900.00']);
  const second = await order(allocation, '100');
  expect(second.body).toMatchObject({
    ...{ code: 'BUDGET_EXCEEDED', applied: 'no' },
    available: { amount: '100', currency: 'EUR' },
  });
  const released = await send('budget_release_budget', { allocation, reason: 'the rest is not needed' });
  expect(released.body).toMatchObject({ released: { amount: '100.00' }, consumed: { amount: '900.00' } });
  await send('erp_cancel_purchase_order', { order: first.body.document.id, reason: 'a test' });
  expect(await consumed(allocation)).toBe('0.00');
});

test('what waits for people has used its allocation, and gives it back when they are not asked any more', async () => {
  const allocation = await allocate('2000.00');
  const waiting = await order(allocation, '400');
  expect([waiting.body.state, await consumed(allocation)]).toEqual(['awaiting_approval', '1800.00']);
  await product.idle();
  const reason = JSON.stringify({ reason: 'a test' });
  const id = waiting.body.operationId;
  const withdrawn = await product.send('POST', `/v1/admin/approvals/${id}.1/withdraw`, {
    as: 'operator',
    body: reason,
  });
  expect(withdrawn.status).toBe(200);
  await product.idle();
  await expect.poll(() => consumed(allocation), { timeout: 10_000, interval: 100 }).toBe('0.00');
});

test('every system is found in order, whoever keeps its books, and a portal is spoken to like all others', async () => {
  for (const system of ['budget', 'portal']) {
    const { body } = await product.send('POST', `/v1/admin/systems/${system}/check`, { as: 'operator' });
    const findings = body['findings'] as { ok: boolean }[];
    expect([findings.length > 0, findings.filter(({ ok }) => !ok)]).toEqual([true, []]);
  }
  const [{ input }] = openPortalAccount.examples;
  const opened = await send('portal_open_portal_account', input);
  const closed = await send('portal_close_portal_account', { account: opened.body['account'], reason: 'a test' });
  expect([opened.body['accountStatus'], closed.body['accountStatus']]).toEqual(['created', 'disabled']);
});

test('a paused budget is not written to', async () => {
  const reason = JSON.stringify({ reason: 'the year is being closed' });
  await product.send('POST', '/v1/admin/systems/budget/pause', { as: 'operator', body: reason });
  const asked = { amount: { amount: '1', currency: 'EUR' }, budget: cost, purpose: 'bearings' };
  expect((await send('budget_allocate_budget', asked)).body).toMatchObject({
    state: 'queued',
    reason: 'SYSTEM_PAUSED',
  });
});
