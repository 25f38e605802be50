import { randomUUID } from 'node:crypto';
import { digestOf } from '../canonical.ts';
import { CountersignError } from '../errors.ts';
import { dayOf } from '../journal.ts';
import { eventOf, isOverdue, type Operation, type Operations, stepIdOf } from '../operation/operation.ts';
import { expirationAt } from '../operation/outcome.ts';
import { recover } from '../operation/recover.ts';
import type { Write } from '../operation/write.ts';
import { problemOf } from '../problem.ts';
import type { CatalogueEntry } from '../system.ts';
import { notYet } from './not-yet.ts';
import { amendSaga, countsAsUndone, type SagaOperation, stepIn } from './progress.ts';
import { callOf, fail, patienceFor, type Stepping } from './run-step.ts';
import { undoName } from './saga.ts';

/** What a machine says of a step that is to be undone. */
export interface UndoCall {
  readonly saga: string;
  readonly step: string;
  readonly tool: string;
  /** The tool that undoes it; absent where nothing does. */
  readonly undo?: string | undefined;
}

/** What undoing stands on, beside what steps do. */
export interface Undoing extends Stepping {
  entryOf(tool: string): CatalogueEntry | undefined;
  /** The bound write of an operation. Throws where its tool is gone. */
  write(operation: Operation): Promise<Write>;
  /** The company's civil date. */
  today(): string;
}

/**
 * What the machine does next: it is undone, or there was nothing to undo; it cannot be, and a person has to see to it; park;
 * go on forward, because what nothing undoes was done after all; or stop, because it may have been, and then nothing before
 * it may be undone.
 */
export type UndoTurn =
  | { readonly next: 'done' | 'left' | 'forward' | 'stop' }
  | { readonly next: 'wait'; readonly seconds: number };

/**
 * Sees to it that nothing of a step is left: what surely has not begun never will, what is unknown is looked up, and what
 * took effect is undone by an operation of its own. Any number of times with one effect.
 */
export async function undoStep({ saga: id, step, tool, undo }: UndoCall, on: Undoing): Promise<UndoTurn> {
  const saga = await fail(on.operations, id, { step, problem: withoutReason(step) });
  if (saga.state !== 'running' && saga.state !== 'review') return { next: 'done' };
  const operation = await closed(saga, { step, tool }, on);
  const { state } = operation;
  if (state === 'not_applied' || operation.undoneBy !== undefined) return { next: 'done' };
  if (state === 'review') return { next: undo === undefined ? 'stop' : 'left' };
  if (state !== 'applied') return { next: 'wait', seconds: patienceFor(operation, on.operations.now()) };
  if (countsAsUndone(saga.saga.said?.[step])) {
    // People have seen to it: what might yet undo it does not any more.
    const undoing = await on.operations.get(stepIdOf(stepIn(saga, undoName(step), step)));
    if (undoing) await takenBack(undoing, on.operations);
    return { next: 'done' };
  }
  return undo === undefined ? goOn(saga, step, on) : compensate(saga, { step, operation, undo }, on);
}

const withoutReason = (step: string): string =>
  JSON.stringify(problemOf(new CountersignError('INTERNAL', `Step ${step} could not be carried out.`)));

/** The operation of a step, so that nothing more can come of it than has: what waits is taken back, what is unknown is looked up. */
async function closed(
  saga: SagaOperation,
  step: { readonly step: string; readonly tool: string },
  on: Undoing,
): Promise<Operation> {
  const { operations } = on;
  const opened = await operations.open(neverBegun(saga, { ...step, entry: on.entryOf(step.tool) }, operations.now()));
  const operation = await takenBack(opened.operation, operations);
  const { state } = operation;
  const isOpen = state === 'accepted' || state === 'attempted' || state === 'unknown';
  if (!isOpen || !isOverdue(operation, operations.now())) return operation;
  const settled = await recover(operations, await on.write(operation), operation, { resend: false });
  return isWaiting(settled) ? closed(saga, step, on) : settled;
}

/** An operation that waits, so that it does not any more; any other one as it is. */
async function takenBack(seen: Operation, operations: Operations): Promise<Operation> {
  let operation = seen;
  for (let tries = 0; tries < 5 && isWaiting(operation); tries++) {
    const taken = await operations.change(operation, {
      state: 'not_applied',
      reason: 'TAKEN_BACK',
      reopenable: undefined,
      expiration: expirationAt(operations.now()),
    });
    operation = taken.operation;
  }
  return operation;
}

