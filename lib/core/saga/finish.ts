import { CountersignError, type ErrorCode } from '../errors.ts';
import { isFinal, type Operations, type Progress } from '../operation/operation.ts';
import { expirationAt } from '../operation/outcome.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { Template } from '../state-machine.ts';
import { amendSaga, isClear, type SagaOperation, type StepState, sagaOf, stepsOf, stepViews } from './progress.ts';
import { type Ended, endedAt, fail } from './run-step.ts';
import type { Test } from './saga.ts';
import { compared, filled } from './values.ts';

/** What the machine does after a turn: go on, perhaps with undoing what was done before a step; end; or wait for a person. */
export type Turn = { readonly next: 'go'; readonly failed?: string } | { readonly next: 'done' | 'wait' };

/** Begins a saga, or takes it up where another execution, or a person, has left it. */
export async function begin(
  { saga: id, plan }: { readonly saga: string; readonly plan: Progress['plan'] },
  operations: Operations,
): Promise<Turn> {
  const saga = await amendSaga(operations, id, (seen) => {
    if (isFinal(seen)) return undefined;
    if (seen.saga.plan.length === 0) return { saga: { ...seen.saga, plan: [...plan] } };
    // From here on what an operator has done is taken into account.
    return isActedOn(seen) ? {} : undefined;
  });
  if (isFinal(saga)) return { next: 'done' };
  const { failed } = saga.saga;
  return failed ? { next: 'go', failed: failed.step } : { next: 'go' };
}

/** Compares two values for a choice. */
export async function test(
  { saga: id, left, is, right = null }: Test & { readonly saga: string },
  operations: Operations,
): Promise<{ readonly answer: boolean }> {
  const saga = await sagaOf(operations, id);
  return { answer: compared(await filled(left, saga, operations), is, await filled(right, saga, operations)) };
}

/** Ends the way forward for a reason of the saga itself. Answers at which step it ended. */
export async function refuse(
  {
    saga: id,
    step,
    code,
    detail,
  }: { readonly saga: string; readonly step: string; readonly code: ErrorCode; readonly detail: string },
  operations: Operations,
): Promise<Ended> {
  const problem = JSON.stringify(problemOf(new CountersignError(code, detail)));
  return endedAt(await fail(operations, id, { step, problem }), step);
}

/** All steps are done: the saga answers, unless an operator has given it up at the last moment. */
export async function commit(
  { saga: id, result }: { readonly saga: string; readonly result: Template },
  operations: Operations,
): Promise<Ended | { readonly next: 'done' }> {
  const answer = JSON.stringify(await filled(result, await sagaOf(operations, id), operations));
  const saga = await amendSaga(operations, id, (seen) =>
    isFinal(seen) || seen.saga.failed
      ? undefined
      : {
          state: 'applied',
          result: answer,
          resultStatus: 200,
          reason: undefined,
          expiration: expirationAt(operations.now()),
        },
  );
  return saga.saga.failed && !isFinal(saga) ? endedAt(saga, saga.saga.failed.step) : { next: 'done' };
}

/** Whether an operator has done something about it that its machine has not begun with yet. */
const isActedOn = ({ state, act }: SagaOperation): boolean => state === 'running' && act !== undefined;

/** There is no way forward: the saga is over where nothing of it is left, and waits for a person where anything is. */
export async function end({ saga: id }: { readonly saga: string }, operations: Operations): Promise<Turn> {
  const seen = await sagaOf(operations, id);
  if (isFinal(seen)) return { next: 'done' };
  // Somebody has seen to it since the machine began to look: it does not wait long, and begins again.
  if (isActedOn(seen)) return { next: 'wait' };
  const steps = await stepsOf(seen, operations);
  const left = steps.filter((step) => isWriteIn(seen, step) && !isClear(step));
  const { operation } = await operations.change(
    seen,
    left.length > 0
      ? { state: 'review', reason: `LEFT ${left.map(({ step }) => step).join(' ')}`.slice(0, 200) }
      : undone(seen, steps, operations.now()),
  );
  // Somebody else has changed it meanwhile: the machine looks again.
  if (operation.version !== seen.version + 1) throw new CountersignError('STALE_STATE', `saga ${id} has changed`);
  return { next: left.length > 0 ? 'wait' : 'done' };
}

const isWriteIn = ({ saga: { plan } }: SagaOperation, { step }: StepState): boolean =>
  plan.some((planned) => planned.step === step && planned.write);

/** Nothing of it is left: to its agent it is refused for what its failed step was refused for. */
function undone(saga: SagaOperation, steps: readonly StepState[], now: number) {
  const { failed } = saga.saga;
  const problem = failed
    ? (JSON.parse(failed.problem) as Problem)
    : problemOf(new CountersignError('INTERNAL', 'It ended without a reason.'));
  const told = {
    failedStep: failed?.step,
    ...problem,
    retryable: false,
    retryAfter: undefined,
    applied: 'no' as const,
    operationId: saga.id,
    steps: stepViews(steps),
  };
  return {
    state: 'not_applied' as const,
    result: JSON.stringify(told),
    resultStatus: problem.status,
    reason: problem.code,
    expiration: expirationAt(now),
  };
}
