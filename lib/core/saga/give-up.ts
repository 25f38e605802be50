import { CountersignError } from '../errors.ts';
import type { Said } from '../operation/dead.ts';
import { type Act, isFinal, type Operation, type Operations, type Progress, stepIdOf } from '../operation/operation.ts';
import { problemOf } from '../problem.ts';
import { stepInReview } from './park.ts';
import { amendSaga, type SagaOperation, type StepState, stepIn, stepsOf } from './progress.ts';
import { runOn } from './review.ts';
import { openSaga, stale } from './step-standing.ts';

/**
 * Gives the way forward of a saga up, so that what was done is undone, although a step may not be settled: that one stays
 * what it is, and is undone once it turns out to have taken effect. Asked again it wakes what still waits. Throws
 * `STALE_STATE` where the saga is over, or beyond its point of no return, `CLAIMED`.
 */
export async function goOnUndoing(id: string, said: Said, operations: Operations): Promise<SagaOperation> {
  const seen = await openSaga(operations, id, said.by);
  const steps = await stepsOf(seen, operations);
  const act: Act = { what: 'gave the way forward up', ...said };
  const given = seen.saga.failed
    ? seen
    : await runOn(operations, seen, { change: { ...seen.saga, failed: failedIn(seen, steps) }, act });
  for (const { step } of steps) await wakeStep(stepIdOf(stepIn(given, step)), { act, operations });
  return given;
}

/** Where undoing begins: at the last write, or at the point of no return, so that nothing that was done meanwhile is passed over. */
function failedIn({ saga: { plan } }: SagaOperation, steps: readonly StepState[]): NonNullable<Progress['failed']> {
  const writes = plan.filter(({ write }) => write);
  const pivots = writes.filter(({ undo }) => undo === undefined);
  for (const { step } of pivots) {
    const { state = 'not_begun' } = steps.find((each) => each.step === step) ?? {};
    if (state !== 'not_begun' && state !== 'not_done')
      throw stale(`Step ${step} is ${state}, and nothing undoes it: the way leads forward only.`);
  }
  const from = pivots[0] ?? writes.at(-1);
  const at = steps.findLast(({ state }) => state !== 'not_begun') ?? from;
  if (!from || !at) throw stale('Nothing of the saga has begun.');
  const error = new CountersignError('GIVEN_UP', `An operator has given it up at step ${at.step}.`, {
    facts: { failedStep: at.step },
  });
  return { step: from.step, problem: JSON.stringify(problemOf(error)) };
}

const waiting: ReadonlySet<Operation['state']> = new Set(['queued', 'awaiting_approval', 'unknown', 'review']);

/** A change by an operator wakes the machine that waits for a step. What is being sent is left alone: it comes to rest by itself. */
async function wakeStep(
  id: string,
  { act, operations }: { readonly act: Act; readonly operations: Operations },
): Promise<void> {
  let operation = await operations.get(id);
  for (let tries = 0; operation?.parked && waiting.has(operation.state) && tries < 5; tries++) {
    const written = await operations.change(operation, { act });
    if (written.won) return;
    operation = written.operation;
  }
}

/**
 * Has a saga look again, once people have settled the operation of one of its steps. One that was over, with nothing left of
 * it as far as anybody knew, is not: what took effect after all is undone too.
 */
export async function stepSettled({ step, state }: Operation, said: Said, operations: Operations): Promise<void> {
  const saga = step && (await operations.get(step.saga));
  if (!step || !saga?.saga) return;
  const act: Act = { what: `settled ${step.name}`, ...said };
  await amendSaga(operations, saga.id, (seen) => {
    const waits = seen.reason?.startsWith(stepInReview('')) && seen.reason !== stepInReview(step.name);
    if (!isFinal(seen)) return waits ? undefined : { state: 'running', reason: undefined, act };
    const isLate = seen.state === 'not_applied' && state === 'applied' && step.undoes === undefined;
    return isLate ? { ...reopened, reason: `LATE_EFFECT ${step.name}`, act } : undefined;
  });
}

const reopened = { state: 'review', result: undefined, resultStatus: undefined, expiration: undefined } as const;

/**
 * Refuses to have the operation of a step carried out after all where its saga no longer wants it. Throws `STALE_STATE`.
 */
export async function checkWanted({ step }: Operation, operations: Pick<Operations, 'get'>): Promise<void> {
  if (!step) return;
  const saga = await operations.get(step.saga);
  const isCurrent = (saga?.saga?.rounds?.[step.name] ?? 1) === step.round;
  const isWanted = saga?.saga && !saga.saga.failed && !isFinal(saga) && isCurrent && step.undoes === undefined;
  if (isWanted) return;
  throw stale(
    `It is step ${step.name} of saga ${step.saga}, which has given the way forward up: see what is left of it, and retry there.`,
  );
}
