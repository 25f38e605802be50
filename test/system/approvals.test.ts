import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../bin/approver.ts';
import { decide, linkFor, mailsOf } from './approver.ts';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const hour = 3_600_000;
let product: Product;
beforeAll(async () => {
  product = await startProduct({ config: 'approvals.config.ts' });
});
afterAll(() => product.close());

/** Orders above the threshold: 400 pieces at 45 EUR for 10. */
const ask = async (input = orderOf('400')) => {
  const key = newKey();
  const asked = await product.call('create_purchase_order', input, { key });
  return { key, input, asked, path: String(asked.headers.get('location')) };
};
const stateOf = async (path: string) => (await product.send('GET', path)).body;
const mailCount = async (name: string) =>
  (await mailsOf(product)).filter(({ to }) => to.includes(`${name}@example.com`)).length;

test('an order below the threshold is carried out at once', async () => {
  expect((await product.call('create_purchase_order', orderOf('200'), { key: newKey() })).status).toBe(200);
});

test('an order above it waits, is asked about by mail, and is carried out after a person said yes', async () => {
  const { key, input, asked, path } = await ask();
  expect([asked.status, asked.body.state]).toEqual([202, 'awaiting_approval']);
  const link = await linkFor(product, 'anna');
  const mail = (await mailsOf(product)).at(-1);
  expect(mail?.subject).toMatch(/^Approve by .*PO EUR 1,800\.00/);
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
  const { asked: page, answer } = await decide(product, link, { name: 'anna', verdict: 'approve' });
  expect(page.text).toContain('Order for EUR 1,800.00');
  expect(answer.status).toBe(200);
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
  expect(await product.call('create_purchase_order', input, { key })).toMatchObject({ status: 200, replayed: true });
});

test('above the higher threshold two different people must say yes', async () => {
  const counts = { anna: await mailCount('anna'), carla: await mailCount('carla') };
  const { asked, path } = await ask({ ...orderOf('24000'), supplier: '17300002' });
  const first = await linkFor(product, 'anna', counts.anna + 1);
  const second = await linkFor(product, 'carla', counts.carla + 1);
  await product.advance(31_000);
  await decide(product, first, { name: 'anna', verdict: 'approve' });
  await product.idle();
  expect((await stateOf(path)).state).toBe('awaiting_approval');
  await decide(product, second, { name: 'carla', verdict: 'approve' });
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
  const { entries } = (await product.send('GET', '/v1/admin/journal?limit=100', { as: 'operator' }))
    .body as unknown as {
    entries: { id: string; type: string; by?: string }[];
  };
  const said = entries
    .filter(({ id }) => id === `${asked.body.operationId}.1`)
    .map(({ type, by }) => `${type} ${by ?? ''}`);
  expect(said.sort()).toEqual(['approval.approved anna', 'approval.approved carla', 'approval.asked ']);
});

test.each([
  'before',
  'after',
] as const)('kill -9 %s the outcome of an approved write is recorded: one effect', async (when) => {
  const before = await mailCount('ben');
  const { asked, path } = await ask();
  const link = await linkFor(product, 'ben', before + 1);
  await product.idle();
  await product.advance(31_000);
  await product.trap({
    ...{
      service: 'dynamodb',
      action: 'UpdateItem',
      resource: '*table/*perations*',
      function: 'countersign-local-erp-approved',
    },
    ...{ when, do: 'kill-caller', skip: 1 },
  });
  await decide(product, link, { name: 'ben', verdict: 'approve' });
  await expect
    .poll(
      async () => {
        await product.advance(60_000);
        return (await stateOf(path)).state;
      },
      { timeout: 20_000, interval: 300 },
    )
    .toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
});

test('a wake-up that is lost is delivered again: the order is carried out all the same', async () => {
  const before = await mailCount('anna');
  const { asked, path } = await ask();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  await product.trap({
    ...{ service: 'states', action: 'SendTaskSuccess', function: 'countersign-local-people' },
    ...{ when: 'before', do: 'fail', times: 5 },
  });
  const { answer } = await decide(product, link, { name: 'anna', verdict: 'approve' });
  expect(answer.status).toBe(200);
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
  expect(product.logs()).toContain('an execution could not be woken');
  await product.untrap();
});

test('a refusal ends it, and the agent is told so', async () => {
  const before = await mailCount('anna');
  const { key, input, asked, path } = await ask();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  await decide(product, link, { name: 'anna', verdict: 'refuse', reason: 'PRICE' });
  await expect.poll(async () => (await stateOf(path)).reason, { timeout: 10_000 }).toBe('APPROVAL_REFUSED');
  const replay = await product.call('create_purchase_order', input, { key });
  expect([replay.status, replay.body.code]).toEqual([403, 'APPROVAL_REFUSED']);
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
});

