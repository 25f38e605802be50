import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { DataKey } from './data-key.ts';
import { type Deployment, isRetained, nameIn, removalPolicyOf } from './deployment.ts';
import { pinLogicalId } from './logical-id.ts';

/** What all tables of records need. */
export interface RecordTableProps {
  readonly deployment: Deployment;
  readonly key: DataKey;
}

interface Index {
  readonly name: string;
  readonly of: string;
  /** Number by which what it finds is in order: epoch milliseconds. */
  readonly orderedBy: string;
  /** What of a record it holds beside the keys; all of it unless said. */
  readonly only?: readonly string[];
}

interface Shape {
  readonly name: string;
  readonly sortKey?: Attribute;
  readonly indexes?: readonly Index[];
  readonly stream?: StreamViewType;
  readonly timeToLiveAttribute?: string;
}

/** Index of operations and journal: partition key `day` (civil date, UTC), then time. */
export const byDay = 'byDay';

/** Index of operations that wait in the backlog, or came out of it and are not settled: the lane, then when they joined it. */
export const byLane = 'byLane';

/** Index of operations that somebody still has to look after: the system, then when they last changed. */
export const byUnsettled = 'byUnsettled';

/** Index of approvals: partition key `status`, then the time at which people were asked. */
export const byStatus = 'byStatus';

/** Index of approvals: partition key `about`, the object that was asked about, then the time at which people were asked. */
export const byAbout = 'byAbout';

/** Records with the partition key `id`, encrypted with the data key, restorable to any second of the last 35 days. */
class RecordTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { deployment, key }: RecordTableProps,
    { name, indexes = [], ...shape }: Shape,
  ) {
    super(scope, id, {
      ...shape,
      tableName: nameIn(deployment, name),
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isRetained(deployment),
      removalPolicy: removalPolicyOf(deployment),
    });
    for (const { name: indexName, of, orderedBy, only } of indexes)
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: of, type: AttributeType.STRING },
        sortKey: { name: orderedBy, type: AttributeType.NUMBER },
        ...(only && { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...only] }),
      });
  }
}

/** The durable record of every write; its stream feeds the relay. Final operations expire by `expiration`. */
export class OperationsTable extends RecordTable {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, props, {
      name: 'operations',
      indexes: [
        { name: byDay, of: 'day', orderedBy: 'createdAt' },
        { name: byLane, of: 'lane', orderedBy: 'queuedAt', only: ['state'] },
        { name: byUnsettled, of: 'unsettled', orderedBy: 'updatedAt', only: ['state', 'since'] },
      ],
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiration',
    });
    pinLogicalId(this, 'OperationsTable');
  }
}

/** Everything that happened, append-only: `id` of the operation (or denial, or read) and its `version`. */
export class JournalTable extends RecordTable {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, props, {
      name: 'journal',
      sortKey: { name: 'version', type: AttributeType.NUMBER },
      indexes: [{ name: byDay, of: 'day', orderedBy: 'at' }],
    });
    pinLogicalId(this, 'JournalTable');
  }
}

/** What people are asked, round by round; beside it the links in mails, and what is known of sign-ins. Its stream lets the relay wake what waits. Settled rounds expire by `expiration`. */
export class ApprovalsTable extends RecordTable {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, props, {
      name: 'approvals',
      indexes: [
        { name: byStatus, of: 'status', orderedBy: 'createdAt' },
        { name: byAbout, of: 'about', orderedBy: 'createdAt', only: ['status', 'need', 'decisions', 'shown'] },
      ],
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiration',
    });
    pinLogicalId(this, 'ApprovalsTable');
  }
}

/** The books that Countersign keeps itself, a record each: budgets with their allocations, and what documents have used of them. Nothing in it expires. */
export class LedgerTable extends RecordTable {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, props, { name: 'ledger' });
    pinLogicalId(this, 'LedgerTable');
  }
}

/** What all processes share about one thing, an item each: how fast and whether a system may be called, sums of the last 24 hours. */
export class CoordinationTable extends RecordTable {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, props, { name: 'coordination', timeToLiveAttribute: 'expiration' });
    pinLogicalId(this, 'CoordinationTable');
  }
}
