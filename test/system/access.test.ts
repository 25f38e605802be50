import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedFetch } from '../../bin/cli/signed-fetch.ts';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

interface Listed {
  readonly tools: {
    readonly name: string;
    readonly effect: string;
    readonly examples: { readonly input: unknown }[];
  }[];
}
const toolsOf = async (as: string) =>
  ((await product.send('GET', '/v1/tools', { as })).body as unknown as Listed).tools;

test('every agent gets exactly the tools that it was granted, and no other works for it', async () => {
  const [buyer, reader] = [await toolsOf('buyer-agent'), await toolsOf('reader-agent')];
  expect(reader.every(({ effect }) => effect === 'read')).toBe(true);
  expect(buyer.map(({ name }) => name)).toEqual(expect.arrayContaining(reader.map(({ name }) => name)));
  const granted = new Set(reader.map(({ name }) => name));
  for (const { name, examples } of buyer.filter((tool) => !granted.has(tool.name))) {
    const body = JSON.stringify(examples[0]?.input);
    const answer = await product.send('POST', `/v1/tools/${name}`, {
      as: 'reader-agent',
      body,
      headers: { 'idempotency-key': newKey() },
    });
    expect([name, answer.status, answer.body.code]).toEqual([name, 403, 'NOT_GRANTED']);
  }
});

test("each tool's first example works against a fresh simulator", async () => {
  const failed: string[] = [];
  const tools = await toolsOf('buyer-agent');
  const reads = tools.filter(({ effect }) => effect === 'read');
  const writes = tools.filter(({ effect }) => effect !== 'read');
  for (const { name, examples } of [...reads, ...writes]) {
    const headers = { 'idempotency-key': newKey() };
    const answer = await product.send('POST', `/v1/tools/${name}`, {
      body: JSON.stringify(examples[0]?.input),
      headers,
    });
    if (answer.status !== 200) failed.push(`${name}: ${answer.status} ${answer.text}`);
  }
  expect(failed).toEqual([]);
});

test("an agent cannot use the operators' routes, an operator cannot call a tool", async () => {
  expect((await product.send('GET', '/v1/admin/operations')).status).toBe(403);
  const answer = await product.call('create_purchase_order', orderOf(), { key: newKey(), as: 'operator' });
  expect(answer.status).toBe(403);
});

test('an unsigned call and a call with a wrong secret are refused as problems', async () => {
  const url = `${product.stack.apiUrl}/v1/tools`;
  const { accessKeyId } = product.stack.agents['buyer-agent'] ?? { accessKeyId: '' };
  const wrong = signedFetch(
    { accessKeyId, secretAccessKey: 'wrong' },
    { region: product.stack.region, service: 'execute-api' },
  );
  for (const response of [await fetch(url), await wrong(url)]) {
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ code: 'SIGNATURE_INVALID' });
  }
});

test('an agent cannot invoke a function, read a secret or write a table with its own keys', async () => {
  const caller = product.stack.agents['buyer-agent'];
  if (!caller) throw new Error('no buyer');
  const region = product.stack.region;
  const forged = await signedFetch(caller, { region, service: 'lambda' })(
    `${product.stack.aws.origin}/2015-03-31/functions/countersign-local-erp-write/invocations`,
    { method: 'POST', body: '{}' },
  );
  const secret = await signedFetch(caller, { region, service: 'secretsmanager' })(`${product.stack.aws.origin}/`, {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue', 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretId: 'countersign/local/erp/write' }),
  });
  expect([forged.status, secret.status]).toEqual([403, 400]);
  expect(await secret.text()).toContain('AccessDenied');
});

test('a foreign Host or Origin is refused', async () => {
  const { port } = new URL(product.stack.apiUrl);
  const statusWith = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path: '/_local/functions', headers }, (answer) =>
        resolve(answer.resume().statusCode ?? 0),
      );
      call.on('error', reject).end();
    });
  expect(await statusWith({ host: 'evil.example' })).toBe(403);
  expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
});

test('what happened stands in the journal: effects, reads and denials', async () => {
  const key = newKey();
  const done = await product.call('create_purchase_order', orderOf(), { key });
  await product.call('get_stock', { item: 'RM-6204' });
  await product.call('create_purchase_order', { ...orderOf('200000', '900.00') }, { key: newKey() });
  await expect
    .poll(
      async () => {
        const { entries } = (await product.send('GET', '/v1/admin/journal?limit=100', { as: 'operator' }))
          .body as unknown as {
          entries: { type: string; reason?: string; reference?: string; document?: string }[];
        };
        return {
          effect: entries
            .filter((entry) => entry.reference === done.body.reference)
            .map((entry) => [entry.type, entry.document]),
          read: entries.some((entry) => entry.type === 'call.read'),
          denied: entries.some((entry) => entry.type === 'call.denied' && entry.reason === 'LIMIT_EXCEEDED'),
        };
      },
      { timeout: 5_000 },
    )
    .toEqual({
      effect: [
        ['operation.applied', done.body.document.id],
        ['operation.attempted', undefined],
      ],
      read: true,
      denied: true,
    });
});

test('the effects in the ERP are the effects in the journal', async () => {
  const effects = (await product.effects()).filter(
    ({ entity, action }) => entity === 'A_PurchaseOrder' && action === 'create',
  );
  const { entries } = (await product.send('GET', '/v1/admin/journal?limit=100', { as: 'operator' }))
    .body as unknown as {
    entries: { type: string; tool: string; document?: string }[];
  };
  const journaled = entries.filter(
    ({ type, tool }) => type === 'operation.applied' && tool === 'erp_create_purchase_order',
  );
  expect(journaled.map(({ document }) => document).sort()).toEqual(effects.map(({ key }) => key).sort());
});

test('a cursor or an id that nobody gave out is no error of ours', async () => {
  const cursor = Buffer.from('{"color":{"S":"red"}}').toString('base64url');
  const listed = await product.send('GET', `/v1/admin/operations?cursor=${cursor}`, { as: 'operator' });
  const asked = await product.send('GET', `/v1/operations/${'x'.repeat(3_000)}`);
  expect([listed.status, listed.body.code, asked.status, asked.body.code]).toEqual([
    ...[400, 'INPUT_INVALID'],
    ...[404, 'OPERATION_NOT_FOUND'],
  ]);
});

test('systems can be listed and checked by operators', async () => {
  const { body } = await product.send('GET', '/v1/admin/systems', { as: 'operator' });
  expect(body['systems']).toMatchObject([{ id: 'erp', kind: 's4hana', isaLevel: 4 }]);
  const checked = await product.send('POST', '/v1/admin/systems/erp/check', { as: 'operator' });
  const findings = checked.body['findings'] as { what: string; ok: boolean; detail: string }[];
  expect(findings.length).toBeGreaterThan(3);
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});

test('openapi.json describes what this caller may use', async () => {
  const { body } = await product.send('GET', '/openapi.json', { as: 'reader-agent' });
  const paths = Object.keys(body['paths'] as object);
  expect(body['openapi']).toBe('3.1.0');
  expect(paths).toContain('/v1/tools/erp_get_stock');
  expect(paths).not.toContain('/v1/tools/erp_create_purchase_order');
});
