import { usesAllocations } from '../core/policy/allocations.ts';
import type { EntryFunction, FunctionsProps } from './entry-function.ts';
import { byLane } from './record-table.ts';
import type { SystemAccess } from './system-access.ts';

/** What the way of every call needs, whoever calls: the journal, and for writes the operations, their large results, and the budgets that they use up. */
export function permitCalls(
  caller: EntryFunction,
  { system, access }: SystemAccess,
  { deployment, stores: { operations, journal, results } }: FunctionsProps,
): void {
  caller.allow(['dynamodb:PutItem'], journal.tableArn);
  if (access === 'read') return;
  caller.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], operations.tableArn);
  // A change of a document waits behind those that wait already.
  caller.allow(['dynamodb:Query'], `${operations.tableArn}/index/${byLane}`);
  caller.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
  if (usesAllocations(deployment.configuration, system)) caller.allowLedger('write');
}
