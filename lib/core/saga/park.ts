import { isFinal, type Operation, type Operations, stepIdOf } from '../operation/operation.ts';
import { amendSaga, type SagaOperation, sagaOf, stepIn } from './progress.ts';
import { undoName } from './saga.ts';

/** What a machine says where it waits: for a step, for its undoing, or, without a step, for a person. */
export interface ParkCall {
  readonly saga: string;
  readonly step?: string | undefined;
  readonly undoing?: boolean | undefined;
  readonly token: string;
}

/** What parking stands on. */
export interface Parking {
  readonly operations: Operations;
  /** Gives a token back to its execution; one that is gone is no error. */
  wake(token: string): Promise<void>;
}

/** Leaves a token with the operation that an execution waits for; whoever brings that to rest wakes it. What is at rest already wakes it at once. */
export async function park({ saga: id, step, undoing, token }: ParkCall, { operations, wake }: Parking): Promise<void> {
  const saga = await sagaOf(operations, id);
  let operation = step === undefined ? saga : await waitedFor(saga, { step, undoing: undoing === true }, operations);
  for (let tries = 0; operation && isAwaited(operation) && tries < 10; tries++) {
    const { won, operation: current }: { won: boolean; operation: Operation } = await operations.change(operation, {
      parked: { token, version: operation.version + 1 },
    });
    if (won) {
      const waits = step === undefined || undoing || (await waitsOn(id, step, { operations, waitedFor: current }));
      // Whoever gave the way forward up before the token was there had nothing to wake.
      return waits ? undefined : wake(token);
    }
    operation = current;
  }
  await wake(token);
}

async function waitedFor(
  saga: SagaOperation,
  { step, undoing }: { readonly step: string; readonly undoing: boolean },
  operations: Operations,
): Promise<Operation | undefined> {
  const undo = undoing ? await operations.get(stepIdOf(stepIn(saga, undoName(step), step))) : undefined;
  return undo ?? operations.get(stepIdOf(stepIn(saga, step)));
}

/** A saga waits for people as long as it is in review: whoever sees to it has it run again. */
const isAwaited = ({ state, saga }: Operation): boolean =>
  saga ? state === 'review' : state !== 'applied' && state !== 'not_applied' && state !== 'dead';

/** Whether the saga still waits for its step; a person has to say what became of one in review before it can go on. */
async function waitsOn(
  id: string,
  step: string,
  { operations, waitedFor: { state } }: { readonly operations: Operations; readonly waitedFor: Operation },
): Promise<boolean> {
  const { saga } = await amendSaga(operations, id, (seen) =>
    state === 'review' && !seen.saga.failed && !isFinal(seen) && seen.reason !== stepInReview(step)
      ? { state: 'review', reason: stepInReview(step) }
      : undefined,
  );
  return saga.failed === undefined;
}

/** Why a saga is in review that waits for a step which is. */
export const stepInReview = (step: string): string => `STEP_IN_REVIEW ${step}`;

/** The token of the execution that is to be woken: its operation has come to rest, or an operator has seen to it, since it was left. */
export function tokenToGiveBack({ parked, version, state, act }: Operation): string | undefined {
  if (!parked || version <= parked.version) return undefined;
  const isAtRest = state === 'applied' || state === 'not_applied' || state === 'dead' || state === 'review';
  return isAtRest || act ? parked.token : undefined;
}
