import { randomUUID } from 'node:crypto';
import { admit, callDigest } from '../admit.ts';
import type { Configuration } from '../config.ts';
import { CountersignError, isCountersignError } from '../errors.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import { dayOf, type Journal } from '../journal.ts';
import { type Answer, answerOf, problemAnswer } from '../operation/answer.ts';
import { eventOf, indexed, type Operation, type Operations, operationIdOf } from '../operation/operation.ts';
import type { Write } from '../operation/write.ts';
import type { Once } from '../pipeline.ts';
import { granted } from '../policy/granted.ts';
import { problemOf } from '../problem.ts';
import type { CatalogueEntry } from '../system.ts';
import type { ToolCall } from '../tool-call.ts';
import { sagaSystem } from './deployed.ts';

/** What starting sagas stands on. */
export interface Starting {
  readonly account: string;
  readonly configuration: Configuration;
  /** The sagas, by name. */
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly operations: Operations;
  readonly journal: Journal;
  readonly once: Once;
}

/** Starts a saga as a tool is called: one operation for one key, whose machine the relay starts. Answers problems. */
export async function startSaga(call: ToolCall, on: Starting): Promise<Answer> {
  try {
    const entry = on.catalogue.get(call.tool);
    if (!entry) throw new CountersignError('TOOL_NOT_FOUND', 'This function does not start that saga.');
    const agent = await granted(call, entry, on);
    const { input } = admit(call.body, { contract: entry.contract, connector: asGiven });
    const { operation, replayed } = await on.once(
      draftOf(call, { agent, input, now: on.operations.now() }),
      nothingToSend,
    );
    return answerOf(operation, { now: on.operations.now(), replayed });
  } catch (error) {
    if (isCountersignError(error)) return problemAnswer(problemOf(error, { traceId: call.traceId }));
    throw error;
  }
}

/** A saga may be on several systems: each step writes ids as its own does. */
const asGiven = { canonicalId: (_kind: string, id: string): string => id };

function draftOf(
  { principal: { account, role }, tool, keys }: ToolCall,
  { agent, input, now }: { readonly agent: string; readonly input: unknown; readonly now: number },
): Operation {
  const principal = `${account}/${role}`;
  const draft: Operation = indexed({
    ...{
      id: operationIdOf({ principal, tool, key: idempotencyKeyOf(keys) }),
      principal,
      agent,
      tool,
      system: sagaSystem,
    },
    ...{ digest: callDigest(input, {}), organisation: {}, input: JSON.stringify(input), reference: '' },
    ...{ state: 'running', attempts: 0, version: 1, sendBy: now, validation: '', writtenBy: randomUUID() },
    ...{ createdAt: now, updatedAt: now, day: dayOf(now), saga: { plan: [] }, events: [] },
  });
  return { ...draft, events: [eventOf(draft)] };
}

const never = (): Promise<never> => Promise.reject(new Error('a saga itself sends nothing'));
const nothingToSend: Write = {
  ...{ needsBefore: true, maxServerTime: undefined, lookupLag: 0, patience: 0, canLookUp: false },
  ...{ groupOf: () => undefined, before: never, send: never, find: never },
};
