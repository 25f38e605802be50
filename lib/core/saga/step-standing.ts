import { CountersignError } from '../errors.ts';
import { isFinal, type Operation, type Operations, type Progress, stepIdOf } from '../operation/operation.ts';
import { checkClaim } from '../operation/review.ts';
import { type SagaOperation, type StepState, sagaOf, stepIn, stepsOf } from './progress.ts';
import { undoName } from './saga.ts';

/** One step of a saga as an operator finds it. */
export interface Standing {
  readonly planned: Progress['plan'][number];
  readonly state: StepState;
  /** Its own operation, and the one that undoes it, in their latest rounds. */
  readonly operation: Operation | undefined;
  readonly undoing: Operation | undefined;
}

/** Throws `STALE_STATE` with what an operator should know instead. */
export const stale = (detail: string): CountersignError => new CountersignError('STALE_STATE', detail);

/** A saga that an operator may do something about. Throws `OPERATION_NOT_FOUND`, `STALE_STATE` where it is over, `CLAIMED`. */
export async function openSaga(operations: Operations, id: string, by: string): Promise<SagaOperation> {
  const saga = await sagaAsked(operations, id);
  if (isFinal(saga)) throw stale(`The saga is over: ${saga.state}.`);
  checkClaim(saga, by, operations.now());
  return saga;
}

/** As `openSaga`, where it has come to a stop. Throws `STALE_STATE` too where its machine is at work. */
export async function stoppedSaga(operations: Operations, id: string, by: string): Promise<SagaOperation> {
  const saga = await openSaga(operations, id, by);
  if (saga.state !== 'review') throw stale('Its steps are under way: look again when the saga is in review.');
  return saga;
}

/** Throws `OPERATION_NOT_FOUND` where there is no such saga. */
export async function sagaAsked(operations: Pick<Operations, 'get'>, id: string): Promise<SagaOperation> {
  const operation = await operations.get(id);
  if (!operation?.saga) throw new CountersignError('OPERATION_NOT_FOUND', 'There is no such saga.');
  return sagaOf(operations, id);
}

/** Where a step stands. Throws `INPUT_INVALID` for one that the saga does not have, or that changes nothing. */
export async function standingOf(
  saga: SagaOperation,
  step: string,
  operations: Pick<Operations, 'get'>,
): Promise<Standing> {
  const { plan } = saga.saga;
  const planned = plan.find((each) => each.step === step);
  const state = (await stepsOf(saga, operations)).find((each) => each.step === step);
  if (!planned || !state)
    throw new CountersignError('INPUT_INVALID', `The steps are ${plan.map((each) => each.step).join(', ')}.`);
  const operation = await operations.get(stepIdOf(stepIn(saga, step)));
  const undoing = await operations.get(stepIdOf(stepIn(saga, undoName(step), step)));
  return { planned, state, operation, undoing };
}
