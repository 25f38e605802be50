import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ApprovalStores } from './constructs/approval-stores.ts';
import { Backlog } from './constructs/backlog.ts';
import { CallbackStores } from './constructs/callback-stores.ts';
import { DataKey } from './constructs/data-key.ts';
import { type Deployment, isRetained, nameIn } from './constructs/deployment.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import { CoordinationTable, JournalTable, LedgerTable, OperationsTable } from './constructs/record-table.ts';
import { SystemSecrets } from './constructs/system-secrets.ts';
import { systemsAsking } from './core/approval/systems-asking.ts';

/** What holds data. Changes here are rare; everything is retained and protected outside of development. */
export class DataStack extends Stack {
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
  /** Only where some grant asks for approval. */
  readonly approvals: ApprovalStores | undefined;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, nameIn(deployment, 'data'), {
      description: `Countersign ${deployment.stage}: operations, journal, results, credentials`,
      terminationProtection: isRetained(deployment),
    });
    this.key = new DataKey(this, 'Key', deployment);
    const common = { deployment, key: this.key };

    // What a tool function signs in with, where it records a write, and what does not fit into a record.
    this.secrets = new SystemSecrets(this, 'Secrets', common);
    this.operations = new OperationsTable(this, 'Operations', common);
    this.results = new PrivateBucket(this, 'Results', {
      ...common,
      logicalId: 'ResultsBucket',
      expiration: {
        // An operation is kept for 400 days after it is final; its result must not go first.
        'operations/': Duration.days(460),
        // An answer that was too large to be sent: its link is good for 15 minutes.
        'answers/': Duration.days(1),
      },
    });

    // What functions share while they work: nothing in it proves anything, and all of it comes back by itself.
    this.coordination = new CoordinationTable(this, 'Coordination', common);

    // What Countersign keeps the books of itself: whoever uses it up or gives it back changes one record.
    this.ledger = new LedgerTable(this, 'Ledger', common);

    // What a system cannot take now waits its turn.
    this.backlog = new Backlog(this, 'Backlog', common);

    // What agents with an endpoint are still to be told, and what signs it.
    this.callbacks = new CallbackStores(this, 'Callbacks', common);

    // Where the relay writes what happened, and where a record goes that it could not write.
    this.journal = new JournalTable(this, 'Journal', common);
    this.relayFailures = new PrivateBucket(this, 'RelayFailures', {
      ...common,
      logicalId: 'RelayFailuresBucket',
      expiration: { '': Duration.days(90) },
    });

    // Where people are asked, and what they say.
    const { configuration } = deployment;
    const settings = systemsAsking(configuration).length > 0 ? configuration.approvals : undefined;
    this.approvals = settings && new ApprovalStores(this, 'Approvals', { ...common, settings });
  }
}
