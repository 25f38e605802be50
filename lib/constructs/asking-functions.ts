import type { Construct } from 'constructs';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { byDay } from './record-table.ts';
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

/** `/v1/admin/…`: lists operations and journal; has operations reconciled and systems checked. */
export class AdminFunction extends EntryFunction {
  constructor(scope: Construct, id: string, { recover, ...props }: AskingProps) {
    super(scope, id, {
      ...props,
      entry: 'admin',
      name: 'admin',
      description: 'Answers operators',
      environment: { RECOVER_FUNCTIONS: recover.names },
    });
    const { operations, journal, results, key } = props.stores;
    const indexes = [operations, journal].map(({ tableArn }) => `${tableArn}/index/${byDay}`);
    this.allow(['dynamodb:GetItem'], operations.tableArn);
    this.allow(['dynamodb:Query'], ...indexes);
    this.allowObjects(results, ['s3:GetObject'], 'operations/*');
    key.allowReading(this);
    recover.allowAsking(this);
  }
}
