import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { admit } from '../core/admit.ts';
import { systemsAsking } from '../core/approval/systems-asking.ts';
import { civilDate } from '../core/civil-date.ts';
import { CountersignError } from '../core/errors.ts';
import { discard, redrive } from '../core/operation/dead.ts';
import { confirmEdit, type Editing, proposeEdit } from '../core/operation/edit.ts';
import type { Operation } from '../core/operation/operation.ts';
import { recheckPolicy } from '../core/policy/recheck.ts';
import { checkWanted } from '../core/saga/give-up.ts';
import {
  entryOf,
  inputOf,
  type LookingAfter,
  listParked,
  type OperatorRoute,
  operationOf,
  reason,
  rowOf,
} from './looking-after.ts';
import { totalsTable } from './totals-table.ts';

const because = z.strictObject({ reason });
const other = z.strictObject({ reason, input: z.unknown() });

/** `/v1/admin/dead` and what can be done about a dead operation. Nothing here sends anything: what is redriven takes its turn in the backlog. */
export function adminDead(on: LookingAfter): Readonly<Record<string, OperatorRoute>> {
  const { operations } = on;
  return {
    'GET /v1/admin/dead': (event) => listParked(on, 'dead', event),
    'POST /v1/admin/operations/{id}/redrive': async (event, by) => {
      const said = { by, why: inputOf(event, because).reason };
      const seen = await operationOf(on, event);
      await checkWanted(seen, operations);
      return rowOf(await redrive(operations, seen, said));
    },
    'POST /v1/admin/operations/{id}/discard': async (event, by) => {
      const said = { by, why: inputOf(event, because).reason };
      const { id, system } = await operationOf(on, event);
      const evidence = await on.functions.evidence(system, id);
      return rowOf(await discard(operations, await operationOf(on, event), { evidence, said }));
    },
    'POST /v1/admin/operations/{id}/edit': async (event, by) => {
      const { reason: why, input } = inputOf(event, other);
      const operation = await operationOf(on, event);
      if (operation.step)
        throw new CountersignError(
          'STALE_STATE',
          'It is a step of a saga, whose later steps rest on what it asks for.',
        );
      const admitted = await admittedFor(on, operation, JSON.stringify(input ?? null));
      return rowOf(await proposeEdit(operations, operation, { input: admitted, said: { by, why } }));
    },
  };
}

/** Opens the operation that a second operator confirms. */
export async function confirmEdited(on: LookingAfter, event: APIGatewayProxyEvent, by: string) {
  const operation = await operationOf(on, event);
  const editing = await editingOf(on, operation);
  const evidence = await on.functions.evidence(operation.system, operation.id);
  return rowOf(await confirmEdit(on.operations, operation, { by, editing, evidence }));
}

/** What the contract, the grant and the limits of the agent allow. */
async function admittedFor(on: LookingAfter, operation: Operation, body: string): Promise<unknown> {
  const editing = await editingOf(on, operation);
  const connector = await on.configuration.systems[operation.system]?.load();
  if (!connector) throw new CountersignError('NOT_FOUND', `The configuration has no system ${operation.system}.`);
  const { input } = admit(body, { contract: editing.entry.contract, connector });
  recheckPolicy({ ...operation, input: JSON.stringify(input) }, editing.entry, editing);
  return input;
}

async function editingOf(on: LookingAfter, operation: Operation): Promise<Editing> {
  const { configuration, account, stage, client, tables, operations } = on;
  const { system } = operation;
  if (!systemsAsking(configuration).includes(system))
    throw new CountersignError('NOT_GRANTED', `Nobody is asked about writes in ${system}: no grant has level approve.`);
  const now = operations.now();
  const connector = await configuration.systems[system]?.load();
  const totals = totalsTable(client, tables.coordination);
  return {
    ...{ entry: entryOf(on, operation), configuration, account, stage, today: civilDate(now, configuration.timeZone) },
    maxLength: connector?.reference.maxLength ?? 0,
    sum: (towards) => totals.add({ ...towards, operationId: operation.id, now }),
  };
}
