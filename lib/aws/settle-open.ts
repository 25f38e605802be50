import { secondLookOf } from '../core/operation/operation.ts';
import { lookAgain, type Reconciling, reconcile, secondLookAfter } from '../core/operation/reconcile.ts';
import { logError } from './log.ts';
import type { UnsettledIndex } from './unsettled-index.ts';

/** What one run came to: operations that were looked at, of how many the question got no answer, and whether its time was enough. */
export interface Settled {
  readonly lookedAt: number;
  readonly failed: number;
  readonly isDone: boolean;
}

/** The next run goes on where this one has to stop, in ms. */
const budget = 20_000;
/** Who is at work on an operation gets this long before others look at it, in ms. */
const untouchedFor = 30_000;

/** Looks at every operation of a system that nobody is at work on, and once more at what was believed to be absent. */
export async function settleOpen(
  system: string,
  { unsettled, reconciling }: { readonly unsettled: UnsettledIndex; readonly reconciling: Reconciling },
): Promise<Settled> {
  const { operations } = reconciling;
  const until = performance.now() + budget;
  const now = operations.now();
  const open = await unsettled.before(system, now - untouchedFor, 'others');
  const believed = await unsettled.before(secondLookOf(system), now - secondLookAfter, 'others');
  let lookedAt = 0;
  let failed = 0;
  for (const [ids, look] of [
    [open, reconcile],
    [believed, lookAgain],
  ] as const)
    for (const id of ids) {
      if (performance.now() > until) return { lookedAt, failed, isDone: false };
      lookedAt++;
      try {
        const operation = await operations.get(id);
        if (operation) await look(operation, reconciling);
      } catch (error) {
        failed++;
        logError('an operation could not be looked at', error, { operationId: id });
      }
    }
  return { lookedAt, failed, isDone: true };
}
