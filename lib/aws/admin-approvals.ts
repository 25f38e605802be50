import type { APIGatewayProxyEvent } from 'aws-lambda';
import { amend } from '../core/approval/amend.ts';
import { type Approval, type ApprovalChange, ending } from '../core/approval/approval.ts';
import { roundId } from '../core/approval/carry-out.ts';
import { dossierSchema } from '../core/approval/dossier.ts';
import { remind } from '../core/approval/remind.ts';
import { CountersignError } from '../core/errors.ts';
import { dayOf } from '../core/journal.ts';
import type { Operation } from '../core/operation/operation.ts';
import { type AdminPeople, adminApprovers } from './admin-approvers.ts';
import type { Route } from './admin-route.ts';
import { approvalsTable } from './approvals-table.ts';
import { stepFunctions } from './clients.ts';
import { wakeExecution } from './wake-execution.ts';

/** `/v1/admin/approvals…` and `/v1/admin/approvers…`: see what people are asked, remind them, withdraw a question; enrol an approver, or note their absence. Nothing here approves. */
export function adminApprovals(on: AdminPeople): Readonly<Record<string, Route>> {
  const { now } = on;
  const approvals = approvalsTable(on.client, on.table);
  const wake = wakeExecution(stepFunctions());
  const withdraw = withdrawing(approvals, on);
  const approvalOf = async ({ pathParameters }: APIGatewayProxyEvent): Promise<Approval> => {
    const found = await approvals.get(pathParameters?.['id'] ?? '');
    if (!found) throw new CountersignError('NOT_FOUND', 'There is no such approval.');
    return found;
  };
  return {
    ...adminApprovers(on),
    'GET /v1/admin/approvals': async () => ({ approvals: (await approvals.pending()).map(rowOf) }),
    'GET /v1/admin/approvals/{id}': async (event) => {
      const approval = await approvalOf(event);
      return { ...rowOf(approval), shown: JSON.parse(approval.shown) };
    },
    /** Whom it reminds is mailed by the execution that waits, which journals it too. */
    'POST /v1/admin/approvals/{id}/remind': async (event, by) => {
      const round = await amend(approvals, await approvalOf(event), (seen) => reminding(seen, { at: now(), by }));
      if (round.token !== undefined) await wake(round.token);
      return rowOf(round);
    },
    'POST /v1/admin/approvals/{id}/withdraw': async (event, by) => {
      const approval = await withdraw(await approvalOf(event), by);
      if (approval.status === 'withdrawn') return rowOf(approval);
      throw new CountersignError('STALE_STATE', `The approval is ${approval.status} by now.`);
    },
  };
}

/** Withdraws the question that people are asked about an operation; where nobody is asked any more it does nothing. */
export function withdrawingQuestions(on: AdminPeople) {
  const approvals = approvalsTable(on.client, on.table);
  const withdraw = withdrawing(approvals, on);
  return async (operation: Operation, by: string): Promise<void> => {
    const round = operation.approval && (await approvals.get(roundId(operation)));
    if (round) await withdraw(round, by);
  };
}

/** Any number of times: what is withdrawn already is journaled under the same key, and woken again. Answers what has become of it. */
function withdrawing(approvals: ReturnType<typeof approvalsTable>, { journal, now }: AdminPeople) {
  const wake = wakeExecution(stepFunctions());
  return async (seen: Approval, by: string): Promise<Approval> => {
    const approval = await amend(approvals, seen, ({ status }) =>
      status === 'pending' ? ending('withdrawn', now()) : undefined,
    );
    if (approval.status !== 'withdrawn') return approval;
    const { id, decisions, agent, tool } = approval;
    const at = now();
    // The question is entry 1 of its round, each decision one more; what ends it comes after them.
    const version = decisions.length + 2;
    await journal.append({ id, version, at, day: dayOf(at), type: 'approval.withdrawn', agent, tool, by });
    if (approval.token !== undefined) await wake(approval.token);
    return approval;
  };
}

/** Throws `STALE_STATE` where it is settled, and `TOO_MANY_CALLS` within an hour of the last reminder. */
function reminding(seen: Approval, { at, by }: { readonly at: number; readonly by: string }): ApprovalChange {
  const change = remind(seen, { at, by });
  if (!('why' in change)) return change;
  if (change.why === 'settled') throw new CountersignError('STALE_STATE', 'Nobody is asked for this any more.');
  const retryAfter = Math.ceil((change.again - at) / 1000);
  throw new CountersignError('TOO_MANY_CALLS', 'They were reminded within the last hour.', { retryAfter });
}

/** An approval as operators see it: without the task token and the hashes of links. */
function rowOf({ token: _token, links: _links, shown, createdAt, expiresAt, ...approval }: Approval) {
  const { headline } = dossierSchema.parse(JSON.parse(shown));
  const [created, expires] = [createdAt, expiresAt].map((at) => new Date(at).toISOString());
  return { ...approval, headline, createdAt: created, expiresAt: expires };
}
