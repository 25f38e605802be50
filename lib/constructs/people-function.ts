import type { Construct } from 'constructs';
import type { ApprovalStores } from './approval-stores.ts';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { byAbout, byStatus } from './record-table.ts';

/** The pages on which people decide. Holds no credential of any system and sees no operation: a decision is one write of one item. */
export class PeopleFunction extends EntryFunction {
  constructor(
    scope: Construct,
    id: string,
    { approvals, ...props }: FunctionsProps & { readonly approvals: ApprovalStores },
  ) {
    super(scope, id, {
      ...props,
      entry: 'people',
      name: 'people',
      description: 'Shows people what they are asked, and takes their decisions',
      environment: { APPROVALS_TABLE: approvals.table.tableName, APPROVERS_SECRET_ARN: approvals.secret.secretArn },
    });
    const { tableArn } = approvals.table;
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], tableArn);
    for (const index of [byStatus, byAbout]) this.allow(['dynamodb:Query'], `${tableArn}/index/${index}`);
    this.allow(['secretsmanager:GetSecretValue'], approvals.secret.secretArn);
    props.stores.key.allowWriting(this);
  }
}
