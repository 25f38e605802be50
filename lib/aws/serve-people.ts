import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import type { Configuration, ConfigurationByStage } from '../core/config.ts';
import { companySignIn } from '../people/company-sign-in.ts';
import { pagesOf } from '../people/pages-of.ts';
import type { People } from '../people/people.ts';
import { approvalLinks } from './approval-links.ts';
import { approvalsTable } from './approvals-table.ts';
import { dynamoDb, stepFunctions } from './clients.ts';
import { earlierApprovals } from './earlier-approvals.ts';
import type { environmentOf } from './environment.ts';
import { logError, logger } from './log.ts';
import { pageRequestOf } from './page-event.ts';
import { secretOf } from './secrets.ts';
import { signInRecords } from './sign-in-records.ts';
import { tableClock } from './table-clock.ts';
import { wakeExecution } from './wake-execution.ts';

type Environment = ReturnType<typeof environmentOf<['STAGE', 'ACCOUNT_ID', 'APPROVALS_TABLE', 'APPROVERS_SECRET_ARN']>>;

/** The secret of sign-in: what signs sessions, and the second factors or the identity provider's word. */
const secretSchema = z.object({
  session: z
    .string()
    .transform((text) => Buffer.from(text, 'base64url'))
    .refine((key) => key.length >= 32, 'the session key has 32 bytes or more'),
  totp: z.record(z.string(), z.string()).default({}),
  oidcClientSecret: z.string().optional(),
});

/** The handler of the people's API: pages on which approvers decide. Holds no credential of any system. */
export const servePeople = (define: ConfigurationByStage, environment: Environment) =>
  servePages(peopleOf(define(environment.STAGE), environment), environment.STAGE);

/** A handler of pages, whatever they stand on. */
export function servePages(on: People, stage: string) {
  const answer = pagesOf(on);
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { status, headers, cookies, body } = await answer(pageRequestOf(event, stage));
    const set = cookies.length > 0 && { multiValueHeaders: { 'set-cookie': [...cookies] } };
    return { statusCode: status, headers: { ...headers }, ...set, body };
  };
}

function peopleOf(configuration: Configuration, environment: Environment): People {
  const { approvers = {}, approvals: settings, timeZone } = configuration;
  if (!settings) throw new Error('the configuration has no approvals');
  const client = dynamoDb();
  const clock = tableClock(client);
  const table = environment.APPROVALS_TABLE;
  const secret = secretOf(process.env, { secretArn: environment.APPROVERS_SECRET_ARN, schema: secretSchema });
  const { signIn } = settings;
  const provider = {
    secret: async () => (await secret({ fresh: true })).oidcClientSecret,
    loopback: environment.STAGE === 'local',
  };
  return {
    approvers,
    signIn,
    settings,
    timeZone,
    approvals: approvalsTable(client, table),
    earlier: earlierApprovals(client, table),
    links: approvalLinks(client, table),
    records: signInRecords(client, table),
    keys: secret,
    ...(signIn.kind === 'oidc' && { company: companySignIn(signIn, provider) }),
    wake: wakeExecution(stepFunctions()),
    now: () => clock.now(),
    random: () => randomBytes(16).toString('base64url'),
    log: { info: (message, facts) => logger.info(message, { ...facts }), error: logError },
  };
}
