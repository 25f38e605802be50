import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Evidence } from '../core/operation/evidence.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { Problem } from '../core/problem.ts';
import { sagaSystem } from '../core/saga/deployed.ts';
import { goOnUndoing } from '../core/saga/give-up.ts';
import { isClear, type SagaOperation, type StepState, stepsOf } from '../core/saga/progress.ts';
import { confirmDone, isBeyond, markDone, type Reviewing, retry } from '../core/saga/review.ts';
import { sagaAsked, standingOf } from '../core/saga/step-standing.ts';
import { checkNotWanted } from './admin-review.ts';
import { inputOf, type LookingAfter, limited, type OperatorRoute, queryOf, reason, rowOf } from './looking-after.ts';
import { parkedIndex } from './parked-index.ts';

const step = z.string().min(1).max(60);
const listing = z.strictObject({
  limit: limited,
  /** The state that is listed now, and where in it. */
  cursor: z
    .string()
    .max(2000)
    .regex(/^(review|running)\.[\w-]*$/)
    .default('review.'),
});

/** `/v1/admin/sagas` and what can be done about a saga: what the systems show of its steps is asked anew each time. `withdraw` ends what people are asked about a step. */
export function adminSagas(
  on: LookingAfter,
  withdraw: (operation: Operation, by: string) => Promise<void> = async () => undefined,
): Readonly<Record<string, OperatorRoute>> {
  const { operations, functions } = on;
  const reviewing: Reviewing = {
    operations,
    recover: ({ system, id }) => functions.recover(system, id),
    evidence: ({ system, id }) => functions.evidence(system, id),
  };
  const uninvolved = async (saga: string, name: string, by: string): Promise<void> => {
    const { operation } = await standingOf(await sagaAsked(operations, saga), name, operations);
    if (operation) checkNotWanted(on, operation, by);
  };
  const shown = async (saga: SagaOperation) => sagaView(saga, await stepsOf(saga, operations));
  return {
    'GET /v1/admin/sagas': (event) => listSagas(on, event),
    'GET /v1/admin/sagas/{id}': async (event) => {
      const saga = await sagaAsked(operations, idOf(event));
      const steps = await stepsOf(saga, operations);
      return sagaView(saga, await Promise.all(steps.map((each) => probed(saga, each, reviewing))));
    },
    'POST /v1/admin/sagas/{id}/retry': async (event, by) => {
      const { step: name, reason: why } = inputOf(event, z.strictObject({ step, reason }));
      return shown(await retry({ saga: idOf(event), step: name, said: { by, why } }, reviewing));
    },
    'POST /v1/admin/sagas/{id}/done': async (event, by) => {
      const done = z.strictObject({ step, reason, deviates: z.boolean().default(false) });
      const { step: name, reason: why, deviates } = inputOf(event, done);
      await uninvolved(idOf(event), name, by);
      return shown(await markDone({ saga: idOf(event), step: name, said: { by, why }, deviates }, reviewing));
    },
    'POST /v1/admin/sagas/{id}/confirm': async (event, by) => {
      const { step: name } = inputOf(event, z.strictObject({ step }));
      await uninvolved(idOf(event), name, by);
      return shown(await confirmDone({ saga: idOf(event), step: name, by }, reviewing));
    },
    'POST /v1/admin/sagas/{id}/undo': async (event, by) => {
      const { reason: why } = inputOf(event, z.strictObject({ reason }));
      const saga = await goOnUndoing(idOf(event), { by, why }, operations);
      const steps = await stepsOf(saga, operations);
      for (const { operationId, state } of steps) {
        const operation = operationId === undefined ? undefined : await operations.get(operationId);
        // Whether or not its machine was quicker: nothing of it is sent any more.
        if (operation?.approval && (state === 'waiting' || state === 'not_done')) await withdraw(operation, by);
      }
      return sagaView(saga, steps);
    },
  };
}

const idOf = ({ pathParameters }: APIGatewayProxyEvent): string => pathParameters?.['id'] ?? '';

/** Those in review first, then those that run. */
async function listSagas({ client, tables, operations }: LookingAfter, event: APIGatewayProxyEvent) {
  const { limit, cursor } = queryOf(event, listing);
  const state = cursor.startsWith('review.') ? 'review' : 'running';
  const from = cursor.slice(state.length + 1) || undefined;
  const page = await parkedIndex(client, tables.operations)(sagaSystem, state, { limit, cursor: from });
  const found = await Promise.all(page.parked.map(({ id }) => operations.get(id)));
  const sagas = found.filter((each): each is Operation => each?.state === state);
  const nextCursor = page.nextCursor === undefined ? undefined : `${state}.${page.nextCursor}`;
  const next = nextCursor ?? (state === 'review' ? 'running.' : undefined);
  return { sagas: sagas.map(rowOf), ...(next !== undefined && { nextCursor: next }) };
}

interface Probed extends StepState {
  /** What its system shows now of its operation, or of the one that is to undo it. */
  readonly evidence?: Evidence;
}

/** Asks the system about a step of which something is left, or may be. */
async function probed(saga: SagaOperation, state: StepState, { operations, evidence }: Reviewing): Promise<Probed> {
  const { planned, operation, undoing } = await standingOf(saga, state.step, operations);
  const isSettled = isClear(state) || (state.state === 'done' && !saga.saga.failed);
  const asked = state.state === 'not_undone' ? (undoing ?? operation) : operation;
  if (!planned.write || isSettled || !asked || asked.state === 'awaiting_approval') return state;
  return { ...state, evidence: await evidence(asked) };
}

/** A saga with the exact state of every step, as operators see it. */
function sagaView(saga: SagaOperation, steps: readonly Probed[]) {
  const { failed } = saga.saga;
  const {
    code,
    detail,
    failedStep = failed?.step,
  }: Partial<Problem> & { failedStep?: string } = JSON.parse(failed?.problem ?? '{}');
  return {
    ...rowOf(saga),
    input: JSON.parse(saga.input) as unknown,
    ...(failed && { failed: { step: failedStep, code, detail } }),
    steps: steps.map(({ said, ...each }) => ({
      ...each,
      ...(isBeyond(saga.saga, each.step) && { isBeyond: true }),
      ...(said && { said: { ...said, at: new Date(said.at).toISOString() } }),
    })),
  };
}