/** Nothing of it has gone out, or surely had no effect, and it might still be sent. */
const isWaiting = ({ state, reopenable }: Operation): boolean =>
  state === 'queued' ||
  state === 'awaiting_approval' ||
  state === 'dead' ||
  (state === 'not_applied' && reopenable === true);

/** Stands in the way of a call that arrives late: the step is over before it began. */
function neverBegun(
  saga: SagaOperation,
  { step, tool, entry }: { readonly step: string; readonly tool: string; readonly entry: CatalogueEntry | undefined },
  now: number,
): Operation {
  const { principal, agent } = saga;
  const system = entry?.system ?? saga.system;
  const of = stepIn(saga, step);
  const digest = digestOf(of);
  const draft: Operation = {
    ...{
      id: stepIdOf(of),
      step: of,
      principal,
      agent,
      tool,
      system,
      digest,
      input: '{}',
      organisation: {},
    },
    ...{
      state: 'not_applied',
      reason: 'NEVER_BEGUN',
      version: 1,
      attempts: 0,
      sendBy: now,
      reference: '',
      validation: '',
    },
    ...{ writtenBy: randomUUID(), createdAt: now, updatedAt: now, day: dayOf(now), events: [] },
    expiration: expirationAt(now),
  };
  return { ...draft, events: [eventOf(draft)] };
}

/** There is no way back from it, and it is done: the way forward is open again. */
async function goOn({ id }: SagaOperation, step: string, { operations }: Undoing): Promise<UndoTurn> {
  const { saga } = await amendSaga(operations, id, ({ saga: { failed, ...rest } }) =>
    failed?.step === step ? { saga: rest } : undefined,
  );
  return { next: saga.failed ? 'stop' : 'forward' };
}

async function compensate(
  saga: SagaOperation,
  { step, operation, undo }: { readonly step: string; readonly operation: Operation; readonly undo: string },
  on: Undoing,
): Promise<UndoTurn> {
  const of = stepIn(saga, undoName(step), step);
  // What was begun on another day, or by another version, goes on with what it asked for then.
  const begun = await on.operations.get(stepIdOf(of));
  const body = begun?.input ?? inputFor(operation, undo, on);
  // A later version of the contract may no longer say how.
  if (body === undefined) return { next: 'left' };
  const answer = await on.call({ ...callOf(saga, undo, body), step: of });
  // Only what is applied answers so.
  if (answer.status === 200) return undone(operation, stepIdOf(of), on);
  const undoing = await on.operations.get(stepIdOf(of));
  if (undoing?.state === 'applied') return undone(operation, undoing.id, on);
  const isOpen = undoing && undoing.state !== 'not_applied';
  if (isOpen && undoing.state !== 'dead' && undoing.state !== 'review')
    return { next: 'wait', seconds: patienceFor(undoing, on.operations.now()) };
  const { retryable = false, code = '' }: { retryable?: boolean; code?: string } = JSON.parse(answer.body);
  // Where the store did not take what became of it, the answer says nothing of it either.
  const isRefused = code !== '' && !retryable;
  if (!isRefused && (undoing ? undoing.reopenable : retryable)) throw notYet(`${undoName(step)}: ${code}`);
  return { next: 'left' };
}

async function undone(operation: Operation, undoneBy: string, { operations }: Undoing): Promise<UndoTurn> {
  let { won, operation: current } = await operations.change(operation, { undoneBy });
  for (let tries = 0; !won && current.undoneBy === undefined && tries < 5; tries++)
    ({ won, operation: current } = await operations.change(current, { undoneBy }));
  if (current.undoneBy === undefined) throw notYet(`${operation.id} kept changing`);
  return { next: 'done' };
}

/** What undoing a step asks for, as JSON; undefined where this version cannot tell. */
function inputFor({ tool, input, result }: Operation, undo: string, { entryOf, today }: Undoing): string | undefined {
  const contract = entryOf(tool)?.contract;
  const how = contract?.undoneBy;
  if (!contract || !how || entryOf(undo)?.contract.name !== how.contract.name) return undefined;
  const asked = contract.input.safeParse(JSON.parse(input));
  const answered = contract.output.safeParse(JSON.parse(result ?? 'null'));
  if (!asked.success || !answered.success) return undefined;
  return JSON.stringify(how.inputFor({ input: asked.data, output: answered.data, today: today() }));
}
