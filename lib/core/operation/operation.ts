import { createHash } from 'node:crypto';
import * as z from 'zod';

/** How long one call may send and look up, in ms; nothing of it goes out later. Lambda ends 8 s after that. */
export const sendBudget = 20_000;
/** The last part of that time, in ms: the lookup has it to itself, so that what a send left open is still asked about. */
export const lookupShare = 5_000;
/** Sends of one operation, over all layers and processes. */
export const maxAttempts = 5;
/** What clocks and networks may add to a system's own promise before an absence counts, in ms. */
const absenceMargin = 60_000;
/** How long a final operation, and with it its idempotency key, is kept: 400 days, in seconds. */
export const keepFor = 400 * 24 * 3600;

/** What an operator did to an operation, and why. */
const act = z.object({ what: z.string(), by: z.string(), why: z.string().optional() });
/** A step of a saga. */
const step = z.object({
  /** Operation of the saga. */
  saga: z.string(),
  /** Name of the saga. */
  of: z.string(),
  name: z.string(),
  /** The step that it undoes. */
  undoes: z.string().optional(),
  /** Whether people may have to approve it, as its machine says. */
  asks: z.literal(true).optional(),
  /** How often people have had it done again. */
  round: z.int(),
});
/** Which step of which saga an operation is. */
export type StepOf = z.infer<typeof step>;

/** What one operator says became of a step of a saga: it counts once the system itself has shown it, or another one has confirmed it. */
const said = z.object({
  by: z.string(),
  why: z.string(),
  at: z.int(),
  shown: z.boolean().optional(),
  confirmedBy: z.string().optional(),
});

/** How far a saga is. */
export const progressSchema = z.object({
  /** What its machine does, in this order. */
  plan: z.array(z.object({ step: z.string(), tool: z.string(), write: z.boolean(), undo: z.string().optional() })),
  /** The step that is the end of the way forward: what was done before is undone. */
  failed: z.object({ step: z.string(), problem: z.string() }).optional(),
  /** How often people have had a step done again, by its name; the undoing of a step is `Undo_<step>`. */
  rounds: z.record(z.string(), z.int()).optional(),
  /** The steps whose undoing rests on the word of people, by name. */
  said: z.record(z.string(), said).optional(),
});
/** As part of an operation. */
export type Progress = z.infer<typeof progressSchema>;

/** As part of a change. */
export type Act = z.infer<typeof act>;

/** What happened to an operation; kept in its item until the relay has written it to the journal. */
export const eventSchema = z.object({
  version: z.int(),
  at: z.int(),
  state: z.string(),
  attempts: z.int(),
  reason: z.string().optional(),
  document: z.string().optional(),
  act: act.optional(),
});

/**
 * The durable record of one write: one item, which is at the same time Powertools' idempotency record. Not strict: during
 * a deploy, and after one that was taken back, an item has fields of a later version; they stay in it untouched.
 */
