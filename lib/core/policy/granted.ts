import type { Configuration } from '../config.ts';
import { type ErrorCode, isCountersignError } from '../errors.ts';
import { callEntry, type Journal } from '../journal.ts';
import type { Operations } from '../operation/operation.ts';
import type { CatalogueEntry } from '../system.ts';
import type { ToolCall } from '../tool-call.ts';
import { authoriseTool } from './authorise.ts';

/** Where a denial is written down. */
export interface Denying {
  readonly journal: Journal;
  readonly operations: Pick<Operations, 'now'>;
}

/** The name of the agent that calls. The grant is asked for before the input is looked at: who may not call learns nothing about the tool. A denial is journaled. */
export const granted = (
  call: ToolCall,
  entry: CatalogueEntry,
  on: Denying & { readonly configuration: Configuration; readonly account: string },
): Promise<string> =>
  orDenied(call, on, async () => {
    const { configuration, account } = on;
    const { principal, step } = call;
    return authoriseTool(configuration, { principal, ownAccount: account, entry, step }).agent;
  });

const denials: ReadonlySet<ErrorCode> = new Set(['AGENT_UNKNOWN', 'NOT_GRANTED', 'LIMIT_EXCEEDED']);

/** A denial is journaled before it is answered. */
export async function orDenied<T>(
  call: ToolCall,
  { journal, operations }: Denying,
  decide: () => Promise<T>,
): Promise<T> {
  try {
    return await decide();
  } catch (error) {
    if (isCountersignError(error) && denials.has(error.code)) {
      const agent = `${call.principal.account}/${call.principal.role}`;
      const facts = { at: operations.now(), agent, tool: call.tool, reason: error.code, traceId: call.traceId };
      await journal.append(callEntry('call.denied', facts));
    }
    throw error;
  }
}
