import * as z from 'zod';

const name = z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/);

const keySchema = z
  .array(z.strictObject({ AttributeName: z.string().min(1), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
  .max(2);

const index = z.strictObject({
  IndexName: name,
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

/** `AWS::DynamoDB::Table` as CDK's `Table` writes it; encryption, backups, tags and deletion protection have no effect here. */
export const tableProperties = z.strictObject({
  TableName: name.optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string().min(1), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z.array(index).max(20).default([]),
  StreamSpecification: z
    .strictObject({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().min(1), Enabled: z.boolean() }).optional(),
  PointInTimeRecoverySpecification: z
    .strictObject({ PointInTimeRecoveryEnabled: z.boolean(), RecoveryPeriodInDays: z.number().optional() })
    .optional(),
  SSESpecification: z
    .strictObject({
      SSEEnabled: z.boolean(),
      SSEType: z.literal('KMS').optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  ContributorInsightsSpecification: z.strictObject({ Enabled: z.boolean() }).optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** The properties of a table, read. */
export type TableProperties = z.output<typeof tableProperties>;
