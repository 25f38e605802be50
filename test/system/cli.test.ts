import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cliIn } from '../bin/cli/stack.ts';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const root = resolve(import.meta.dirname, '../..');
const input = JSON.stringify(orderOf());
const create = 'erp_create_purchase_order';
const directory = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
const hasBotocore = spawnSync('python3', ['-c', 'import botocore']).status === 0;

let product: Product;
beforeAll(async () => {
  product = await startProduct();
  mkdirSync(join(directory, '.countersign'));
  const { apiUrl, region, agents, operators, systems } = product.stack;
  writeFileSync(
    join(directory, '.countersign', 'endpoints.json'),
    JSON.stringify({ apiUrl, region, agents, operators, systems }),
  );
});
afterEach(() => product.disarm());
afterAll(async () => {
  await product.close();
  rmSync(directory, { recursive: true, force: true });
});

const cli = (...argv: string[]) => cliIn(directory, ...argv);
/** The next order is made, its answer is lost, and the first look for it finds nobody at home. */
const loseTheAnswer = async () => {
  await product.arm({ fault: 'commit-then-reset', times: 1, entity: 'A_PurchaseOrder' });
  await product.arm({ fault: 'unavailable-503', times: 1, entity: 'A_PurchaseOrder', method: 'GET' });
};
const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out);
/** Asks until the journal, which is written a moment later, has what is asked for. */
const eventually = async (argv: readonly string[], text: string): Promise<string> => {
  for (;;) {
    const { out } = await cli(...argv);
    if (out.includes(text)) return out;
  }
};

test('every first example of the catalogue works when it is called as it is shown', async () => {
  const { tools } = await json('tools', '--agent', 'reader-agent');
  expect(tools.length).toBeGreaterThanOrEqual(10);
  for (const { name } of tools) {
    const { examples } = await json('tools', 'show', name);
    const { code, out } = await cli('call', name, '--input', JSON.stringify(examples[0].input));
    expect({ name, code, out }).toMatchObject({ code: 0, out: expect.stringContaining('200 OK') });
  }
});

test('a write, its replay and what an operator sees of it', async () => {
  const key = newKey();
  const first = await json('call', create, '--input', input, '--key', key);
  expect(first).toMatchObject({ status: 200, replayed: false });
  const { operationId, body } = first;
  expect(await json('call', create, '--input', input, '--key', key)).toMatchObject({ replayed: true, body });
  expect((await cli('call', create, '--input', JSON.stringify(orderOf('201')), '--key', key)).code).toBe(1);
  expect((await cli('call', create, '--input', input, '--agent', 'reader-agent')).out).toContain('NOT_GRANTED');
  expect(await json('operations', 'get', operationId)).toMatchObject({ state: 'applied', document: body.document.id });
  expect((await cli('operations', 'get', operationId, '--agent', 'reader-agent')).err).toContain('OPERATION_NOT_FOUND');
  expect((await cli('operations', 'list', '--limit', '100')).out).toContain(operationId);
  expect((await cli('operations', 'reconcile', operationId)).code).toBe(0);
  const explained = await eventually(['operations', 'explain', operationId], `document ${body.document.id}`);
  expect(explained).toContain('Attempt 1 was recorded before anything was sent.');
  expect(await eventually(['journal', 'tail', '-n', '100'], `document ${body.document.id}`)).toContain(operationId);
});

test('a lost answer is explained while it is unknown, and after a look settled it', async () => {
  await loseTheAnswer();
  const called = await cli('call', create, '--input', input, '--key', newKey(), '--json');
  const { operationId, status } = JSON.parse(called.out);
  expect([called.code, status]).toEqual([4, 202]);
  const open = await json('operations', 'explain', operationId);
  expect(open.unknown.join(' ')).toContain('Whether the system carried it out');
  expect(open.next.join(' ')).toContain(`operations reconcile ${operationId}`);
  expect((await cli('operations', 'reconcile', operationId)).code).toBe(0);
  const { happened, unknown } = await json('operations', 'explain', operationId);
  expect(happened.join(' ')).toContain('looked up in the system and found');
  expect(unknown).toEqual([]);
});

test('what is unknown is waited for', async () => {
  await loseTheAnswer();
  const { code, out } = await cli('call', create, '--input', input, '--key', newKey(), '--wait', '60', '--json');
  expect(code).toBe(0);
  const { operation } = JSON.parse(out);
  expect(await product.effects(operation.reference)).toHaveLength(1);
});

test('systems are listed and found in order', async () => {
  expect((await cli('systems', 'status')).out).toMatch(/^erp +s4hana/m);
  const { code, out } = await cli('systems', 'check');
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('ok  erp') });
});

