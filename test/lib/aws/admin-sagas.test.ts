import type { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { adminDead } from '../../../lib/aws/admin-dead.ts';
import { adminReview } from '../../../lib/aws/admin-review.ts';
import { adminSagas } from '../../../lib/aws/admin-sagas.ts';
import type { LookingAfter } from '../../../lib/aws/looking-after.ts';
import { type Operation, stepIdOf } from '../../../lib/core/operation/operation.ts';
import { defineSaga } from '../../../lib/core/saga/saga.ts';
import { type Fate, sagaHouse, takeA, takeB, takeC } from '../core/saga/house.ts';
import { operatorsOf } from '../core/saga/operators.ts';

const takeThree = defineSaga({
  name: 'take_three',
  summary: 'Takes things.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ last: z.string() }),
  examples: [{ input: { for: 'x' }, output: { last: '3' } }],
  script: (step, given) => {
    step.call('Take_a', takeA, { for: given.for });
    step.call('Take_b', takeB, { for: given.for });
    return { last: step.call('Take_c', takeC, { for: given.for }).document.id };
  },
});

/** A saga whose agent belongs to otto, and the operators' routes for it. */
async function routesFor(planned: Partial<Record<string, Fate[]>>, asking: readonly string[] = []) {
  const fateOf = (contract: string): Fate => planned[contract]?.shift() ?? 'ok';
  const house = sagaHouse(takeThree, { fateOf, asking, approves: () => undefined });
  const withdrawn: string[] = [];
  const { on: looks } = operatorsOf(house);
  const { operations, configuration, items } = house;
  const operationOf = async (id: string) => {
    const operation = await operations.get(id);
    if (!operation) throw new Error(`there is no ${id}`);
    return operation;
  };
  const asked: string[] = [];
  const on = {
    operations,
    configuration: { ...configuration, agents: { buyer: { ...configuration.agents['buyer'], owner: 'otto' } } },
    tables: { operations: 'operations', coordination: 'coordination' },
    client: {
      send: async ({ input }: QueryCommand) => {
        const partition = input.ExpressionAttributeValues?.[':partition']?.S;
        const found = [...items.values()].filter(({ unsettled }) => unsettled === partition);
        return { Items: found.map(({ id, since = 0, updatedAt }) => marshall({ id, since, updatedAt })) };
      },
    },
    functions: {
      recover: async (_system: string, id: string) => looks.recover(await operationOf(id)),
      evidence: async (_system: string, id: string) => {
        const operation = await operationOf(id);
        asked.push(operation.step?.name ?? '');
        return looks.evidence(operation);
      },
    },
  } as unknown as LookingAfter;
  const withdraw = async ({ step }: Operation, by: string) => void withdrawn.push(`${step?.name} by ${by}`);
  const routes = { ...adminDead(on), ...adminReview(on), ...adminSagas(on, withdraw) };
  const id = await house.start({ for: 'x' }, 'k', 3_600_000);
  const call = (route: string, body?: object, { by = 'olga', of = id, query = {} } = {}) => {
    const event = {
      ...{ pathParameters: { id: of }, queryStringParameters: query },
      body: body ? JSON.stringify(body) : null,
    };
    const serve = routes[route];
    if (!serve) throw new Error(`there is no ${route}`);
    return serve(event as unknown as APIGatewayProxyEvent, by);
  };
  const stepId = (name: string) => stepIdOf({ saga: id, name, round: 1 });
  return { house, id, call, asked, stepId, withdrawn };
}

const failing = () => routesFor({ take_c: ['refused'], give_b: ['refused'] });
const reason = 'Because.';

test('shows the exact state of every step, and asks the system about what is left', async () => {
  const { call, asked, id, stepId } = await failing();
  expect(await call('GET /v1/admin/sagas/{id}')).toMatchObject({
    ...{ operationId: id, tool: 'take_three', agent: 'buyer', state: 'review', reason: 'LEFT Take_b' },
    ...{ input: { for: 'x' }, failed: { step: 'Take_c', code: 'REFUSED_BY_SYSTEM' } },
    steps: [
      { step: 'Take_a', state: 'undone', document: '1', undo: { state: 'applied' } },
      {
        ...{ step: 'Take_b', state: 'not_undone', document: '2', operationId: stepId('Take_b') },
        undo: { operationId: stepId('Undo_Take_b'), state: 'not_applied', reason: 'REFUSED_BY_SYSTEM' },
        evidence: { finding: 'unclear', documents: [{ document: '2', agrees: false }] },
      },
      { step: 'Take_c', state: 'not_done' },
    ],
  });
  expect(asked).toEqual(['Undo_Take_b']);
});

test('lists what is in review, then what runs', async () => {
  const { call, id } = await failing();
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = Object(await call('GET /v1/admin/sagas', undefined, { query: cursor ? { cursor } : {} }));
    found.push(...page.sagas);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(found).toMatchObject([{ operationId: id, system: 'saga', state: 'review' }]);
  await expect(call('GET /v1/admin/sagas', undefined, { query: { cursor: 'erp dead.x' } })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('two operators who did not want it finish a saga of which something is left', async () => {
  const { call, house, id } = await failing();
  const done = { step: 'Take_b', reason };
  await expect(call('POST /v1/admin/sagas/{id}/done', done)).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' });
  const deviating = { ...done, deviates: true };
  for (const by of ['otto', 'OTTO'])
    await expect(call('POST /v1/admin/sagas/{id}/done', deviating, { by })).rejects.toMatchObject({
      code: 'NOT_YOURS_TO_DECIDE',
    });
  expect(await call('POST /v1/admin/sagas/{id}/done', deviating)).toMatchObject({
    steps: [{}, { state: 'not_undone', said: { by: 'olga', why: reason, at: expect.stringContaining('T') } }, {}],
  });
  await expect(call('POST /v1/admin/sagas/{id}/confirm', { step: 'Take_b' })).rejects.toMatchObject({
    code: 'NOT_YOURS_TO_DECIDE',
  });
  await call('POST /v1/admin/sagas/{id}/confirm', { step: 'Take_b' }, { by: 'piet' });
  await house.goOn(3_600_000);
  expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
});

test('one operator has a step done again', async () => {
  const { call, house, id } = await failing();
  expect(await call('POST /v1/admin/sagas/{id}/retry', { step: 'Take_b', reason })).toMatchObject({ state: 'running' });
  await house.goOn(3_600_000);
  expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
});

test.each([
  ['retry', {}],
  ['retry', { step: 'Take_b' }],
  ['retry', { step: '', reason }],
  ['done', { step: 'Take_b', reason, deviates: 'yes' }],
  ['done', { step: 'Take_b', reason, by: 'piet' }],
  ['confirm', { step: 'Take_b', reason }],
  ['undo', { reason: ' ' }],
])('%s with %j is a 400', async (act, body) => {
  const { call, asked } = await failing();
  await expect(call(`POST /v1/admin/sagas/{id}/${act}`, body)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(asked).toEqual([]);
});

test('what is no saga is not found, and a saga is nothing that a system knows', async () => {
  const { call, stepId } = await failing();
  for (const of of ['nothing', stepId('Take_b')])
    await expect(call('GET /v1/admin/sagas/{id}', undefined, { of })).rejects.toMatchObject({
      code: 'OPERATION_NOT_FOUND',
    });
  const resolving = { verdict: 'not_applied', reason };
  await expect(call('POST /v1/admin/operations/{id}/resolve', resolving)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('settling the operation of a step has its saga go on', async () => {
  const { call, house, id, stepId } = await failing();
  const seen = house.operationOf(stepId('Undo_Take_b'));
  if (!seen) throw new Error('it was not undone');
  await house.operations.change(seen, { state: 'review', reason: 'LATE_EFFECT' });
  const other = house.shop.things.find(({ id: number }) => number === '2');
  if (other) other.given = true;
  const of = seen.id;
  const verdict = { verdict: 'applied', document: '2', reason };
  await call('POST /v1/admin/operations/{id}/resolve', verdict, { of });
  await call('POST /v1/admin/operations/{id}/confirm', {}, { of, by: 'piet' });
  expect(house.operationOf(id)).toMatchObject({ state: 'running', act: { what: 'settled Undo_Take_b', by: 'piet' } });
  await house.goOn(3_600_000);
  expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
});

test('the operation of a step is neither edited, nor carried out where its saga has given the way forward up', async () => {
  const { call, house, stepId } = await failing();
  const of = stepId('Take_c');
  const seen = house.operationOf(of);
  if (!seen) throw new Error('it has not begun');
  await house.operations.change(seen, { state: 'dead', reason: 'ATTEMPTS_SPENT' });
  await expect(call('POST /v1/admin/operations/{id}/redrive', { reason }, { of })).rejects.toMatchObject({
    code: 'STALE_STATE',
  });
  await expect(
    call('POST /v1/admin/operations/{id}/edit', { reason, input: { for: 'y' } }, { of }),
  ).rejects.toMatchObject({ code: 'STALE_STATE' });
});

test('a saga that is given up withdraws what people are asked about its step', async () => {
  const { call, house, id, withdrawn } = await routesFor({}, ['Take_b']);
  expect(await call('POST /v1/admin/sagas/{id}/undo', { reason })).toMatchObject({
    ...{ state: 'running', failed: { step: 'Take_b', code: 'GIVEN_UP' } },
  });
  expect(withdrawn).toEqual(['Take_b by olga']);
  await house.goOn(3_600_000);
  expect(house.operationOf(id)).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP' });
  expect(house.shop.ledger).toEqual(['take_a', 'give_a']);
});
