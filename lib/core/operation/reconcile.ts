import { settle } from './attempt.ts';
import { isOverdue, type Operation, type Operations } from './operation.ts';
import { orphaned, recover } from './recover.ts';
import type { Write } from './write.ts';

/** What looking after the unsettled operations of one system stands on. */
export interface Reconciling {
  readonly operations: Operations;
  /** The bound write of an operation; undefined where its tool is gone. */
  write(operation: Operation): Promise<Write | undefined>;
}

/** How long after an absence was believed the system is asked once more, in ms. */
export const secondLookAfter = 24 * 3_600_000;

/** Settles one operation that nobody is at work on, by the same rule as everybody else. Sends nothing. */
export async function reconcile(operation: Operation, on: Reconciling): Promise<Operation> {
  if (!isOverdue(operation, on.operations.now())) return operation;
  const write = await on.write(operation);
  if (!write) return orphaned(on.operations, operation);
  return recover(on.operations, write, operation, { resend: false });
}

/** Looks once more for what was believed to be absent: an effect that turned up since is proof, whatever was settled. */
export async function lookAgain(operation: Operation, on: Reconciling): Promise<Operation> {
  if (operation.secondLook !== 'due') return operation;
  const write = await on.write(operation);
  if (!write?.canLookUp) return done(operation, on.operations);
  const found = await write.find(operation, AbortSignal.timeout(write.patience));
  if (found.state === 'review' && operation.state !== 'review') {
    const { reason, document = operation.document } = found;
    const change = { state: 'review', reason, document, reopenable: undefined, expiration: undefined } as const;
    return (await on.operations.change(operation, { ...change, secondLook: 'done' })).operation;
  }
  if (found.state === 'applied') {
    const settled = await settle(on.operations, { operation, outcome: found, change: { secondLook: 'done' } });
    return settled.secondLook === 'done' ? settled : done(settled, on.operations);
  }
  return done(operation, on.operations);
}

const done = async (operation: Operation, operations: Operations): Promise<Operation> =>
  (await operations.change(operation, { secondLook: 'done' })).operation;
