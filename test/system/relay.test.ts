import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const day = 24 * 3600 * 1000;
const journalWrites = {
  service: 'dynamodb',
  action: 'PutItem',
  resource: '*table/*ournal*',
  function: 'countersign-local-relay',
};

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

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
