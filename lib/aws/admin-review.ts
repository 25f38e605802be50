import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { isCountersignError } from '../core/errors.ts';
import type { Operation } from '../core/operation/operation.ts';
import {
  checkSecond,
  checkUninvolved,
  claim,
  confirm,
  resolve,
  type Verdict,
  verdictOf,
} from '../core/operation/review.ts';
import { stepSettled } from '../core/saga/give-up.ts';
import { confirmEdited } from './admin-dead.ts';
import {
  entryOf,
  inputOf,
  type LookingAfter,
  listParked,
  type OperatorRoute,
  operationOf,
  queryOf,
  reason,
  rowOf,
  systemOperationOf,
} from './looking-after.ts';

const document = z.string().trim().min(1).max(100);
const named = z.strictObject({ document: document.optional() });
const saying = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('applied'), document, acceptDeviation: z.boolean().default(false), reason }),
  z.strictObject({ verdict: z.literal('not_applied'), reason }),
]);

/** `/v1/admin/reviews` and what can be done about an operation in review: what the system shows is asked anew for each step. */
export function adminReview(on: LookingAfter): Readonly<Record<string, OperatorRoute>> {
  const { operations, functions } = on;
  const told = async (operation: Operation) => {
    // A saga that waits for this step goes on with what people have settled.
    const { act, state } = operation;
    if (act && state !== 'review') await stepSettled(operation, { by: act.by, why: act.why ?? '' }, operations);
    return rowOf(operation);
  };
  return {
    'GET /v1/admin/reviews': (event) => listParked(on, 'review', event),
    'GET /v1/admin/operations/{id}/evidence': async (event) => {
      const { id, system } = await systemOperationOf(on, event);
      return functions.evidence(system, id, queryOf(event, named).document);
    },
    'POST /v1/admin/operations/{id}/claim': async (event, by) =>
      rowOf(await claim(operations, await operationOf(on, event), by)),
    'POST /v1/admin/operations/{id}/resolve': async (event, by) => {
      const said = inputOf(event, saying);
      const verdict: Verdict =
        said.verdict === 'applied'
          ? { what: 'applied', document: said.document, deviates: said.acceptDeviation }
          : { what: 'not_applied' };
      const { id, system } = await uninvolved(on, event, by);
      const evidence = await functions.evidence(system, id, documentOf(verdict));
      const seen = await operationOf(on, event);
      return told(await resolve(operations, seen, { verdict, evidence, said: { by, why: said.reason } }));
    },
    'POST /v1/admin/operations/{id}/confirm': async (event, by) => {
      if ((await operationOf(on, event)).state === 'dead') return confirmEdited(on, event, by);
      const seen = await uninvolved(on, event, by);
      const verdict = verdictOf(seen);
      checkSecond(seen, by);
      const evidence = await functions.evidence(seen.system, seen.id, documentOf(verdict));
      return told(await confirm(operations, seen, { evidence, by }));
    },
  };
}

const documentOf = (verdict: Verdict): string | undefined =>
  verdict.what === 'applied' ? verdict.document : undefined;

/** The operation, for somebody who did not want it. Throws `NOT_YOURS_TO_DECIDE`. */
async function uninvolved(on: LookingAfter, event: APIGatewayProxyEvent, by: string): Promise<Operation> {
  const operation = await systemOperationOf(on, event);
  checkNotWanted(on, operation, by);
  return operation;
}

/** Throws `NOT_YOURS_TO_DECIDE` for whoever wanted the operation. */
export function checkNotWanted(on: LookingAfter, operation: Operation, by: string): void {
  const { agents, approvers = {} } = on.configuration;
  const owner = agents[operation.agent]?.owner;
  checkUninvolved(by, { owner, requester: requesterOf(on, operation), approvers });
}

/** Who wants it, as its call says; nobody where its tool is gone. */
function requesterOf(on: LookingAfter, operation: Operation): string | undefined {
  try {
    return entryOf(on, operation).contract.requesterOf?.(JSON.parse(operation.input));
  } catch (error) {
    if (isCountersignError(error)) return undefined;
    throw error;
  }
}