export const operationSchema = z.object({
  id: z.string(),
  /** `account/RoleName` that signed. */
  principal: z.string(),
  agent: z.string(),
  tool: z.string(),
  system: z.string(),
  /** Names canonical arguments and organisation. */
  digest: z.string(),
  /** Canonical arguments as JSON. */
  input: z.string(),
  organisation: z.record(z.string(), z.string()),
  /** `running`: a saga whose steps are under way. `queued`: in the backlog. `accepted`: recorded, surely nothing sent yet. `attempted`: a socket may have been opened. */
  state: z.enum([
    ...['running', 'awaiting_approval', 'queued', 'accepted', 'attempted', 'unknown'],
    ...['applied', 'not_applied', 'review', 'dead'],
  ] as const),
  version: z.int(),
  /** How often a modifying request may have gone out. */
  attempts: z.int(),
  /** No attempt goes out after this moment (ms, DynamoDB's clock). */
  sendBy: z.int(),
  /** The marker that a create writes into its document. */
  reference: z.string(),
  /** Powertools' hash of the digest. */
  validation: z.string(),
  /** Token of the latest write: tells our own write, repeated by the SDK, from somebody else's. */
  writtenBy: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
  /** UTC day of `createdAt`, the index that operators list by. */
  day: z.string(),
  /** What people have to say before it is sent, and the round in which they are asked. */
  approval: z
    .object({
      need: z.int(),
      of: z.array(z.string()),
      /** Who must not decide it: the agent's owner, and who requested it. */
      never: z.array(z.string()).optional(),
      why: z.string(),
      within: z.number(),
      /** Who is asked too after so many hours. */
      escalate: z.object({ after: z.number(), to: z.array(z.string()).readonly() }).optional(),
      round: z.int(),
      /** What it commits, a decimal in the policy's currency. */
      value: z.string().optional(),
      /** What its agent commits within a day towards the same party, this call included. */
      total: z.string().optional(),
      /** The object it is about, e.g. `erp supplier 17300001`. */
      about: z.string().optional(),
    })
    .optional(),
  /** The step of a saga that it is. */
  step: step.optional(),
  /** The operation that has undone it. */
  undoneBy: z.string().optional(),
  /** The execution that waits until it comes to rest, and the version in which it began to. */
  parked: z.object({ token: z.string(), version: z.int() }).optional(),
  /** How far it is, where it is a saga. */
  saga: progressSchema.optional(),
  /** What it is about, as the system names it: writes of one group leave the backlog in the order in which they joined it. */
  group: z.string().optional(),
  /** What it commits towards whom, where that can be told: a decimal in the policy's currency. */
  commits: z.object({ counterparty: z.string(), value: z.string() }).optional(),
  /** The pots that it takes from while it is under way, e.g. `invoice 90000012`. */
  takesFrom: z.string().optional(),
  /** When it first joined the backlog (ms). */
  queuedAt: z.int().optional(),
  /** Index of what came into the backlog and is not settled: system and group. */
  lane: z.string().optional(),
  /** Index of what somebody still has to look after: `erp`, `erp second look`, `erp review`, `erp dead`. */
  unsettled: z.string().optional(),
  /** Whether an absence that was believed is still to be looked at once more. */
  secondLook: z.enum(['due', 'done']).optional(),
  /** State of the document before an update, as JSON. */
  before: z.string().optional(),
  document: z.string().optional(),
  /** The answer, kept as the string that was sent. */
  result: z.string().optional(),
  /** Where an answer is kept that is too large for the item. */
  resultKey: z.string().optional(),
  resultStatus: z.int().optional(),
  reopenable: z.boolean().optional(),
  reason: z.string().optional(),
  /** When it came into its state (ms). */
  since: z.int().optional(),
  /** The operator's doing that its latest change was. */
  act: act.optional(),
  /** Why the last of its attempts had no effect, where it is dead. */
  lastError: z.string().optional(),
  /** How often an operator had it carried out after it was dead, and when last (ms). */
  redriven: z.object({ times: z.int(), at: z.int() }).optional(),
  /** The operator who looks after it, until a moment (ms). */
  claim: z.object({ by: z.string(), until: z.int() }).optional(),
  /** What one operator says of it and another one has to confirm. */
  proposal: z
    .object({
      what: z.enum(['edit', 'applied', 'not_applied']),
      by: z.string(),
      at: z.int(),
      why: z.string(),
      /** The document that is its effect. */
      document: z.string().optional(),
      /** Whether that document may differ from what was asked for. */
      deviates: z.boolean().optional(),
      /** Canonical arguments that are to take the place of its own, as JSON. */
      input: z.string().optional(),
    })
    .optional(),
  /** The operation whose place it takes, and the one that has taken its own. */
  editedFrom: z.string().optional(),
  editedAs: z.string().optional(),
  /** TTL in epoch seconds; only a final state has one. */
  expiration: z.int().optional(),
  events: z.array(eventSchema),
});

/** One write and what is known about it. */
export type Operation = z.infer<typeof operationSchema>;
/** Attributes that follow from the others. */
type Index = 'lane' | 'unsettled';
/** Fields that a transition sets; `undefined` removes one. */
export type Change = {
  [K in Exclude<keyof Operation, 'id' | 'version' | 'events' | 'createdAt' | 'updatedAt' | 'writtenBy' | Index>]?:
    | Operation[K]
    | undefined;
};

