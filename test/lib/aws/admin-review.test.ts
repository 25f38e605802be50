import type { APIGatewayProxyEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { createPurchaseOrder } from '../../../contracts/create-purchase-order.ts';
import { adminDead } from '../../../lib/aws/admin-dead.ts';
import { adminReview } from '../../../lib/aws/admin-review.ts';
import type { LookingAfter } from '../../../lib/aws/looking-after.ts';
import type { Evidence } from '../../../lib/core/operation/evidence.ts';
import type { Operation } from '../../../lib/core/operation/operation.ts';
import { toolEntry } from '../../../lib/core/system.ts';
import { draftOf, memoryOperations } from '../core/operation/memory-operations.ts';

const [{ input }] = createPurchaseOrder.examples;
const found: Evidence = {
  ...{ asked: 1, finding: 'found', reason: 'FOUND' },
  documents: [{ document: '4500000007', exists: true, isNamed: true, agrees: true, output: { status: 'released' } }],
};
const absent: Evidence = { asked: 1, finding: 'absent', reason: 'ABSENT', documents: [] };

/** One operation in a state, and the routes for it; nothing is ever sent anywhere. */
async function routesFor(state: Operation['state'], evidence: Evidence, requester = 'rita') {
  const { operations } = memoryOperations();
  const draft = draftOf('o1', operations.now(), { input: JSON.stringify({ ...input, requester }) });
  await operations.open(draft);
  await operations.change(draft, { state, reason: 'X' });
  const asked: unknown[][] = [];
  const on = {
    operations,
    configuration: {
      timeZone: 'UTC',
      systems: { erp: { tools: [toolEntry(createPurchaseOrder, () => Promise.reject(new Error('not needed')))] } },
      agents: { buyer: { role: 'role/buyer', owner: 'otto', grants: {} } },
      approvers: { rita: { name: 'Rita Example', email: 'rita@example.com' } },
      operators: {},
    },
    functions: {
      evidence: async (...question: unknown[]) => {
        asked.push(question);
        return evidence;
      },
    },
  } as unknown as LookingAfter;
  const routes = { ...adminDead(on), ...adminReview(on) };
  const post = (act: string, body: unknown, by: string) => {
    const event = { pathParameters: { id: 'o1' }, body: JSON.stringify(body) } as unknown as APIGatewayProxyEvent;
    return routes[`POST /v1/admin/operations/{id}/${act}`]?.(event, by) ?? Promise.reject(new Error('no such route'));
  };
  return { post, asked, current: () => operations.get('o1') };
}

const applied = { verdict: 'applied', document: '4500000007', reason: 'Seen.' };
const notApplied = { verdict: 'not_applied', reason: 'Not there.' };

test('a review is settled by two who did not want it, each on what the system shows then', async () => {
  const { post, asked, current } = await routesFor('review', found);
  expect(await post('resolve', applied, 'olga')).toMatchObject({ proposal: { by: 'olga', document: '4500000007' } });
  expect(await post('confirm', {}, 'piet')).toMatchObject({ state: 'applied', document: '4500000007' });
  expect(asked).toEqual([
    ['erp', 'o1', '4500000007'],
    ['erp', 'o1', '4500000007'],
  ]);
  expect(await current()).toMatchObject({ act: { what: 'confirmed', by: 'piet', why: 'Seen.' } });
});

test.each([
  ['otto', 'the owner of the agent'],
  ['rita', 'the requester, whatever the call calls them'],
])('%s, %s, neither resolves nor confirms', async (by) => {
  const { post, asked } = await routesFor('review', absent, 'Rita  EXAMPLE');
  for (const [act, body] of [
    ['resolve', notApplied],
    ['confirm', {}],
  ] as const)
    await expect(post(act, body, by)).rejects.toMatchObject({ code: 'NOT_YOURS_TO_DECIDE' });
  expect(asked).toEqual([]);
});

test('who proposed it is told so before the system is asked', async () => {
  const { post, asked } = await routesFor('review', found);
  await post('resolve', applied, 'olga');
  await expect(post('confirm', {}, 'olga')).rejects.toMatchObject({ code: 'NOT_YOURS_TO_DECIDE' });
  expect(asked).toHaveLength(1);
});

test('with nothing proposed there is nothing to confirm', async () => {
  for (const state of ['review', 'applied'] as const) {
    const { post } = await routesFor(state, found);
    await expect(post('confirm', {}, 'piet')).rejects.toMatchObject({ code: 'STALE_STATE' });
  }
});

test.each([
  ['resolve', {}],
  ['resolve', { ...notApplied, reason: ' ' }],
  ['resolve', { ...notApplied, reason: 'x'.repeat(501) }],
  ['resolve', { ...notApplied, document: '1' }],
  ['resolve', { ...applied, document: '' }],
  ['resolve', { ...applied, acceptDeviation: 'yes' }],
  ['resolve', { ...applied, by: 'piet' }],
  ['redrive', {}],
  ['redrive', { reason: 'x', force: true }],
  ['discard', { reason: 7 }],
  ['edit', { reason: '' }],
])('%s with %j is a 400', async (act, body) => {
  const { post, asked } = await routesFor('review', found);
  await expect(post(act, body, 'olga')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(asked).toEqual([]);
});

test('a dead operation is discarded on a look of this moment, and not where the look finds it', async () => {
  const gone = await routesFor('dead', absent);
  expect(await gone.post('discard', { reason: 'By telephone.' }, 'olga')).toMatchObject({ state: 'not_applied' });
  const late = await routesFor('dead', found);
  expect(await late.post('discard', { reason: 'By telephone.' }, 'olga')).toMatchObject({
    ...{ state: 'review', reason: 'LATE_EFFECT', document: '4500000007' },
  });
});

test('where nobody is asked for approvals nothing is edited', async () => {
  const { post } = await routesFor('dead', absent);
  await expect(post('edit', { reason: 'x', input: {} }, 'olga')).rejects.toMatchObject({ code: 'NOT_GRANTED' });
});
