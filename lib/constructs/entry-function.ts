import { join } from 'node:path';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Access } from '../core/system.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { type Deployment, isRetained, nameIn } from './deployment.ts';
import type { PrivateBucket } from './private-bucket.ts';
import type { LedgerTable } from './record-table.ts';
import type { Stores } from './stores.ts';

/** What functions are made for, and what holds their data. */
export interface FunctionsProps {
  readonly deployment: Deployment;
  readonly stores: Stores;
}

/** What one function is made of. */
export interface EntryFunctionProps extends FunctionsProps {
  /** Name of the file in functions/. */
  readonly entry: string;
  /** Name of the function behind `countersign-<stage>-`. */
  readonly name: string;
  readonly description: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** One second less than API Gateway waits, unless told: so that it is the function that gives up and can say so. */
  readonly timeout?: Duration;
}

/** One entry of functions/, with a role of its own that starts with nothing but its own log. */
export class EntryFunction extends LambdaFunction {
  /** Carries the permissions. */
  readonly policyHolder: Role;
  readonly #ledger: LedgerTable;

  constructor(
    scope: Construct,
    id: string,
    { deployment, stores, entry, name, description, environment, timeout = Duration.seconds(28) }: EntryFunctionProps,
  ) {
    const functionName = nameIn(deployment, name);
    const logGroup = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: isRetained(deployment) ? RetentionDays.ONE_YEAR : RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description });
    logGroup.grantWrite(role);
    super(scope, id, {
      functionName,
      description,
      role,
      logGroup,
      code: Code.fromAsset(join(deployment.functions, entry)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout,
      environment: {
        STAGE: deployment.stage,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        OPERATIONS_TABLE: stores.operations.tableName,
        JOURNAL_TABLE: stores.journal.tableName,
        COORDINATION_TABLE: stores.coordination.tableName,
        RESULTS_BUCKET: stores.results.bucketName,
        ...environment,
      },
    });
    this.policyHolder = role;
    this.#ledger = stores.ledger;
    acknowledge(this, {
      'Serverless-LambdaTracing':
        'The traceId is in every log line and answer; X-Ray would need a permission on every resource.',
      'Serverless-LambdaDLQ': 'Callers wait for the answer, or ask again with the same key.',
      'Serverless-LambdaAsyncFailureDestination': 'Callers wait for the answer, or ask again with the same key.',
    });
  }

  /** Allows exactly these actions on exactly these resources. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Lets it read the ledger, or change it too. */
  allowLedger(access: Access): void {
    const { tableName, tableArn } = this.#ledger;
    this.addEnvironment('LEDGER_TABLE', tableName);
    this.allow(['dynamodb:GetItem', ...(access === 'write' ? ['dynamodb:PutItem'] : [])], tableArn);
  }

  /** Allows actions on the objects of a bucket whose key starts as given, e.g. `answers/*`. */
  allowObjects(bucket: PrivateBucket, actions: readonly string[], keys: string): void {
    const objects = bucket.arnForObjects(keys);
    this.allow(actions, objects);
    acknowledgeWildcards(this.policyHolder, 'Keys are made of ids: a prefix is the narrowest there is.', [objects]);
  }
}
