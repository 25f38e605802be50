import { type Evidence, evidenceOf, noEvidence } from '../core/operation/evidence.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { Ground } from '../core/operation/write.ts';
import type { CreateTool, UpdateTool } from '../core/tool.ts';
import { logError } from './log.ts';

/** How long all questions about one operation may take together, in ms. */
const budget = 20_000;

/** Asks the system what it shows of an operation. A question without an answer is evidence of nothing, and said to be so. */
export async function gatherEvidence(
  operation: Operation,
  on: {
    /** Undefined where the configuration has lost it. */
    readonly tool: CreateTool | UpdateTool | undefined;
    readonly document: string | undefined;
    ground(): Promise<Ground>;
    now(): number;
  },
): Promise<Evidence> {
  const asked = on.now(); // before the question: an absence is as old as it
  if (!on.tool) return noEvidence(asked, 'TOOL_GONE');
  try {
    const asking = { asked, document: on.document, ground: await on.ground(), signal: AbortSignal.timeout(budget) };
    return await evidenceOf(on.tool, operation, asking);
  } catch (error) {
    logError('an operation could not be looked at', error, { operationId: operation.id });
    return noEvidence(asked, 'LOOKUP_FAILED');
  }
}