test('nobody decides by looking: 50 GET, HEAD and OPTIONS on every link leave it pending', async () => {
  const before = await mailCount('ben');
  const { path } = await ask();
  const links = [await linkFor(product, 'anna'), await linkFor(product, 'ben', before + 1)];
  const looks = links.flatMap((link) =>
    ['GET', 'HEAD', 'OPTIONS'].flatMap((method) => Array.from({ length: 50 }, () => fetch(link, { method }))),
  );
  await Promise.all(looks);
  expect((await stateOf(path)).state).toBe('awaiting_approval');
});

test('a question that nobody answers for three days is refused', async () => {
  const { asked, path } = await ask();
  await linkFor(product, 'anna');
  await product.idle();
  await product.advance(73 * hour);
  await expect.poll(async () => (await stateOf(path)).reason, { timeout: 10_000 }).toBe('APPROVAL_EXPIRED');
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
});

test('it waits through a restart of everything', async () => {
  const before = await mailCount('anna');
  const { asked, path } = await ask();
  await linkFor(product, 'anna', before + 1);
  await product.restart();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  await decide(product, link, { name: 'anna', verdict: 'approve' });
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 15_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
});

test('of 50 approvals at once one has an effect in the ERP, and the others see who decided and when', async () => {
  const before = await mailCount('anna');
  const { asked, path } = await ask();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  const { go, post } = await signedIn('anna');
  const csrf = csrfOf((await go(link)).text);
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(link, { verdict: 'approve', csrf })));
  const late = answers.filter(({ status }) => status === 409);
  expect([answers.filter(({ status }) => status === 200).length, late.length]).toEqual([1, 49]);
  for (const { text } of late) expect(text).toMatch(/ANNA<\/strong> approved <time/);
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
});

const csrfOf = (page: string): string =>
  /name="csrf" value="([^"]+)">\s*<input type="hidden" name="(?:verdict|seen)"/.exec(page)?.[1] ?? '';

/** The pages as somebody sees them who has signed in. */
async function signedIn(name: string) {
  const visitor = openBrowser();
  const { totpSecret = '' } = product.stack.approvers[name] ?? {};
  const code = new TOTP({ secret: totpSecret }).generate({ timestamp: product.stack.aws.clock.now() });
  await visitor.post(`${product.stack.peopleUrl}/sign-in`, { approver: name, code, return: '/' });
  return visitor;
}

test('a question that is passed on is mailed to who has it now; with another one it is approved by one press', async () => {
  const before = { anna: await mailCount('anna'), ben: await mailCount('ben'), carla: await mailCount('carla') };
  const orders = [await ask(), await ask()];
  const links = await Promise.all(['anna', 'ben'].map((name) => linkFor(product, name, before[name as 'anna'] + 2)));
  await product.advance(31_000);
  const anna = await signedIn('anna');
  const ids = orders.map(({ asked }) => `${asked.body.operationId}.1`);
  for (const id of ids) {
    const page = `${product.stack.peopleUrl}/a/${id}`;
    const passed = await anna.post(page, { csrf: csrfOf((await anna.go(page)).text), verdict: 'pass_on', to: 'carla' });
    expect(passed.text).toContain('ANNA</strong> passed it on to <strong>CARLA');
  }
  const carlas = await linkFor(product, 'carla', before.carla + 2);
  expect(links).not.toContain(carlas);
  const carla = await signedIn('carla');
  expect((await carla.go(carlas)).text).toContain('ANNA passed this question on to you.');
  expect((await carla.go(carlas)).text).toContain('<h2 id="earlier">Earlier approvals</h2>');
  const batch = `${product.stack.peopleUrl}/batch`;
  const shown = await carla.go(`${batch}?id=${ids[0]}&id=${ids[1]}`);
  expect(shown.text).toContain('Approve all 2 for EUR 3,600.00');
  const seen = /name="seen" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
  expect((await carla.post(batch, { csrf: csrfOf(shown.text), seen })).text).toContain('2 of 2 approvals were taken');
  for (const { asked, path } of orders) {
    await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
    expect(await product.effects(asked.body.reference)).toHaveLength(1);
  }
});

