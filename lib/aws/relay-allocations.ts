import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Configuration } from '../core/config.ts';
import type { Operation } from '../core/operation/operation.ts';
import { followAllocations } from '../core/policy/follow-allocations.ts';
import { catalogueOf } from '../core/system.ts';
import { ledgerTable } from './ledger-table.ts';

/** Makes the ledger say what became of every operation that uses budgets up, or gives back what documents have used. */
export function relayAllocations(
  { systems }: Configuration,
  {
    client,
    table,
    now,
  }: { readonly client: DynamoDBClient; readonly table: string | undefined; readonly now: () => number },
): (operation: Operation) => Promise<true> {
  const contracts = new Map(catalogueOf(systems).map(({ id, contract }) => [id, contract]));
  const ledger = table === undefined ? undefined : ledgerTable(client, table);
  return async (operation) => {
    const contract = contracts.get(operation.tool);
    if (ledger && contract) await followAllocations(operation, { ledger, contract, now: now(), relayed: true });
    return true;
  };
}
