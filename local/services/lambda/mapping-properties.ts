import * as z from 'zod';
import { tags } from '../../iam/properties.ts';
import { readPattern } from './filter.ts';

const filter = z.strictObject({
  Pattern: z.string().transform((json, context) => {
    try {
      return readPattern(json);
    } catch {
      context.addIssue(`the filter ${json} uses more than literals, exists, prefix and anything-but`);
      return z.NEVER;
    }
  }),
});

/** `AWS::Lambda::EventSourceMapping` of a DynamoDB stream. The batching window is not waited for: locally a batch is sent at once. */
export const mappingProperties = z.strictObject({
  EventSourceArn: z.string().regex(/^arn:aws:dynamodb:[^:]+:\d+:table\/[^/]+\/stream\/.+$/),
  FunctionName: z.string(),
  StartingPosition: z.literal('TRIM_HORIZON'),
  Enabled: z.boolean().default(true),
  BatchSize: z.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.number().int().min(-1).max(10_000).default(-1),
  MaximumRecordAgeInSeconds: z
    .number()
    .int()
    .refine((age) => age === -1 || (age >= 60 && age <= 604_800))
    .default(-1),
  ParallelizationFactor: z.literal(1).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().startsWith('arn:aws:s3:::') }) })
    .optional(),
  FilterCriteria: z.strictObject({ Filters: z.array(filter) }).optional(),
  Tags: tags,
});

/** A mapping as deployed. */
export type MappingProperties = z.output<typeof mappingProperties>;
