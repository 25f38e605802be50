import type { Construct } from 'constructs';
import type { ApprovalStores } from './approval-stores.ts';
import type { ApprovedWrites } from './approved-writes.ts';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { byDay, byStatus, byUnsettled } from './record-table.ts';
import type { RecoverFunctions } from './recover-functions.ts';

/** What functions need that ask others to look up what became of an operation. */
export interface AskingProps extends FunctionsProps {
  readonly recover: RecoverFunctions;
}

/** `GET /v1/tools` and `GET /openapi.json`: tells a caller what it may use. Holds nothing. */
export class CatalogueFunction extends EntryFunction {
  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id, {
      ...props,
      entry: 'catalogue',
      name: 'catalogue',
      description: 'Lists the tools that a caller may use',
    });
  }
}

/** `GET /v1/operations/{id}`: what became of an agent's own write. Holds no credential of any system. */
export class OperationsFunction extends EntryFunction {
  constructor(scope: Construct, id: string, { recover, ...props }: AskingProps) {
    super(scope, id, {
      ...props,
      entry: 'operations',
      name: 'operations',
      description: 'Answers agents that ask what became of an operation',
      environment: { RECOVER_FUNCTIONS: recover.names },
    });
    const { operations, results, key } = props.stores;
    this.allow(['dynamodb:GetItem'], operations.tableArn);
    this.allowObjects(results, ['s3:GetObject'], 'operations/*');
    this.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'answers/*');
    key.allowWriting(this);
    recover.allowAsking(this);
  }
}

/** What the administrative routes look after. */
export interface AdminProps extends AskingProps {
  /** Only where some grant asks for approval. */
  readonly approved: ApprovedWrites | undefined;
}

/** `/v1/admin/…`: lists operations, journal and approvals; has operations reconciled, systems checked and paused, questions withdrawn and approvers enrolled. */
export class AdminFunction extends EntryFunction {
  constructor(scope: Construct, id: string, { recover, approved, ...props }: AdminProps) {
    const { approvals } = props.stores;
    super(scope, id, {
      ...props,
      entry: 'admin',
      name: 'admin',
      description: 'Answers operators',
      environment: {
        RECOVER_FUNCTIONS: recover.names,
        BACKLOG_QUEUES: props.stores.backlog.urls,
        ...(approvals && {
          APPROVALS_TABLE: approvals.table.tableName,
          APPROVERS_SECRET_ARN: approvals.secret.secretArn,
        }),
      },
    });
    const { operations, journal, coordination, backlog, results, key } = props.stores;
    const indexes = [operations, journal].map(({ tableArn }) => `${tableArn}/index/${byDay}`);
    // What operators do about a dead operation, or one in review, is a transition of it; an edited one is another one.
    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], operations.tableArn);
    this.allow(['dynamodb:Query'], ...indexes, `${operations.tableArn}/index/${byUnsettled}`);
    this.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
    // A pause is an entry of the coordination table and of the journal.
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], coordination.tableArn);
    this.allow(['dynamodb:PutItem'], journal.tableArn);
    if (backlog.arns.length > 0) this.allow(['sqs:GetQueueAttributes'], ...backlog.arns);
    key.allowWriting(this);
    recover.allowAsking(this);
    if (approvals) this.#lookAfter(approvals);
    approved?.allowWaking(this);
  }

  /** An enrolment replaces the secret's value by one with one approver more. */
  #lookAfter({ table, secret }: ApprovalStores): void {
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], table.tableArn);
    this.allow(['dynamodb:Query'], `${table.tableArn}/index/${byStatus}`);
    this.allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], secret.secretArn);
  }
}
