import { afterEach, describe, expect, it } from 'vitest';
import type { AdminOperation } from '../../../bin/cli/admin-operation.ts';
import { explain } from '../../../bin/cli/explain-operation.ts';
import { adminView, entry, view } from './shapes.ts';
import { cliIn, problem, stackWith } from './stack.ts';

let stack: Awaited<ReturnType<typeof stackWith>> | undefined;
afterEach(() => stack?.close());

const evidence = {
  ...{ asked: 1, finding: 'unclear', reason: 'CHANGED_OTHERWISE' },
  documents: [{ document: '20061', exists: true, isNamed: true, agrees: false }],
};
const steps = [
  { step: 'Reserve_stock', tool: 'erp_reserve_stock', state: 'not_undone', document: '20061', operationId: 's1' },
  { step: 'Allocate_budget', tool: 'budget_allocate', state: 'undone', operationId: 's2' },
  { step: 'Create_order', tool: 'erp_create_purchase_order', state: 'not_done', reason: 'SUPPLIER_BLOCKED' },
];
const undo = { operationId: 'u1', state: 'not_applied', reason: 'ALREADY_WITHDRAWN' };
const saga = (changes: Record<string, unknown> = {}, ofStep: Record<string, unknown> = {}) =>
  adminView({
    ...{ tool: 'procure_material', system: 'saga', state: 'review', reason: 'LEFT Reserve_stock', attempts: 0 },
    ...{ result: undefined, document: undefined, reference: undefined, nextAction: 'A person must say.' },
    failed: { step: 'Create_order', code: 'SUPPLIER_BLOCKED', detail: 'The supplier is blocked.' },
    steps: steps.map((each, n) => (n === 0 ? { ...each, undo, ...ofStep } : each)),
    ...changes,
  });
const post = (what: string) => `POST /v1/admin/sagas/op-1/${what}`;

describe('sagas', () => {
  it('are listed page by page, those that need a person first', async () => {
    stack = await stackWith({
      'GET /v1/admin/sagas': ({ query }) =>
        query['cursor'] === undefined
          ? { body: { sagas: [saga()], nextCursor: 'running.' } }
          : { body: { sagas: [saga({ operationId: 'op-2', state: 'running', reason: undefined })] } },
    });
    const { code, out } = await stack.cli('sagas', 'list');
    expect(code).toBe(0);
    expect(out.split('\n')[1]).toMatch(/review +buyer-agent +procure_material +LEFT Reserve_stock +op-1/);
    expect(out.split('\n')[2]).toMatch(/running .*op-2/);
  });

  it('show every step, what the system shows of what is left, and what can be done', async () => {
    stack = await stackWith({ 'GET /v1/admin/sagas/op-1': () => ({ body: saga({}, { evidence }) }) });
    const { code, out } = await stack.cli('sagas', 'show', 'op-1');
    expect(code).toBe(4);
    expect(out).toContain('something is left of Reserve_stock (LEFT)');
    expect(out).toContain('The way forward ended at Create_order (SUPPLIER_BLOCKED): The supplier is blocked.');
    expect(out).toMatch(/Reserve_stock +erp_reserve_stock +not undone +20061 +not_applied ALREADY_WITHDRAWN +s1/);
    expect(out).toMatch(/20061 +yes +yes +no/);
    for (const next of ['retry op-1 --step Reserve_stock', 'done op-1 --step Reserve_stock'])
      expect(out).toContain(`npx countersign sagas ${next} --reason '...'`);
  });

  it('offer to do a step again that failed only where the way leads forward', async () => {
    const failed = (isBeyond: boolean) =>
      saga({ steps: steps.map((each) => (each.step === 'Create_order' ? { ...each, isBeyond } : each)) });
    let isBeyond = false;
    stack = await stackWith({ 'GET /v1/admin/sagas/op-1': () => ({ body: failed(isBeyond) }) });
    const retry = 'sagas retry op-1 --step Create_order';
    expect((await stack.cli('sagas', 'show', 'op-1')).out).not.toContain(retry);
    isBeyond = true;
    expect((await stack.cli('sagas', 'show', 'op-1')).out).toContain(retry);
  });

  it('point to the review of a step that is in review, and to giving the way forward up', async () => {
    const waits = saga(
      { failed: undefined, reason: 'STEP_IN_REVIEW Reserve_stock' },
      { state: 'review', undo: undefined },
    );
    stack = await stackWith({ 'GET /v1/admin/sagas/op-1': () => ({ body: waits }) });
    const { out } = await stack.cli('sagas', 'show', 'op-1');
    expect(out).toContain('npx countersign review show s1');
    expect(out).toContain("npx countersign sagas undo op-1 --reason '...'");
  });

  it('have steps done again, and are given up, for a reason', async () => {
    stack = await stackWith({
      [post('retry')]: () => ({ body: saga({ state: 'running' }) }),
      [post('undo')]: () => problem('STALE_STATE', 'The saga is over: applied.'),
    });
    expect((await stack.cli('sagas', 'retry', 'op-1', '--step', 'Reserve_stock', '--reason', 'x')).code).toBe(0);
    expect(JSON.parse(stack.calls[0]?.body ?? '')).toEqual({ step: 'Reserve_stock', reason: 'x' });
    expect((await stack.cli('sagas', 'undo', 'op-1', '--reason', 'x')).code).toBe(1);
    expect(JSON.parse(stack.calls[1]?.body ?? '')).toEqual({ reason: 'x' });
  });

  it('end with 4 where what one operator says needs another one', async () => {
    const said = { by: 'operator', why: 'By hand.', at: '2026-01-15T10:00:00.000Z' };
    stack = await stackWith({
      [post('done')]: ({ body }) => ({
        body: saga({}, { said: JSON.parse(body).deviates ? said : { ...said, shown: true } }),
      }),
      [post('confirm')]: () => ({ body: saga({ state: 'running' }, { said: { ...said, confirmedBy: 'second' } }) }),
    });
    const done = ['sagas', 'done', 'op-1', '--step', 'Reserve_stock', '--reason', 'By hand.'];
    expect(await stack.cli(...done)).toMatchObject({
      code: 0,
      out: expect.stringContaining('The system has shown it.'),
    });
    expect(await stack.cli(...done, '--deviates')).toMatchObject({
      ...{ code: 4, out: expect.stringContaining('npx countersign sagas confirm op-1 --step Reserve_stock') },
    });
    expect((await stack.cli('sagas', 'confirm', 'op-1', '--step', 'Reserve_stock')).out).toContain(
      'second has confirmed it.',
    );
  });

  it('whose id begins with a dash are found all the same', async () => {
    const id = `-${'x'.repeat(42)}`;
    stack = await stackWith({ [`POST /v1/admin/sagas/${id}/undo`]: () => ({ body: saga({ operationId: id }) }) });
    expect((await stack.cli('sagas', 'undo', id, '--reason', 'x')).code).toBe(0);
  });

  it.each([
    [['sagas', 'retry', 'a', '--reason', 'x'], "required option '--step <step>'"],
    [['sagas', 'retry', 'a', '--step', 'X'], "required option '--reason <text>'"],
    [['sagas', 'done', 'a/b', '--step', 'X', '--reason', 'x'], "is no operation's id"],
    [['sagas', 'diagram', 'nothing'], 'The configuration has no saga nothing.'],
  ])('%j is refused before anything is asked', async (argv, message) => {
    stack = await stackWith({});
    const { code, err } = await stack.cli(...argv);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    expect(stack.calls).toEqual([]);
  });

  it('are drawn from the configuration, without a stack', async () => {
    const { code, out } = await cliIn('/', 'sagas', 'diagram', 'procure_material');
    expect(code).toBe(0);
    expect(out).toMatch(/^flowchart TD\nstart\(\["procure_material"\]\) --> /);
    const { sagas } = JSON.parse((await cliIn('/', 'sagas', 'diagram', '--json')).out);
    expect(sagas).toContainEqual({ name: 'procure_material', diagram: out.trimEnd() });
  });
});

