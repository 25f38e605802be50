import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { type Absence, absenceSchema } from '../core/approval/absence.ts';
import type { Approver } from '../core/approval/settings.ts';
import { civilDate } from '../core/civil-date.ts';
import type { Configuration } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { dayOf, type Journal } from '../core/journal.ts';
import { enrolmentOf } from '../people/enrolment.ts';
import { absencesTable } from './absences-table.ts';
import type { Route } from './admin-route.ts';
import { approversSecret } from './approvers-secret.ts';
import { secretsManager } from './clients.ts';
import { bodyOf } from './http.ts';

/** What the routes about people and what they are asked stand on. */
export interface AdminPeople {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly secretArn: string;
  readonly journal: Journal;
  readonly configuration: Configuration;
  readonly stage: string;
  now(): number;
}

/** Longest absence, in ms: what is forgotten to be ended ends by itself. */
const longest = 400 * 86_400_000;

/** `/v1/admin/approvers…`: who may be asked, what they sign in with, when they are absent. */
export function adminApprovers(on: AdminPeople): Readonly<Record<string, Route>> {
  const { journal, now, configuration, stage } = on;
  const { approvers = {}, approvals: settings, timeZone } = configuration;
  const secret = approversSecret(secretsManager(), on.secretArn);
  const absences = absencesTable(on.client, on.table);
  const nameOf = ({ pathParameters }: APIGatewayProxyEvent): string => {
    const name = pathParameters?.['name'] ?? '';
    if (Object.hasOwn(approvers, name)) return name;
    throw new CountersignError('NOT_FOUND', 'The configuration has no such approver.');
  };
  const noted = (type: `approver.${string}`, facts: { approver: string; by: string; reason?: string }) => {
    const at = now();
    return journal.append({ id: `approver-${randomUUID()}`, version: 1, at, day: dayOf(at), type, ...facts });
  };
  return {
    'GET /v1/admin/approvers': async () => {
      const enrolled = await secret.enrolled();
      const rows = Object.entries(approvers).map(async ([id, person]) => ({
        ...{ id, ...person, enrolled: enrolled.includes(id) },
        absence: await absences.get(id),
      }));
      return { approvers: await Promise.all(rows) };
    },
    'POST /v1/admin/approvers/{name}/enrol': async (event, by) => {
      const approver = nameOf(event);
      if (settings?.signIn.kind !== 'totp')
        throw new CountersignError(
          'INPUT_INVALID',
          'People sign in at the identity provider: nobody is enrolled here.',
        );
      const { secret: made, uri } = enrolmentOf(approver, stage);
      await secret.enrol(approver, made);
      await noted('approver.enrolled', { approver, by });
      return { approver, uri };
    },
    'POST /v1/admin/approvers/{name}/absence': async (event, by) => {
      const approver = nameOf(event);
      const today = civilDate(now(), timeZone);
      const absence = absenceIn(event, { approver, approvers, today });
      await absences.set(approver, absence);
      if (!absence) await noted('approver.present', { approver, by });
      else await noted('approver.absent', { approver, by, reason: textOf(absence) });
      return { approver, absence };
    },
  };
}

const textOf = ({ from, to, standIn }: Absence): string =>
  `${from} to ${to}${standIn === undefined ? '' : `, ${standIn} stands in`}`;

const requestSchema = z.union([z.strictObject({ end: z.literal(true) }), absenceSchema]);

/** The absence that a request asks for; undefined to end it. Throws `INPUT_INVALID` for what cannot be meant. */
function absenceIn(
  event: APIGatewayProxyEvent,
  on: { approver: string; approvers: Readonly<Record<string, Approver>>; today: string },
): Absence | undefined {
  const { success, data } = requestSchema.safeParse(jsonOf(event));
  if (!success)
    throw new CountersignError('INPUT_INVALID', 'Send from and to as YYYY-MM-DD with a standIn, or end: true.');
  if ('end' in data) return undefined;
  const problem = problemOf(data, on);
  if (problem !== undefined) throw new CountersignError('INPUT_INVALID', problem);
  return data;
}

function problemOf(
  { from, to, standIn }: Absence,
  { approver, approvers, today }: { approver: string; approvers: Readonly<Record<string, Approver>>; today: string },
): string | undefined {
  if (to < from) return 'The last day is before the first.';
  if (to < today) return 'The last day is over.';
  if (Date.parse(to) - Date.parse(from) > longest) return 'An absence is at most 400 days long.';
  if (standIn === approver) return 'Nobody stands in for themselves.';
  if (standIn !== undefined && !Object.hasOwn(approvers, standIn)) return 'The configuration has no such stand-in.';
  return undefined;
}

function jsonOf(event: APIGatewayProxyEvent): unknown {
  try {
    return JSON.parse(bodyOf(event));
  } catch {
    return undefined;
  }
}
