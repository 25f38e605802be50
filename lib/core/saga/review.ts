import { isDeepStrictEqual } from 'node:util';
import { CountersignError } from '../errors.ts';
import type { Said } from '../operation/dead.ts';
import type { Evidence } from '../operation/evidence.ts';
import type { Act, Operation, Operations, Progress } from '../operation/operation.ts';
import { expirationAt } from '../operation/outcome.ts';
import { amendSaga, type SagaOperation } from './progress.ts';
import { undoName } from './saga.ts';
import { type Standing, stale, standingOf, stoppedSaga } from './step-standing.ts';

/** What operators' doings about sagas stand on. */
export interface Reviewing {
  readonly operations: Operations;
  /** Has an operation looked up in its system; what was found stands in the operation. */
  recover(operation: Operation): Promise<unknown>;
  /** What the system of an operation shows of it now. */
  evidence(operation: Operation): Promise<Evidence>;
}

/** The saga and the step that is meant, and who says so. */
export interface Doing {
  readonly saga: string;
  readonly step: string;
  readonly said: Said;
}

/**
 * Has a step done again that came to nothing: an undoing that failed for good, or a step after the point of no return, gets
 * another operation; what is in review is looked up again. Asked twice it happens once. Throws `STALE_STATE` where there is
 * nothing to do again, `CLAIMED`.
 */
export async function retry({ saga: id, step, said }: Doing, on: Reviewing): Promise<SagaOperation> {
  const { operations } = on;
  const seen = await stoppedSaga(operations, id, said.by);
  const standing = await standingOf(seen, step, operations);
  const act: Act = { what: `retried ${step}`, ...said };
  const unclear = inReview(standing);
  if (unclear) return lookUpAgain(seen, unclear, { act, on });
  const change = roundsFor(seen, standing);
  // From here on nobody carries the old operation out: another one takes its place.
  for (const old of [standing.operation, standing.undoing]) if (old && isReplaced(old, change)) await close(old, on);
  return runOn(operations, seen, { change, act });
}

/** The operation that a person, or another look, has to settle first. */
const inReview = ({ operation, undoing }: Standing): Operation | undefined =>
  [undoing, operation].find((each) => each?.state === 'review');

/** How far the saga is once a step is to be done again. Throws `STALE_STATE`. */
function roundsFor({ saga }: SagaOperation, { planned, state, undoing, operation }: Standing): Progress {
  const { failed, rounds, said, ...rest } = saga;
  const { step, undo } = planned;
  const raised = (name: string) => ({ rounds: { ...rounds, [name]: (rounds?.[name] ?? 1) + 1 } });
  const others = Object.fromEntries(Object.entries(said ?? {}).filter(([name]) => name !== step));
  const isUndoable = undo !== undefined && failed !== undefined;
  if (isUndoable && state.state === 'not_undone') {
    const again = undoing?.reopenable ? { ...(rounds && { rounds }) } : raised(undoName(step));
    return { ...rest, failed, said: others, ...again };
  }
  // What kept it from being undone left no operation of its own: that is simply tried again.
  if (isUndoable && state.state === 'done') return { ...saga, said: others };
  const isNotDone = state.state === 'not_done' || state.state === 'not_begun';
  if (failed?.step === step && isNotDone && isBeyond(saga, step))
    return { ...rest, ...(said && { said }), ...(operation ? raised(step) : rounds && { rounds }) };
  throw stale(`Step ${step} is ${state.state}: there is nothing to do again.`);
}

/** Whether a step comes after one that nothing undoes: there the way leads forward only. */
export const isBeyond = ({ plan }: Progress, step: string): boolean =>
  plan
    .slice(
      0,
      plan.findIndex((each) => each.step === step),
    )
    .some(({ write, undo }) => write && undo === undefined);

/**
 * By the same lookup, and the same rules, as what is unknown. The saga runs first: its machine puts it into review again
 * where the other look shows nothing new. Throws `STALE_STATE` where people are about to settle it.
 */
async function lookUpAgain(
  saga: SagaOperation,
  unclear: Operation,
  { act, on }: { readonly act: Act; readonly on: Reviewing },
): Promise<SagaOperation> {
  const { proposal, id } = unclear;
  if (proposal) throw stale(`${proposal.by} has proposed what became of operation ${id}: confirm that.`);
  const running = await runOn(on.operations, saga, { change: undefined, act });
  const { won, operation } = await on.operations.change(unclear, { state: 'unknown', act });
  if (!won) throw stale(`Somebody was quicker: operation ${id} is ${operation.state} by now.`);
  await on.recover(operation);
  return running;
}

/** Whether it surely had no effect, might still be sent, and is not what the saga goes on with. */
const isReplaced = ({ state, reopenable, step }: Operation, { rounds }: Progress): boolean =>
  (state === 'dead' || (state === 'not_applied' && reopenable === true)) &&
  step !== undefined &&
  step.round !== (rounds?.[step.name] ?? 1);