it('the list of reviews has sagas too, and says where they are seen to', async () => {
  stack = await stackWith({
    'GET /v1/admin/systems': () => ({ body: { systems: [{ id: 'erp' }] } }),
    'GET /v1/admin/reviews': ({ query }) => ({ body: { operations: query['system'] === 'saga' ? [saga()] : [] } }),
    'GET /v1/admin/operations/op-1': () => ({ body: saga() }),
  });
  expect((await stack.cli('review', 'list')).out).toContain('npx countersign sagas show op-1');
  expect(await stack.cli('review', 'show', 'op-1')).toMatchObject({
    ...{ code: 2, err: expect.stringContaining('sagas show op-1') },
  });
});

it("an agent's view of a saga has its steps", async () => {
  const seen = view({ tool: 'procure_material', state: 'running', steps, reference: undefined, result: undefined });
  stack = await stackWith({ 'GET /v1/operations/op-1': () => ({ body: seen }) });
  const { code, out } = await stack.cli('operations', 'get', 'op-1');
  expect(code).toBe(4);
  expect(out).toMatch(/Allocate_budget +budget_allocate +undone/);
});

it('tells a saga by its steps', () => {
  const journal = ['running', 'running', 'review'].map((state, n) =>
    entry({
      version: n + 1,
      type: `operation.${state}`,
      reason: state === 'review' ? 'LEFT Reserve_stock' : undefined,
    }),
  );
  const told = explain(saga({ version: 3 }) as AdminOperation, { journal, now: 0 });
  expect(told.happened.map((line) => line.replace(/^\S+ {2}/, ''))).toEqual([
    'buyer-agent asked for procure_material, whose steps are carried out one after the other.',
    'It went on.',
    'It was put to a person: something is left of Reserve_stock (LEFT).',
  ]);
  expect(told.known).toContain('Reserve_stock is done, and could not be undone: document 20061.');
  expect(told.unknown).toEqual([]);
  expect(told.next[0]).toContain('npx countersign sagas show op-1');
});
