import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Configuration } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { parseGuarded } from '../core/gate.ts';
import { dayOf, type Journal } from '../core/journal.ts';
import { frozenAt } from '../core/resilience/freeze.ts';
import type { MeterState } from '../core/resilience/meter-state.ts';
import { setPause } from '../core/resilience/pause.ts';
import { statusOf } from '../core/resilience/status.ts';
import type { System } from '../core/system.ts';
import type { Route } from './admin-route.ts';
import { turnsIn } from './backlog-queue.ts';
import { bodyOf } from './http.ts';
import { meterTable } from './meter-table.ts';
import { openOperations } from './open-operations.ts';
import type { recoverFunctions } from './recover-functions.ts';

/** What the routes for systems stand on. */
interface AdminSystems {
  readonly client: DynamoDBClient;
  readonly tables: { readonly operations: string; readonly coordination: string };
  readonly sqs: SQSClient;
  /** URL of the backlog, by system that is written to. */
  readonly queues: Readonly<Record<string, string>>;
  readonly journal: Journal;
  readonly configuration: Configuration;
  readonly functions: ReturnType<typeof recoverFunctions>;
  now(): number;
}

const reason = z.string().trim().min(1).max(500);
const pausing = z.strictObject({ reason, reads: z.boolean().default(false) });
const resuming = z.strictObject({ reason });

/** `/v1/admin/systems…`: see how systems are called, check them, pause them and let them go on. One person is enough to stop something. */
export function adminSystems(on: AdminSystems): Readonly<Record<string, Route>> {
  const { configuration, functions, journal, now } = on;
  const { systems, timeZone } = configuration;
  const meterOf = (system: string) => meterTable(on.client, { tableName: on.tables.coordination, system });
  const named = ({ pathParameters }: APIGatewayProxyEvent): { id: string; system: System } => {
    const id = pathParameters?.['id'] ?? '';
    const system = Object.hasOwn(systems, id) ? systems[id] : undefined;
    if (!system) throw new CountersignError('NOT_FOUND', 'The configuration has no such system.');
    return { id, system };
  };
  const row = async (id: string, system: System, state: MeterState) => {
    const { kind, isaLevel, tools, freeze = [] } = system;
    const limits = system.limits ?? (await system.load()).limits;
    const at = now();
    const status = statusOf(state, { limits, now: at, frozen: frozenAt(freeze, { now: at, timeZone }) });
    const backlog = await backlogOf(on, id);
    return { id, kind, isaLevel, tools: tools.map(({ contract }) => contract.name), ...status, ...backlog };
  };
  /** Any number of times: what is so already is journaled once more. */
  const turned = async (
    event: APIGatewayProxyEvent,
    { by, why, pause }: { by: string; why: string; pause?: MeterState['pause'] },
  ) => {
    const { id, system } = named(event);
    const state = await setPause(meterOf(id), pause);
    const at = now();
    const type = pause ? 'system.paused' : 'system.resumed';
    await journal.append({
      ...{ id: `system-${randomUUID()}`, version: 1, at, day: dayOf(at), type },
      ...{ system: id, by, why },
    });
    return row(id, system, state);
  };
  return {
    'GET /v1/admin/systems': async () => ({
      systems: await Promise.all(
        Object.entries(systems).map(async ([id, system]) => row(id, system, await meterOf(id).read())),
      ),
    }),
    'POST /v1/admin/systems/{id}/check': async (event) => {
      const { id } = named(event);
      return { system: id, findings: await functions.check(id) };
    },
    'POST /v1/admin/systems/{id}/pause': async (event, by) => {
      const { reason, reads } = inputOf(event, pausing);
      return turned(event, { by, why: reason, pause: { by, reason, at: now(), all: reads } });
    },
    'POST /v1/admin/systems/{id}/resume': async (event, by) =>
      turned(event, { by, why: inputOf(event, resuming).reason }),
  };
}

/** What waits for a system that is written to: operations, the seconds that the oldest has waited, and the turns of the queue. */
async function backlogOf({ client, tables, sqs, queues, now }: AdminSystems, system: string) {
  const url = Object.hasOwn(queues, system) ? queues[system] : undefined;
  if (url === undefined) return {};
  const [{ queued }, turns] = await Promise.all([
    openOperations(client, { table: tables.operations, system, now: now() }),
    turnsIn(sqs, url),
  ]);
  return { backlog: { operations: queued.count, seconds: queued.seconds, turns } };
}

/** Throws `INPUT_INVALID`. */
function inputOf<S extends z.ZodType>(event: APIGatewayProxyEvent, schema: S): z.output<S> {
  const parsed = schema.safeParse(parseGuarded(bodyOf(event)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CountersignError('INPUT_INVALID', `/${issue?.path.join('/')}: ${issue?.message}`);
}
