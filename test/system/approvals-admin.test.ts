import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkFor, mailsOf } from './approver.ts';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ config: 'approvals-admin.config.ts' });
});
afterAll(() => product.close());

const admin = (method: string, path: string) => product.send(method, `/v1/admin/${path}`, { as: 'operator' });
const rows = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);
const journal = async (type: string) => {
  const entries = rows((await admin('GET', 'journal?limit=100')).body['entries']);
  return entries.filter((entry) => entry['type'] === type);
};

test('an operator sees what people are asked, and withdraws it: nothing is sent, and the agent is told', async () => {
  const { body } = await product.call('create_purchase_order', orderOf('400'), { key: newKey() });
  const id = `${body.operationId}.1`;
  await expect.poll(async () => (await admin('GET', `approvals/${id}`)).status, { timeout: 10_000 }).toBe(200);
  const waiting = rows((await admin('GET', 'approvals')).body['approvals']);
  expect(waiting).toMatchObject([{ id, status: 'pending', agent: 'buyer-agent', need: 1, of: ['anna', 'ben'] }]);
  const shown = await admin('GET', `approvals/${id}`);
  expect(shown.body).toMatchObject({ id, shown: { action: expect.stringContaining('1,800.00') } });
  expect(shown.text + JSON.stringify(waiting)).not.toMatch(/"token"|"links"/);

  for (let n = 0; n < 2; n++)
    expect((await admin('POST', `approvals/${id}/withdraw`)).body['status']).toBe('withdrawn');
  const stateOf = async () => (await product.send('GET', `/v1/operations/${body.operationId}`)).body;
  await expect.poll(async () => (await stateOf()).reason, { timeout: 10_000 }).toBe('APPROVAL_WITHDRAWN');
  expect(await product.effects(body.reference)).toEqual([]);
  expect(await journal('approval.withdrawn')).toMatchObject([{ id, agent: 'buyer-agent', by: 'operator' }]);
});

test('what is decided cannot be withdrawn, and what is not there is not found', async () => {
  expect((await admin('GET', 'approvals/none')).status).toBe(404);
  expect((await admin('POST', 'approvals/none/withdraw')).status).toBe(404);
  expect((await admin('POST', 'approvers/constructor/enrol')).status).toBe(404);
});

const mailed = async (name: string) => (await mailsOf(product)).filter(({ to }) => to.includes(`${name}@example.com`));

test('a question finds somebody: a stand-in for the absent, one more mail, somebody else when a mail comes back', async () => {
  const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  const now = product.stack.aws.clock.now();
  const absence = { from: dayOf(now - 86_400_000), to: dayOf(now + 7 * 86_400_000), standIn: 'emil' };
  const noted = await product.send('POST', '/v1/admin/approvers/anna/absence', {
    as: 'operator',
    body: JSON.stringify(absence),
  });
  expect(noted.body).toMatchObject({ approver: 'anna', absence });
  const before = (await mailed('anna')).length;
  const { body } = await product.call('create_purchase_order', orderOf('400'), { key: newKey() });
  const id = `${body.operationId}.1`;
  await linkFor(product, 'emil');
  expect(await mailed('anna')).toHaveLength(before);
  await linkFor(product, 'ben', 2);
  await product.idle();

  expect((await admin('POST', `approvals/${id}/remind`)).status).toBe(200);
  await linkFor(product, 'emil', 2);
  expect((await mailed('emil')).at(-1)?.subject).toMatch(/^Reminder: approve by /);
  expect((await admin('POST', `approvals/${id}/remind`)).body.code).toBe('TOO_MANY_CALLS');

  const lost = (await mailed('emil')).at(-1)?.id;
  await fetch(`${product.stack.aws.origin}/_local/mail/${lost}/bounce`, {
    method: 'POST',
    headers: { 'x-countersign-local': '1' },
  });
  await linkFor(product, 'carla');
  const round = (await admin('GET', `approvals/${id}`)).body;
  expect(round).toMatchObject({ status: 'pending', of: ['emil', 'ben', 'carla'], unreached: ['emil'] });
  await expect.poll(async () => (await journal('approval.escalated')).length, { timeout: 10_000 }).toBe(1);
  expect(await product.effects(body.reference)).toEqual([]);
  expect((await admin('POST', `approvals/${id}/withdraw`)).status).toBe(200);
});

test('an enrolment is shown once, replaces what was there, and is journaled', async () => {
  const approvers = rows((await admin('GET', 'approvers')).body['approvers']);
  expect(approvers.map(({ id, enrolled }) => [id, enrolled])).toEqual(
    ['anna', 'ben', 'carla', 'dora', 'emil'].map((name) => [name, true]),
  );
  const { body } = await admin('POST', 'approvers/anna/enrol');
  expect(body).toMatchObject({
    approver: 'anna',
    uri: expect.stringMatching(/^otpauth:\/\/totp\/.*[?&]secret=[A-Z2-7]{32}/),
  });
  const before = product.stack.approvers;
  await product.restart();
  const { anna, ben } = product.stack.approvers;
  expect(body['uri']).toContain(anna?.totpSecret);
  expect(ben).toEqual(before['ben']);
  expect(await journal('approver.enrolled')).toMatchObject([{ approver: 'anna', by: 'operator' }]);
});

test('an agent has no business there', async () => {
  for (const path of ['approvals', 'approvers'])
    expect((await product.send('GET', `/v1/admin/${path}`)).status).toBe(403);
});
