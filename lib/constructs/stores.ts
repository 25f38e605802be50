import type { ApprovalStores } from './approval-stores.ts';
import type { Backlog } from './backlog.ts';
import type { CallbackStores } from './callback-stores.ts';
import type { DataKey } from './data-key.ts';
import type { PrivateBucket } from './private-bucket.ts';
import type { CoordinationTable, JournalTable, LedgerTable, OperationsTable } from './record-table.ts';
import type { SystemSecrets } from './system-secrets.ts';

/** What holds data, as the functions see it. */
export interface Stores {
  readonly key: DataKey;
  readonly secrets: SystemSecrets;
  readonly operations: OperationsTable;
  readonly coordination: CoordinationTable;
  readonly ledger: LedgerTable;
  readonly backlog: Backlog;
  readonly callbacks: CallbackStores;
  readonly results: PrivateBucket;
  readonly journal: JournalTable;
  readonly relayFailures: PrivateBucket;
  readonly approvals: ApprovalStores | undefined;
}