/** The store of operations; each write is one conditional write of one item. Implementations throw when they cannot tell. */
export interface Operations {
  /** Creates the item, or answers the one that is there. */
  open(draft: Operation): Promise<Written>;
  /** Applies a change to the version that was seen, or answers the one that is there. */
  change(seen: Operation, change: Change): Promise<Written>;
  get(id: string): Promise<Operation | undefined>;
  /** The store's time in ms: the one clock that all processes share. */
  now(): number;
}

/** `won: false` carries the item that was in the way. */
export interface Written {
  readonly won: boolean;
  readonly operation: Operation;
}

/** Hash of who, what and the client's key; never of a version, a function or a session. */
export const operationIdOf = (call: { principal: string; tool: string; key: string }): string =>
  createHash('sha256')
    .update(JSON.stringify([call.principal, call.tool, call.key]))
    .digest('base64url');

/** The operation of a step: nobody but its saga can mean it. */
export const stepIdOf = ({ saga, name, round }: Pick<StepOf, 'saga' | 'name' | 'round'>): string =>
  createHash('sha256')
    .update(JSON.stringify(['step', saga, name, round]))
    .digest('base64url');

/** Nothing but proof of a late or second effect can change it any more. */
export const isFinal = ({ state, reopenable }: Operation): boolean =>
  state === 'applied' || (state === 'not_applied' && !reopenable);

/** Whether it is open and nobody can be sending it any more. */
export const isOverdue = ({ state, sendBy }: Operation, now: number): boolean =>
  state === 'unknown' || ((state === 'accepted' || state === 'attempted') && now >= sendBy);

/** From when on "the system has no such document" proves that there will be none. */
export const absentAfter = (sendBy: number, promise: { maxServerTime: number; lookupLag: number }): number =>
  sendBy + promise.maxServerTime + promise.lookupLag + absenceMargin;

/** The operation after a change: next version, with the event that tells of it. */
export function evolve(seen: Operation, change: Change, now: number): Operation {
  const version = seen.version + 1;
  // The store tells time by the second: a later version must not seem earlier than the one before it.
  const updatedAt = Math.max(now, seen.updatedAt);
  // What somebody looks after, or says of it, belongs to a state.
  const isMoved = change.state !== undefined && change.state !== seen.state;
  const moved = isMoved && { since: updatedAt, claim: undefined, proposal: undefined };
  const next = indexed({ ...seen, act: undefined, ...moved, ...change, version, updatedAt } as Operation);
  const event = eventOf(next);
  return { ...next, events: [...seen.events, event] };
}

const underway: ReadonlySet<Operation['state']> = new Set(['queued', 'accepted', 'attempted', 'unknown']);

/** By what an operation is found as long as it is not settled, or has to be looked at once more. */
export function indexed(operation: Operation): Operation {
  const { state, system, queuedAt, group, id, secondLook } = operation;
  const isUnderway = underway.has(state);
  return {
    ...operation,
    lane: isUnderway && queuedAt !== undefined ? laneOf(system, group ?? id) : undefined,
    unsettled: isUnderway ? system : secondLook === 'due' ? secondLookOf(system) : parkedOf(operation),
  };
}

/** Partition of what waits for an operator, and of sagas under way: `erp review`, `erp dead`, `saga running`. */
const parkedOf = ({ system, state }: Operation): string | undefined =>
  state === 'review' || state === 'dead' || state === 'running' ? `${system} ${state}` : undefined;

/** The order of the backlog is kept within one of these. */
export const laneOf = (system: string, group: string): string => `${system} ${group}`;
/** Partition of what is looked at once more. */
export const secondLookOf = (system: string): string => `${system} second look`;

/** The event of an operation's latest version. */
export const eventOf = ({
  version,
  updatedAt,
  state,
  attempts,
  reason,
  document,
  act,
}: Operation): Operation['events'][number] => ({
  version,
  at: updatedAt,
  state,
  attempts,
  ...(reason !== undefined && { reason }),
  ...(document !== undefined && { document }),
  ...(act && { act }),
});
