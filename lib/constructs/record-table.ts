import {
  type Attribute,
  AttributeType,
  BillingMode,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { DataKey } from './data-key.ts';
import { type Deployment, isRetained, nameIn, removalPolicyOf } from './deployment.ts';
import { pinLogicalId } from './logical-id.ts';

/** What both tables of records need. */
export interface RecordTableProps {
  readonly deployment: Deployment;
  readonly key: DataKey;
}

interface Shape {
  readonly name: string;
  readonly sortKey?: Attribute;
  /** Number by which the records of one day are in order: epoch milliseconds. */
  readonly dayOrder: string;
  readonly stream?: StreamViewType;
  readonly timeToLiveAttribute?: string;
}

/** Index of both tables: partition key `day` (civil date, UTC), then time. */
export const byDay = 'byDay';

/** Records with the partition key `id`, encrypted with the data key, restorable to any second of the last 35 days. */
class RecordTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { deployment, key }: RecordTableProps,
    { name, dayOrder, ...shape }: Shape,
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
    this.addGlobalSecondaryIndex({
      indexName: byDay,
      partitionKey: { name: 'day', type: AttributeType.STRING },
      sortKey: { name: dayOrder, type: AttributeType.NUMBER },
    });
  }
}

/** The durable record of every write; its stream feeds the relay. Final operations expire by `expiration`. */
export class OperationsTable extends RecordTable {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, props, {
      name: 'operations',
      dayOrder: 'createdAt',
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
      dayOrder: 'at',
    });
    pinLogicalId(this, 'JournalTable');
  }
}
