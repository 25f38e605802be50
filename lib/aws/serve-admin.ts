import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { ConfigurationByStage } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { dayOf } from '../core/journal.ts';
import { type Answer, viewOf } from '../core/operation/answer.ts';
import { type Operation, operationSchema } from '../core/operation/operation.ts';
import { nameOf } from '../core/policy/authorise.ts';
import { stepsShown } from '../core/saga/progress.ts';
import { adminApprovals, withdrawingQuestions } from './admin-approvals.ts';
import { adminDead } from './admin-dead.ts';
import { adminReconcile } from './admin-reconcile.ts';
import { adminReview } from './admin-review.ts';
import { adminSagas } from './admin-sagas.ts';
import { adminSystems } from './admin-systems.ts';
import { lambda, sqs } from './clients.ts';
import { readDay } from './day-index.ts';
import type { environmentOf } from './environment.ts';
import { httpHandler, ok, principalOf } from './http.ts';
import { logError } from './log.ts';
import { lookedAfter, systemOperationOf } from './looking-after.ts';
import { recoverFunctions } from './recover-functions.ts';
import { stores } from './runtime.ts';

/** What the function of `serveAdmin` has in its environment. */
export const adminVariables = [
  'STAGE',
  'ACCOUNT_ID',
  'OPERATIONS_TABLE',
  'JOURNAL_TABLE',
  'COORDINATION_TABLE',
  'RESULTS_BUCKET',
  'RECOVER_FUNCTIONS',
  'BACKLOG_QUEUES',
] as const;

type Environment = ReturnType<typeof environmentOf<typeof adminVariables>>;

type PeopleEnvironment = ReturnType<typeof environmentOf<['APPROVALS_TABLE', 'APPROVERS_SECRET_ARN']>>;

const paging = z.strictObject({
  day: z.iso.date().optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(20),
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
  cursor: z.string().max(2000).optional(),
});

/** The handler of `/v1/admin/…`: what operators see and may ask for. `people` is absent where nobody is asked for approval. */
export function serveAdmin(define: ConfigurationByStage, environment: Environment, people?: PeopleEnvironment) {
  const configuration = define(environment.STAGE);
  const { client, clock, operations, journal } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const functions = recoverFunctions(lambda(), environment.RECOVER_FUNCTIONS);
  const operationOf = async (event: APIGatewayProxyEvent) => {
    const operation = await operations.get(event.pathParameters?.['id'] ?? '');
    if (!operation) throw new CountersignError('OPERATION_NOT_FOUND', 'There is no such operation.');
    return operation;
  };
  const read = <T>(
    event: APIGatewayProxyEvent,
    source: { tableName: string; sortKey: 'createdAt' | 'at'; parse(item: Record<string, unknown>): T },
  ) => {
    const { day = dayOf(operations.now()), ...asked } = pagingOf(event);
    return readDay(client, { ...source, ...asked, day });
  };
  const tables = { operations: environment.OPERATIONS_TABLE, coordination: environment.COORDINATION_TABLE };
  const lookingAfter = {
    ...{ client, operations, configuration, functions, tables },
    ...{ account: environment.ACCOUNT_ID, stage: environment.STAGE },
  };
  const asked = people && {
    ...{ client, journal, configuration, stage: environment.STAGE, now: () => clock.now() },
    ...{ table: people.APPROVALS_TABLE, secretArn: people.APPROVERS_SECRET_ARN },
  };
  const routes: Readonly<Record<string, (event: APIGatewayProxyEvent, operator: string) => Promise<unknown>>> = {
    ...(asked && adminApprovals(asked)),
    ...adminSystems({
      ...{ client, journal, configuration, functions, tables, now: () => clock.now() },
      ...{ sqs: sqs(), queues: environment.BACKLOG_QUEUES },
    }),
    ...adminDead(lookingAfter),
    ...adminReview(lookingAfter),
    ...adminReconcile(lookingAfter),
    ...adminSagas(lookingAfter, asked && withdrawingQuestions(asked)),
    'GET /v1/admin/operations': async (event) => {
      const { entries, ...more } = await read(event, {
        tableName: environment.OPERATIONS_TABLE,
        sortKey: 'createdAt',
        parse: (item) => operationSchema.safeParse(item),
      });
      return { operations: entries.flatMap(({ data, error }) => (data ? [listed(data)] : unreadable(error))), ...more };
    },
    'GET /v1/admin/operations/{id}': async (event) => {
      const operation = await operationOf(event);
      const { agent, principal, digest, organisation, sendBy, input, before, events } = operation;
      return {
        ...viewOf(operation, await stepsShown(operation, operations)),
        ...lookedAfter(operation),
        agent,
        principal,
        digest,
        organisation,
        sendBy,
        input: JSON.parse(input),
        before,
        events,
      };
    },
    'POST /v1/admin/operations/{id}/reconcile': async (event) => {
      const { id, system } = await systemOperationOf(lookingAfter, event);
      await functions.recover(system, id);
      return viewOf(await operationOf(event));
    },
    'GET /v1/admin/journal': async (event) =>
      read(event, { tableName: environment.JOURNAL_TABLE, sortKey: 'at', parse: (item) => item }),
  };
  return httpHandler(async (event): Promise<Answer> => {
    const principal = principalOf(event);
    const operator = nameOf(configuration.operators, principal, environment.ACCOUNT_ID);
    if (operator === undefined)
      throw new CountersignError('OPERATOR_UNKNOWN', `Role ${principal.role} is no operator.`);
    const route = routes[`${event.httpMethod} ${event.resource}`];
    if (!route) throw new CountersignError('ROUTE_NOT_FOUND', `There is no ${event.httpMethod} ${event.resource}.`);
    return ok(await route(event, operator));
  });
}

const listed = (operation: Operation) => ({ agent: operation.agent, ...viewOf({ ...operation, result: undefined }) });

/** One item that this version cannot read must not hide the others of its day. */
function unreadable(error: unknown): [] {
  logError('an operation cannot be read', error);
  return [];
}

function pagingOf({ queryStringParameters }: APIGatewayProxyEvent): z.output<typeof paging> {
  const parsed = paging.safeParse(queryStringParameters ?? {});
  const [issue] = parsed.error?.issues ?? [];
  if (issue) throw new CountersignError('INPUT_INVALID', `${issue.path.join('.') || 'query'}: ${issue.message}`);
  return paging.parse(queryStringParameters ?? {});
}
