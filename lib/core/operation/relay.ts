import { entryOf, type Journal } from '../journal.ts';
import { tokenToGiveBack } from '../saga/park.ts';
import type { Operation } from './operation.ts';

/** Where an operation waits, by its state: false where there is no such place (any more). */
export type Onward = { readonly [State in Operation['state']]?: (operation: Operation) => Promise<boolean> };

/** What sending on stands on. */
export interface Relaying {
  readonly journal: Journal;
  readonly onward: Onward;
  /** Gives a task token back: the execution that waits for the operation looks at it again. */
  wake(token: string): Promise<void>;
  /** Takes the events off the item, unless it has moved on: then they go with its own. */
  clear(operation: Operation): Promise<void>;
}

/**
 * Sends on what happened to an operation, any number of times with the same result; `no place`: there is none where it
 * could wait, and its events are kept until there is, because by them it is found again.
 */
export async function relay(
  operation: Operation,
  { journal, onward, wake, clear }: Relaying,
): Promise<'relayed' | 'no place'> {
  if (operation.events.length === 0) return 'relayed';
  for (const event of operation.events) await journal.append(entryOf(operation, event));
  const placed = await onward[operation.state]?.(operation);
  if (placed === false) return 'no place';
  // Last: who goes on then finds everything else done.
  const token = tokenToGiveBack(operation);
  if (token !== undefined) await wake(token);
  // What is being sent is settled within seconds, and that change brings these events along again: they are cleared with its own.
  if (operation.state !== 'accepted' && operation.state !== 'attempted') await clear(operation);
  return 'relayed';
}