test('a paused system is read and not written to; what waited is carried out when it goes on', async () => {
  expect((await cli('systems', 'pause', 'erp', '--reason', 'stock count')).out).toContain('writes paused by operator');
  expect((await cli('systems', 'status')).out).toContain('stock count');
  const written = await product.call('create_purchase_order', orderOf(), { key: newKey() });
  expect([written.status, written.body.state, written.body.reason]).toEqual([202, 'queued', 'SYSTEM_PAUSED']);
  expect((await product.call('get_stock', { item: 'RM-6204' })).status).toBe(200);
  await product.idle();
  await product.advance(60_000);
  expect(await product.effects(written.body.reference)).toEqual([]);
  expect((await cli('systems', 'resume', 'erp', '--reason', 'counted')).out).toContain('in order');
  await product.idle();
  await product.advance(60_000);
  const { body } = await product.send('GET', `/v1/operations/${written.body.operationId}?wait=25`);
  expect([body.state, (await product.effects(body.reference)).length]).toEqual(['applied', 1]);
  expect(await eventually(['journal', 'tail', '-n', '100', '--json'], 'counted')).toContain('system.paused');
});

test('what the functions printed is shown with time and name', async () => {
  expect((await cli('logs', 'erp-write')).out).toMatch(/^2\S+Z {2}countersign-local-erp-write {2}\{/m);
});

test('the state of a running stack is left alone, and known for what it is', async () => {
  const { code, err } = await cli('reset', '--state', product.state);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('A stack is running') });
});

test('only operators see what is theirs', async () => {
  const { agents, operators } = product.stack;
  const swapped = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  const { apiUrl, region, systems } = product.stack;
  writeFileSync(
    join(swapped, 'endpoints.json'),
    JSON.stringify({ apiUrl, region, systems, agents: operators, operators: agents }),
  );
  for (const argv of [['tools'], ['operations', 'list'], ['journal', 'tail'], ['systems', 'status']])
    expect(await cliIn(swapped, ...argv, '--state', '.')).toMatchObject({ code: 1, out: '' });
  rmSync(swapped, { recursive: true });
});

test('what was refused five times is dead, and redriven it takes its turn and is carried out once', async () => {
  await product.arm({ fault: 'document-locked', times: 5, entity: 'A_PurchaseOrder', method: 'POST' });
  const argv = ['call', create, '--input', JSON.stringify(orderOf('31')), '--key', newKey()];
  for (let n = 0; n < 5; n++) expect(await json(...argv)).toMatchObject({ status: 409 });
  const { operationId } = await json(...argv);
  expect((await cli('dead', 'list')).out).toMatch(new RegExp(`DOCUMENT_LOCKED .*${operationId}`));
  expect((await cli('dead', 'show', operationId)).out).toMatch(/sends +5/);
  for (let n = 0; n < 2; n++)
    expect(await cli('dead', 'redrive', operationId, '--reason', 'Unlocked.')).toMatchObject({ code: 0 });
  await product.idle();
  await product.advance(60_000);
  expect(await json('operations', 'get', operationId, '--wait', '60')).toMatchObject({ state: 'applied', attempts: 1 });
  const { reference } = await json('operations', 'get', operationId);
  expect(await product.effects(reference)).toHaveLength(1);
  expect((await cli('dead', 'list')).out).toBe('Nothing is dead.\n');
  const explained = await eventually(['operations', 'explain', operationId], 'The system carried it out');
  expect(explained).toContain('Operator operator: redriven, because "Unlocked.".');
});

test('what the last look finds is not discarded, and what it does not find is', async () => {
  const dead = async (pieces: string) => {
    await product.arm({ fault: 'document-locked', times: 5, entity: 'A_PurchaseOrder', method: 'POST' });
    const argv = ['call', create, '--input', JSON.stringify(orderOf(pieces)), '--key', newKey()];
    for (let n = 0; n < 5; n++) await cli(...argv);
    return (await json(...argv)).operationId;
  };
  const id = await dead('32');
  const early = await cli('dead', 'discard', id, '--reason', 'Ordered by telephone.');
  expect(early).toMatchObject({ code: 1, err: expect.stringContaining('EVIDENCE_MISSING') });
  await product.advance(20 * 60_000);
  expect(await cli('dead', 'discard', id, '--reason', 'Ordered by telephone.')).toMatchObject({ code: 0 });
  expect(await json('operations', 'get', id)).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP' });
});

