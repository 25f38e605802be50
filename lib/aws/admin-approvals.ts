import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Approval, Approvals } from '../core/approval/approval.ts';
import { dossierSchema } from '../core/approval/dossier.ts';
import type { Configuration } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { dayOf, type Journal } from '../core/journal.ts';
import { enrolmentOf } from '../people/enrolment.ts';
import { approvalsTable } from './approvals-table.ts';
import { approversSecret } from './approvers-secret.ts';
import { secretsManager, stepFunctions } from './clients.ts';
import { wakeExecution } from './wake-execution.ts';

/** What the routes for approvals stand on. */
export interface AdminApprovals {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly secretArn: string;
  readonly journal: Journal;
  readonly configuration: Configuration;
  readonly stage: string;
  now(): number;
}

type Route = (event: APIGatewayProxyEvent, operator: string) => Promise<unknown>;

/** `/v1/admin/approvals…` and `/v1/admin/approvers…`: see what people are asked, withdraw a question, enrol an approver. Nothing here approves. */
export function adminApprovals(on: AdminApprovals): Readonly<Record<string, Route>> {
  const { journal, now, stage, configuration } = on;
  const approvals = approvalsTable(on.client, on.table);
  const secret = approversSecret(secretsManager(), on.secretArn);
  const wake = wakeExecution(stepFunctions());
  const approvalOf = async ({ pathParameters }: APIGatewayProxyEvent): Promise<Approval> => {
    const found = await approvals.get(pathParameters?.['id'] ?? '');
    if (!found) throw new CountersignError('NOT_FOUND', 'There is no such approval.');
    return found;
  };
  return {
    'GET /v1/admin/approvals': async () => ({ approvals: (await approvals.pending()).map(rowOf) }),
    'GET /v1/admin/approvals/{id}': async (event) => {
      const approval = await approvalOf(event);
      return { ...rowOf(approval), shown: JSON.parse(approval.shown) };
    },
    /** Any number of times: what is withdrawn already is journaled under the same key, and woken again. */
    'POST /v1/admin/approvals/{id}/withdraw': async (event, by) => {
      const approval = await withdrawn(await approvalOf(event), approvals);
      if (approval.status !== 'withdrawn')
        throw new CountersignError('STALE_STATE', `The approval is ${approval.status} by now.`);
      const { id, decisions, agent, tool } = approval;
      const at = now();
      // The question is entry 1 of its round, each decision one more; what ends it comes after them.
      await journal.append({
        id,
        version: decisions.length + 2,
        at,
        day: dayOf(at),
        type: 'approval.withdrawn',
        agent,
        tool,
        by,
      });
      if (approval.token !== undefined) await wake(approval.token);
      return rowOf(approval);
    },
    'GET /v1/admin/approvers': async () => {
      const enrolled = await secret.enrolled();
      const people = Object.entries(configuration.approvers ?? {});
      return {
        approvers: people.map(([name, person]) => ({ id: name, ...person, enrolled: enrolled.includes(name) })),
      };
    },
    'POST /v1/admin/approvers/{name}/enrol': async ({ pathParameters }, by) => {
      const approver = pathParameters?.['name'] ?? '';
      if (!Object.hasOwn(configuration.approvers ?? {}, approver))
        throw new CountersignError('NOT_FOUND', 'The configuration has no such approver.');
      if (configuration.approvals?.signIn.kind !== 'totp')
        throw new CountersignError(
          'INPUT_INVALID',
          'People sign in at the identity provider: nobody is enrolled here.',
        );
      const { secret: made, uri } = enrolmentOf(approver, stage);
      await secret.enrol(approver, made);
      const at = now();
      await journal.append({
        ...{ id: `enrolment-${randomUUID()}`, version: 1, at, day: dayOf(at) },
        ...{ type: 'approver.enrolled', approver, by },
      });
      return { approver, uri };
    },
  };
}

/** Withdraws a pending round, also while its mails go out, each of which is noted on it. */
async function withdrawn(seen: Approval, approvals: Approvals): Promise<Approval> {
  let current = seen;
  for (let tries = 0; current.status === 'pending' && tries < 10; tries++)
    current = (await approvals.change(current, { status: 'withdrawn' })).approval;
  return current;
}

/** An approval as operators see it: without the task token and the hashes of links. */
function rowOf({ token: _token, links: _links, shown, createdAt, expiresAt, ...approval }: Approval) {
  const { headline } = dossierSchema.parse(JSON.parse(shown));
  const [created, expires] = [createdAt, expiresAt].map((at) => new Date(at).toISOString());
  return { ...approval, headline, createdAt: created, expiresAt: expires };
}
