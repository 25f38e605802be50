import { CountersignError } from '../errors.ts';
import type { Evidence } from './evidence.ts';
import type { Act, Change, Operation, Operations } from './operation.ts';
import { expirationAt, outcomeOf } from './outcome.ts';

/** Who does it, and why in their own words. */
export type Said = Required<Pick<Act, 'by' | 'why'>>;

/**
 * Has a dead operation carried out after all: it joins the backlog anew, or waits with its approval, where everything is
 * checked again; its attempts start from the beginning. Asked twice it happens once. Throws `STALE_STATE` where it is not
 * dead, or where another operation has taken its place or may.
 */
export async function redrive(operations: Operations, seen: Operation, said: Said): Promise<Operation> {
  if (isUnderwayAgain(seen)) return seen;
  checkDead(seen);
  if (seen.proposal)
    throw new CountersignError('STALE_STATE', 'Another content is proposed for it, and would be carried out too.');
  const now = operations.now();
  const { operation } = await operations.change(seen, {
    ...(seen.approval ? { state: 'awaiting_approval' } : { state: 'queued', queuedAt: now }),
    attempts: 0,
    redriven: { times: (seen.redriven?.times ?? 0) + 1, at: now },
    reason: 'REDRIVEN',
    before: undefined,
    result: undefined,
    resultStatus: undefined,
    act: { what: 'redriven', ...said },
  });
  if (!isUnderwayAgain(operation)) checkDead(operation);
  return operation;
}

/**
 * Gives a dead operation up for good. Nothing is compensated, for nothing took effect: the lookup has to say so once
 * more, late enough to prove it. What it finds instead is put to a person, and never discarded. Throws `EVIDENCE_MISSING`.
 */
export async function discard(
  operations: Operations,
  seen: Operation,
  { evidence, said }: { readonly evidence: Evidence; readonly said: Said },
): Promise<Operation> {
  checkDead(seen);
  const act = { what: 'discard refused', ...said };
  if (evidence.finding === 'found') return foundAfterAll(operations, seen, { evidence, act });
  if (evidence.finding !== 'absent') throw unproven(evidence);
  const given = givenUp(seen, operations.now());
  return changed(operations, seen, { ...given, act: { what: 'discarded', ...said } });
}

/** Puts to a person what took effect although it is dead. */
export async function foundAfterAll(
  operations: Operations,
  seen: Operation,
  { evidence, act }: { readonly evidence: Evidence; readonly act: Act },
): Promise<Operation> {
  const document = evidence.documents.find(({ exists, isNamed }) => exists && isNamed)?.document;
  return changed(operations, seen, { state: 'review', reason: 'LATE_EFFECT', document, act });
}

/** One conditional write. Throws `STALE_STATE` where somebody was quicker. */
export async function changed(operations: Operations, seen: Operation, change: Change): Promise<Operation> {
  const { won, operation } = await operations.change(seen, change);
  if (won) return operation;
  throw new CountersignError('STALE_STATE', `Somebody was quicker: the operation is ${operation.state} by now.`);
}

/** What is missing to prove that there is no effect. */
export function unproven({ reason, provenFrom }: Evidence): CountersignError {
  const isEarly = reason === 'ABSENT_TOO_EARLY' && provenFrom !== undefined;
  const detail = isEarly
    ? `The system may still be working on it until ${new Date(provenFrom).toISOString()}.`
    : `That it had no effect is not proven: ${reason}.`;
  return new CountersignError('EVIDENCE_MISSING', detail);
}

/** Final, and known not to have taken effect: whoever still wants it decides anew. */
export function givenUp({ id }: Operation, now: number): Change {
  const error = new CountersignError('GIVEN_UP', 'The system shows no effect of it, and nobody will send it any more.');
  const outcome = outcomeOf(error, id);
  if (outcome.state !== 'not_applied') throw error;
  return {
    state: 'not_applied',
    result: outcome.problem,
    resultStatus: outcome.status,
    reopenable: undefined,
    reason: outcome.code,
    expiration: expirationAt(now),
  };
}

/** Throws `STALE_STATE` for what is not dead, or was replaced. */
export function checkDead({ state, editedAs }: Operation): void {
  if (state !== 'dead') throw new CountersignError('STALE_STATE', `The operation is ${state} by now.`);
  if (editedAs !== undefined) throw new CountersignError('STALE_STATE', `Operation ${editedAs} has taken its place.`);
}

const waiting: ReadonlySet<Operation['state']> = new Set(['queued', 'awaiting_approval', 'accepted', 'attempted']);

const isUnderwayAgain = ({ state, redriven }: Operation): boolean => redriven !== undefined && waiting.has(state);
