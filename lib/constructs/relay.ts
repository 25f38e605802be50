import { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  type IEventSourceDlq,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { usesAllocations } from '../core/policy/allocations.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import type { ApprovedWrites } from './approved-writes.ts';
import type { Callbacks } from './callbacks.ts';
import type { CheckedMachine } from './checked-machine.ts';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { everySoOften } from './every-so-often.ts';
import type { ApprovalsTable, OperationsTable } from './record-table.ts';
import type { Sagas } from './sagas.ts';
import type { Stores } from './stores.ts';

/** What the relay sends on to. */
export interface RelayProps extends FunctionsProps {
  /** Only where some grant asks for approval. */
  readonly approved: ApprovedWrites | undefined;
  /** Only where there are sagas. */
  readonly sagas: Sagas | undefined;
  readonly callbacks: Callbacks;
}

/** Reads the stream of operations and sends onward what happened: to the journal, what waits for people to its machine, what waits for a system to its queue, and what an agent is to be told to the queue of that agent. Reads the stream of approvals, and wakes the machine that waits for a settled one. Once an hour it repairs what the stream lost. */
export class Relay extends EntryFunction {
  constructor(scope: Construct, id: string, { approved, sagas, callbacks, ...props }: RelayProps) {
    super(scope, id, {
      ...props,
      entry: 'relay',
      name: 'relay',
      description: 'Writes what happened to operations into the journal',
      environment: {
        BACKLOG_QUEUES: props.stores.backlog.urls,
        CALLBACK_QUEUES: props.stores.callbacks.urls,
        CALLBACK_FUNCTIONS: callbacks.names,
        ...(approved && { APPROVAL_MACHINES: arnsOf(approved) }),
        ...(sagas && { SAGA_MACHINES: arnsOf(sagas) }),
      },
    });
    this.#permit(props.stores);
    const { configuration } = props.deployment;
    const usesBudgets = Object.keys(configuration.systems).some((system) => usesAllocations(configuration, system));
    if (usesBudgets) this.allowLedger('write');
    callbacks.allowWaking(this);
    this.#followOperations(props.stores);
    if (approved) {
      this.allow(['states:StartExecution'], ...Object.values(approved.machines).map(arnOf));
      approved.allowWaking(this);
    }
    sagas?.allowRelaying(this);
    if (approved && props.stores.approvals) this.#followApprovals(props.stores.approvals.table);
    everySoOften(this, 'Repair', { target: this, every: Duration.hours(1), event: { repair: true } });
  }

  #permit({ operations, journal, coordination, relayFailures, backlog, callbacks, key }: Stores): void {
    // What had no effect is taken from the sums of the day.
    this.allow(['dynamodb:UpdateItem'], coordination.tableArn);
    this.allow(['dynamodb:PutItem'], journal.tableArn);
    // Scan: the repair run walks all operations, because the stream forgets after a day.
    this.allow(['dynamodb:UpdateItem', 'dynamodb:Scan'], operations.tableArn);
    this.allowObjects(relayFailures, ['s3:PutObject'], '*');
    this.allow(['s3:ListBucket'], relayFailures.bucketArn);
    key.allowWriting(this);
    const queues = [...backlog.arns, ...callbacks.arns];
    if (queues.length > 0) this.allow(['sqs:SendMessage'], ...queues);
  }

  #followOperations({ operations, relayFailures }: Stores): void {
    // A record that cannot be relayed blocks those behind it: it is put aside, and the repair run comes back to it.
    const onFailure: IEventSourceDlq = { bind: () => ({ destination: relayFailures.bucketArn }) };
    this.#follow('Stream', operations, { onFailure, supportS3OnFailureDestination: true });
  }

  #followApprovals(approvals: ApprovalsTable): void {
    const mapping = this.#follow('ApprovalsStream', approvals);
    // What is put aside is a copy of the record, and its task token is for nothing but waking.
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'The round itself is kept, and the timeout of the machine comes back to it.',
    });
  }

  #follow(id: string, table: OperationsTable | ApprovalsTable, aside: Aside = {}): EventSourceMapping {
    const stream = table.tableStreamArn ?? '';
    this.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], stream);
    const streams = `${table.tableArn}/stream/*`;
    this.allow(['dynamodb:ListStreams'], streams);
    acknowledgeWildcards(this.policyHolder, 'Listing is asked for before a stream is known.', [streams]);
    return new EventSourceMapping(this, id, {
      target: this,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 25,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: Duration.hours(1),
      retryAttempts: 100,
      ...aside,
    });
  }
}

/** Where records go that could not be relayed. */
type Aside = Pick<EventSourceMappingOptions, 'onFailure' | 'supportS3OnFailureDestination'>;

const arnOf = ({ stateMachineArn }: CheckedMachine): string => stateMachineArn;

/** `{"erp":"arn"}` */
const arnsOf = ({ machines }: Pick<ApprovedWrites, 'machines'>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(machines).map(([system, machine]) => [system, arnOf(machine)])));