test('a review is settled by two operators, on a document that the system shows', async () => {
  await product.arm({ fault: 'reprice', times: 1, entity: 'A_PurchaseOrder', method: 'POST' });
  const { operationId } = await json('call', create, '--input', JSON.stringify(orderOf('33')), '--key', newKey());
  expect((await cli('review', 'list')).out).toMatch(new RegExp(`EXCEEDS_APPROVED .*${operationId}`));
  const { evidence } = await json('review', 'show', operationId);
  expect(evidence).toMatchObject({ finding: 'found', documents: [{ isNamed: true, agrees: false }] });
  const { document } = evidence.documents[0];
  expect(await cli('review', 'claim', operationId)).toMatchObject({ code: 0 });
  const resolve = ['review', 'resolve', operationId, '--reason', 'The supplier raised it.'];
  expect((await cli(...resolve, '--not-applied')).err).toContain(`It took effect: document ${document}.`);
  expect((await cli(...resolve, '--applied', document)).err).toContain('is not what was asked for');
  expect((await cli(...resolve, '--applied', document, '--accept-deviation', '--operator', 'second')).err).toContain(
    'operator looks after it until',
  );
  expect(await cli(...resolve, '--applied', document, '--accept-deviation')).toMatchObject({ code: 4 });
  expect((await cli('review', 'confirm', operationId)).err).toContain('NOT_YOURS_TO_DECIDE');
  expect(await cli('review', 'confirm', operationId, '--operator', 'second')).toMatchObject({ code: 0 });
  expect(await json('operations', 'get', operationId)).toMatchObject({
    ...{ state: 'applied', document },
    result: { document: { id: document }, deviations: expect.arrayContaining([expect.anything()]) },
  });
});

test('an edited operation asks people, and the dead one points to it', async () => {
  await product.arm({ fault: 'document-locked', times: 5, entity: 'A_PurchaseOrder', method: 'POST' });
  const argv = ['call', create, '--input', JSON.stringify(orderOf('34')), '--key', newKey()];
  for (let n = 0; n < 5; n++) await cli(...argv);
  const { operationId } = await json(...argv);
  const edit = ['dead', 'edit', operationId, '--reason', 'Half is enough.'];
  expect((await cli(...edit, '--input', '{}')).err).toContain('INPUT_INVALID');
  expect(await cli(...edit, '--input', JSON.stringify(orderOf('17')))).toMatchObject({ code: 0 });
  expect((await cli('dead', 'redrive', operationId, '--reason', 'x')).code).toBe(1);
  expect((await cli('dead', 'confirm', operationId)).err).toContain('NOT_YOURS_TO_DECIDE');
  const edited = await json('dead', 'confirm', operationId, '--operator', 'second');
  expect(edited).toMatchObject({ state: 'awaiting_approval', editedFrom: operationId });
  expect(await json('dead', 'show', operationId)).toMatchObject({ state: 'dead', editedAs: edited.operationId });
  await eventually(['approvals', 'list'], edited.operationId);
});

test('the journal agrees with everything that the system keeps under our name', async () => {
  await product.idle();
  const clock = await fetch(`${product.stack.aws.origin}/_local/clock`).then((response) => response.json());
  const { time } = clock as { time: string };
  const from = new Date(Date.parse(time) - 24 * 3_600_000).toISOString().slice(0, 10);
  const to = new Date(Date.parse(time) + 24 * 3_600_000).toISOString().slice(0, 10);
  expect(await cli('operations', 'reconcile')).toMatchObject({ code: 0 });
  const { code, out, err } = await cli('operations', 'reconcile', '--report', '--from', from, '--to', to);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Journal and system agree.') });
  expect(out).toMatch(/1010 +EUR +[1-9]/);
  expect(err).toContain('documents:');
});

const programs = {
  curl: ['sh', '-s'],
  python: ['python3', '-'],
  typescript: [process.execPath, '--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '-'],
} as const;
const languages = (['curl', 'python', 'typescript'] as const).filter(
  (language) => language !== 'python' || hasBotocore,
);

const runs = ([program, ...args]: readonly [string, ...string[]], stdin: string, env: Record<string, string> = {}) =>
  new Promise<{ code: number; out: string }>((done) => {
    const options = { cwd: root, env: { PATH: process.env['PATH'], ...env } };
    const child = execFile(program, args, options, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` }),
    );
    child.stdin?.end(stdin);
  });

test.each(
  languages,
)('a snippet in %s creates an order as printed, and the same one when it runs again', async (language) => {
  const { out } = await cli('snippet', create, '--lang', language);
  const first = await runs(programs[language], out);
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining('"reference"') });
  expect(await runs(programs[language], out)).toEqual(first);
  expect(await product.effects(JSON.parse(first.out).reference)).toHaveLength(1);
});

const agents: [name: string, program: string][] = [['agent.ts', process.execPath]];
if (hasBotocore) agents.push(['agent.py', 'python3']);

test.each(agents)('%s, with what env exports, makes one order of a need, over a lost answer', async (name, program) => {
  const env = await json('env', 'buyer-agent');
  const before = (await product.effects()).length;
  await loseTheAnswer();
  const agent = await runs([program, join(root, 'examples', name), newKey()], '', env);
  expect(agent).toMatchObject({ code: 0, out: expect.stringContaining('One order: 45') });
  expect((await product.effects()).length).toBe(before + 1);
});
