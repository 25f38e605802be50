import { dynamodb } from '../../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../local-context.ts';

type Input = Record<string, unknown>;
type Answer = Record<string, unknown>;

/** A template's table as CDK writes it, with everything the product's tables have. */
export const operations = {
  TableName: 'operations',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'day', AttributeType: 'S' },
    { AttributeName: 'createdAt', AttributeType: 'N' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byDay',
      KeySchema: [
        { AttributeName: 'day', KeyType: 'HASH' },
        { AttributeName: 'createdAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
  SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/k' },
  DeletionProtectionEnabled: true,
  Tags: [{ Key: 'stage', Value: 'development' }],
};

/** The engine itself, called without a wire; `send` answers what the action answers. */
export const openEngine = (context = localContext()) => {
  const service = dynamodb(context);
  return {
    context,
    service,
    deployTable: (properties: Input) => deploy(service, 'AWS::DynamoDB::Table', properties),
    async send(action: keyof typeof service.actions, input: Input): Promise<Answer> {
      const call = { input: { TableName: 'operations', ...input }, principal: 'arn:aws:iam::123456789012:role/test' };
      return Object(await service.actions[action].run(call));
    },
  };
};