async function close(seen: Operation, { operations }: Reviewing): Promise<void> {
  const { won, operation } = await operations.change(seen, {
    state: 'not_applied',
    reason: 'TAKEN_BACK',
    reopenable: undefined,
    expiration: expirationAt(operations.now()),
  });
  if (!won) throw stale(`Somebody was quicker: operation ${seen.id} is ${operation.state} by now.`);
}

/**
 * Says that a step is undone. It counts at once where the system itself shows what its undoing intends; otherwise it takes
 * `deviates`, and a second operator. Throws `EVIDENCE_MISSING`, `STALE_STATE` where the step is not what is left to undo,
 * `CLAIMED`.
 */
export async function markDone(
  { saga: id, step, said, deviates }: Doing & { readonly deviates: boolean },
  on: Reviewing,
): Promise<SagaOperation> {
  const seen = await stoppedSaga(on.operations, id, said.by);
  const shown = await isShown(await leftOf(seen, step, on), on);
  if (!shown && !deviates)
    throw new CountersignError(
      'EVIDENCE_MISSING',
      `The system does not show that ${step} is undone. Say that it deviates, if that is accepted all the same.`,
    );
  const says = { ...said, at: on.operations.now(), ...(shown && { shown }) };
  const change = { ...seen.saga, said: { ...seen.saga.said, [step]: says } };
  const what = `${shown ? 'marked' : 'proposed'} ${step} as undone`;
  return runOn(on.operations, seen, { change, act: { what, ...said }, waits: !shown });
}

/** Has what somebody else says of a step count, whatever its system shows. Throws `NOT_YOURS_TO_DECIDE`, `STALE_STATE`, `EVIDENCE_MISSING` where the system cannot be asked. */
export async function confirmDone({ saga: id, step, by }: ConfirmCall, on: Reviewing): Promise<SagaOperation> {
  const seen = await stoppedSaga(on.operations, id, by);
  const says = seen.saga.said?.[step];
  if (!says || says.shown || says.confirmedBy !== undefined)
    throw stale(`Nothing is proposed for step ${step} by now.`);
  if (says.by === by)
    throw new CountersignError('NOT_YOURS_TO_DECIDE', 'Who proposed it does not confirm it: a second operator has to.');
  await isShown(await leftOf(seen, step, on), on);
  const change = { ...seen.saga, said: { ...seen.saga.said, [step]: { ...says, confirmedBy: by } } };
  return runOn(on.operations, seen, { change, act: { what: `confirmed ${step} as undone`, by, why: says.why } });
}

/** Who confirms what is said of which step. */
export interface ConfirmCall {
  readonly saga: string;
  readonly step: string;
  readonly by: string;
}

/** A step that took effect and was not undone. Throws `STALE_STATE`. */
async function leftOf(saga: SagaOperation, step: string, { operations }: Reviewing): Promise<Standing> {
  const standing = await standingOf(saga, step, operations);
  const unclear = inReview(standing);
  if (unclear)
    throw stale(`Operation ${unclear.id} is in review: say what became of it (review resolve), or have it looked up.`);
  const { state } = standing.state;
  const isLeft = saga.saga.failed !== undefined && (state === 'done' || state === 'not_undone');
  if (!standing.planned.write || !isLeft)
    throw stale(`Step ${step} is ${state}: it is not for people to say more of it.`);
  return standing;
}

/** Whether the system shows that it is undone. Throws `EVIDENCE_MISSING` where nobody can tell what it shows. */
async function isShown({ undoing }: Standing, { evidence }: Reviewing): Promise<boolean> {
  if (!undoing) return false;
  const { reason, finding, documents } = await evidence(undoing);
  if (reason === 'LOOKUP_FAILED') throw new CountersignError('EVIDENCE_MISSING', 'The system could not be asked.');
  return finding === 'found' && documents.some(({ exists, isNamed, agrees }) => exists && isNamed && agrees);
}

/** Writes down what an operator did about a saga, which then runs again, unless it waits for another one. Throws `STALE_STATE` where it has changed. */
export const runOn = (
  operations: Operations,
  seen: SagaOperation,
  {
    change,
    act,
    waits = false,
  }: { readonly change: Progress | undefined; readonly act: Act; readonly waits?: boolean },
): Promise<SagaOperation> =>
  amendSaga(operations, seen.id, (current) => {
    if (current.state !== seen.state || !isDeepStrictEqual(current.saga, seen.saga))
      throw stale(`Somebody was quicker: the saga is ${current.state} by now.`);
    const underway = waits ? {} : ({ state: 'running', reason: undefined } as const);
    return { ...underway, ...(change && { saga: change }), act };
  });
