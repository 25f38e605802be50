import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const day = 24 * 3600 * 1000;
const journalWrites = {
  service: 'dynamodb',
  action: 'PutItem',
  resource: '*table/*ournal*',
  function: 'countersign-local-relay',
};

/** What the endpoint of the buyer's agent was sent. It takes nothing the first time. */
const got: { headers: Record<string, string>; body: string }[] = [];
const receiver = createServer(async (request, response) => {
  got.push({ headers: Object(request.headers), body: await text(request) });
  response.writeHead(got.length === 1 ? 500 : 204).end();
});

let product: Product;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('TEST_CALLBACK_URL', `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/countersign`);
  product = await startProduct();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  receiver.closeAllConnections();
  receiver.close();
  await product.close();
});

test('an agent that could not wait is told what became of it, signed, until its endpoint takes it', async () => {
  const secret = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`;
  const { aws } = product.stack;
  const credentials = aws.credentials('deployer');
  const client = new SecretsManagerClient({ endpoint: aws.origin, region: aws.region, credentials });
  const SecretString = JSON.stringify({ secrets: [secret] });
  await client.send(new PutSecretValueCommand({ SecretId: 'countersign/local/callbacks/buyer-agent', SecretString }));
  client.destroy();
  await product.arm({ fault: 'unavailable-503', method: 'POST', times: 1_000_000 });
  const { status, body } = await product.call('create_purchase_order', orderOf(), { key: newKey() });
  expect([status, body.state]).toEqual([202, 'queued']);
  await product.disarm();
  await product.idle();
  await product.advance(60_000);
  const later = async () => {
    await product.advance(20_000);
    return got.length;
  };
  await expect.poll(later, { interval: 200, timeout: 20_000 }).toBe(2);
  for (const { headers, body: sent } of got)
    expect(new Webhook(secret).verify(sent, headers)).toMatchObject({
      data: { operationId: body.operationId, state: 'applied' },
    });
  expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(product.logs()).not.toContain(secret);
});

test('a relay that was down for three days has lost nothing', async () => {
  await product.trap({ ...journalWrites, when: 'before', do: 'fail', times: 100_000 });
  const { body } = await product.call('create_purchase_order', orderOf(), { key: newKey() });
  const entriesOf = async () => {
    const today = new Date().toISOString().slice(0, 10);
    const answer = await product.send('GET', `/v1/admin/journal?limit=100&day=${today}`, { as: 'operator' });
    const { entries } = answer.body as unknown as { entries: { type: string; reference?: string }[] };
    return entries.filter(({ reference }) => reference === body.reference).map(({ type }) => type);
  };
  expect(await entriesOf()).toEqual([]);
  for (let n = 0; n < 3; n++) await product.advance(day);
  await product.untrap();
  await product.advance(day / 12);
  await expect.poll(entriesOf, { timeout: 10_000 }).toEqual(['operation.applied', 'operation.attempted']);
});

test('a relay that is killed in the middle writes each entry once', async () => {
  await product.trap({ ...journalWrites, when: 'after', do: 'kill-caller' });
  const { body } = await product.call('create_purchase_order', orderOf(), { key: newKey() });
  const entries = async () => {
    const days = [0, 3, 4].map((n) => new Date(Date.now() + n * day).toISOString().slice(0, 10));
    const answers = await Promise.all(
      days.map((each) => product.send('GET', `/v1/admin/journal?limit=100&day=${each}`, { as: 'operator' })),
    );
    return answers
      .flatMap((answer) => (answer.body as unknown as { entries: Entry[] }).entries)
      .filter(({ reference }) => reference === body.reference)
      .sort((a, b) => a.version - b.version);
  };
  await expect.poll(async () => (await entries()).at(-1)?.type, { timeout: 10_000 }).toBe('operation.applied');
  const versions = (await entries()).map(({ version }) => version);
  expect(versions).toEqual(Array.from(versions, (_, n) => n + 1));
});

interface Entry {
  readonly version: number;
  readonly type: string;
  readonly reference?: string;
}
