import * as z from 'zod';
import { policyDocument } from '../../iam/policy-document.ts';
import { tags } from '../../iam/properties.ts';

/** `AWS::SQS::Queue`, FIFO queues alone; encryption and tags have no effect here. Times in seconds, sizes in bytes. */
export const queueProperties = z.strictObject({
  QueueName: z
    .string()
    .regex(/^[\w-]{1,75}\.fifo$/, { error: 'the name of a FIFO queue ends with .fifo and has at most 80 characters' })
    .optional(),
  FifoQueue: z.literal(true, { error: 'the local SQS has FIFO queues only' }),
  ContentBasedDeduplication: z.literal(false).optional(),
  DeduplicationScope: z.enum(['queue', 'messageGroup']).default('queue'),
  FifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']).default('perQueue'),
  DelaySeconds: z.int().min(0).max(900).default(0),
  MaximumMessageSize: z.int().min(1024).max(1_048_576).default(262_144),
  MessageRetentionPeriod: z.int().min(60).max(1_209_600).default(345_600),
  ReceiveMessageWaitTimeSeconds: z.int().min(0).max(20).default(0),
  VisibilityTimeout: z.int().min(0).max(43_200).default(30),
  RedrivePolicy: z
    .strictObject({
      deadLetterTargetArn: z.string(),
      maxReceiveCount: z.coerce.number().pipe(z.int().min(1).max(1000)),
    })
    .optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: z.int().min(60).max(86_400).optional(),
  SqsManagedSseEnabled: z.boolean().optional(),
  Tags: tags,
});

/** How a queue behaves, as its template says. */
export type QueueSettings = z.output<typeof queueProperties>;

/** `AWS::SQS::QueuePolicy`: what refuses plain HTTP is accepted and not evaluated, for there is no TLS on the loopback port; all else is refused. */
export const queuePolicyProperties = z.strictObject({
  Queues: z.array(z.string()).min(1),
  PolicyDocument: policyDocument.refine(
    ({ Statement }) =>
      Statement.every(({ Effect, Condition }) => Effect === 'Deny' && refusesPlainHttpAlone(Condition ?? {})),
    { message: 'the local SQS accepts no policy of a queue but one that refuses plain HTTP' },
  ),
});

const refusesPlainHttpAlone = (condition: object): boolean =>
  JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":["false"]}}';