test('who reads every mail of everybody, opens and sends whatever is in them, decides nothing', async () => {
  const before = { anna: await mailCount('anna'), ben: await mailCount('ben') };
  const { asked, path } = await ask();
  await Promise.all([linkFor(product, 'anna', before.anna + 1), linkFor(product, 'ben', before.ben + 1)]);
  const mails = await mailsOf(product);
  const links = mails.flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? []);
  expect(links.every((link) => /^http:\/\/127\.0\.0\.1:\d+\/people\/a\/[\w-]{43}$/.test(link))).toBe(true);
  for (const mailed of links.slice(-6)) {
    const link = mailed.replace(/^https?:\/\/[^/]+/, product.stack.aws.origin);
    const visitor = openBrowser();
    const { text } = await visitor.go(link);
    expect(text).toContain('<h1>Sign in</h1>');
    for (const verdict of ['approve', 'refuse', 'ask_back', 'pass_on'])
      expect((await visitor.post(link, { verdict, csrf: csrfOf(text), reason: 'PRICE', to: 'carla' })).status).toBe(
        403,
      );
  }
  const everything = JSON.stringify(mails);
  for (const { totpSecret } of Object.values(product.stack.approvers)) expect(everything).not.toContain(totpSecret);
  expect(everything).not.toContain('otpauth:');
  expect((await stateOf(path)).state).toBe('awaiting_approval');
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
});

/** The tokens by which executions are woken, from the store itself: nobody else is told them. */
function tokensOfWaiting(): string[] {
  const database = new DatabaseSync(join(product.state, 'aws', 'aws.sqlite'), { readOnly: true });
  const items = database.prepare("SELECT body FROM dynamodb_item WHERE table_name LIKE '%approvals'").all();
  database.close();
  return items
    .map(({ body }) => JSON.parse(String(body)))
    .filter((item) => item.status?.S === 'pending' && item.token)
    .map((item) => item.token.S);
}

test('whoever wakes the machine with its own token, also with the rights of the pages, makes nothing happen', async () => {
  const before = await mailCount('anna');
  const { asked, path } = await ask();
  const link = await linkFor(product, 'anna', before + 1);
  await product.idle();
  const tokens = tokensOfWaiting();
  expect(tokens.length).toBeGreaterThan(0);
  const forge = async (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
    const { origin: endpoint, region } = product.stack.aws;
    const client = new SFNClient({ endpoint, region, credentials, maxAttempts: 1 });
    const command = new SendTaskSuccessCommand({ taskToken: tokens.at(-1), output: '{"status":"approved"}' });
    return client.send(command).then(
      () => 'taken',
      (error: Error) => error.name,
    );
  };
  for (const role of ['buyer-agent', 'operator'])
    expect(await forge(product.stack.aws.credentials(role))).toBe('AccessDeniedException');
  if (process.platform === 'linux') {
    const { length } = tokens;
    expect(await forge(await keysOfPages())).toBe('taken');
    await expect.poll(() => tokensOfWaiting().includes(tokens.at(-1) ?? ''), { timeout: 5000 }).toBe(false);
    expect(tokensOfWaiting()).toHaveLength(length);
  }
  expect((await stateOf(path)).state).toBe('awaiting_approval');
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
  // Nobody was told the token: no mail, no page, no log, no answer.
  const admin = await product.send('GET', '/v1/admin/approvals', { as: 'operator' });
  const page = await openBrowser().go(link);
  const told = [JSON.stringify(await mailsOf(product)), page.text, product.logs(), admin.text, asked.text];
  for (const token of [...tokens, ...tokensOfWaiting()])
    for (const text of told) expect(text.includes(token)).toBe(false);
  await product.advance(31_000);
  await decide(product, link, { name: 'anna', verdict: 'approve' });
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
});

/** The keys that the running process of the pages holds. */
async function keysOfPages() {
  const pid = await product.pidOf('countersign-local-people');
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  const of = (name: string) => variables.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return {
    accessKeyId: of('AWS_ACCESS_KEY_ID'),
    secretAccessKey: of('AWS_SECRET_ACCESS_KEY'),
    sessionToken: of('AWS_SESSION_TOKEN'),
  };
}

test('neither the task token nor a session secret is in any mail or page', async () => {
  const mails = JSON.stringify(await mailsOf(product));
  const page = await openBrowser().go(await linkFor(product, 'anna'));
  for (const text of [mails, page.text, product.logs()]) expect(text).not.toMatch(/taskToken|"token":/);
});

test('of five orders to one supplier at once, each below the threshold, one is carried out and people are asked about the others', async () => {
  const order = { ...orderOf('200'), supplier: '17300018' };
  const pieces = (n: number) =>
    order.lines.map((line) => ({ ...line, quantity: { value: String(200 + n), unit: 'C62' } }));
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      product.call('create_purchase_order', { ...order, lines: pieces(n) }, { key: newKey() }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 202, 202, 202, 202]);
  for (const { status, body } of answers)
    expect(await product.effects(String(body.reference ?? ''))).toHaveLength(status === 200 ? 1 : 0);
});
