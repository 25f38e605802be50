import { randomUUID } from 'node:crypto';
import type { eventOf, Operation } from './operation/operation.ts';

/** One line of the journal: appended once, never changed. */
export interface JournalEntry {
  /** Operation id, or `call-…` for what has no operation. */
  readonly id: string;
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  /** UTC day, the index that operators read by. */
  readonly day: string;
  /** `operation.applied`, `call.read`, `call.denied` ... */
  readonly type: string;
  /** Absent where no call of an agent is told of. */
  readonly agent?: string;
  readonly tool?: string;
  /** System that it was done to, where no tool is told of. */
  readonly system?: string;
  /** Operator who did it. */
  readonly by?: string;
  /** What they did to an operation: `redriven`, `claimed`, `confirmed` ... */
  readonly did?: string;
  /** Why, in their own words. */
  readonly why?: string;
  /** Approver to whom it was done. */
  readonly approver?: string;
  readonly digest?: string;
  readonly reference?: string;
  readonly document?: string;
  readonly reason?: string;
  readonly attempts?: number;
  readonly traceId?: string;
}

/** The append-only record; writing an entry again changes nothing. */
export interface Journal {
  append(entry: JournalEntry): Promise<void>;
}

/** The entry of one event of an operation. */
export function entryOf(operation: Operation, event: ReturnType<typeof eventOf>): JournalEntry {
  const { id, agent, tool, digest, reference } = operation;
  const { version, at, state, act, ...facts } = event;
  return {
    ...{ id, version, at, day: dayOf(at), type: `operation.${state}`, agent, tool, digest, reference },
    ...facts,
    ...(act && { did: act.what, by: act.by, ...(act.why !== undefined && { why: act.why }) }),
  };
}

/** The entry of a call that has no operation: a read, or a denial. */
export const callEntry = (
  type: 'call.read' | 'call.denied',
  facts: Pick<JournalEntry, 'at' | 'agent' | 'tool' | 'digest' | 'reason' | 'traceId'>,
): JournalEntry => ({ id: `call-${randomUUID()}`, version: 1, day: dayOf(facts.at), type, ...facts });

/** UTC day of a moment. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
