import { CountersignError } from '../errors.ts';
import type { Operation, Operations } from '../operation/operation.ts';

/** What a call orders, whoever orders it under whatever key. */
export interface Content {
  readonly system: string;
  /** Names the business content; the group of its operation. */
  readonly content: string;
}

/** Who took a content first. */
export interface Holder {
  readonly operationId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The contents that were asked for lately, shared by all processes. */
export interface Contents {
  /**
   * Takes a content for an operation, unless another one has taken it since a moment (epoch ms); answers that other one.
   * `instead`: the holder that it takes it from. Any number of times for the same operation. Throws `STORE_UNAVAILABLE`.
   */
  take(
    content: Content,
    by: Holder,
    unless: { readonly since: number; readonly instead?: string },
  ): Promise<Holder | undefined>;
}

/** What looking for a possible duplicate stands on. */
export interface Looking {
  readonly contents: Contents;
  readonly operations: Pick<Operations, 'get' | 'now'>;
  /** How long the same content counts as one, in ms; 0 = not at all. */
  readonly within: number;
  /** The operation of which the caller says that this is no duplicate. */
  readonly instead: string | undefined;
}

/** Who takes a content and has no record this long after it, in ms, has died before it had one. */
const recordedAfter = 60_000;

/**
 * Whether somebody else asked for the same content a short time ago: `POSSIBLE_DUPLICATE`, which names the other operation
 * to its own agent only. What surely had no effect stands in nobody's way.
 */
export async function possibleDuplicate(
  { id: operationId, principal, system, group = '' }: Operation,
  { contents, operations, within, instead }: Looking,
): Promise<CountersignError | undefined> {
  if (within === 0) return undefined;
  const now = operations.now();
  let from = instead;
  // Each round takes it from one whose operation had no effect, or whose key belongs to other content: that call was refused.
  for (let tries = 0; tries < 5; tries++) {
    const unless = { since: now - within, ...(from !== undefined && { instead: from }) };
    const holder = await contents.take({ system, content: group }, { operationId, at: now }, unless);
    if (!holder) return undefined;
    const other = await operations.get(holder.operationId);
    const isIdle = other ? hadNoEffect(other) || other.group !== group : now - holder.at > recordedAfter;
    if (!isIdle) return refusal(holder, other?.principal === principal);
    from = holder.operationId;
  }
  return new CountersignError('POSSIBLE_DUPLICATE', 'Others ask for the same content at this moment.');
}

/** What its saga has undone stands in nobody's way either. */
const hadNoEffect = ({ state, undoneBy }: Operation): boolean => state === 'not_applied' || undoneBy !== undefined;

function refusal({ operationId, at }: Holder, isOwn: boolean): CountersignError {
  const facts = isOwn ? { notDuplicateOf: operationId } : {};
  const who = isOwn ? 'This agent' : 'Another agent';
  return new CountersignError('POSSIBLE_DUPLICATE', `${who} asked for the same at ${new Date(at).toISOString()}.`, {
    facts,
  });
}
