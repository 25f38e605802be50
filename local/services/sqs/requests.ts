import * as z from 'zod';
import { ServiceError } from '../../service.ts';

const queueUrl = z.string().min(1);
const printable = z.string().regex(/^[!-~]{1,128}$/, { error: 'takes 1 to 128 characters of ASCII without spaces' });

/** What SQS calls valid: no control characters but tab, line feed and carriage return, no lone surrogates. */
const body = z
  .string()
  .min(1)
  .regex(/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u, {
    error: 'has characters that are not allowed',
  });

const sent = { MessageBody: body, MessageGroupId: printable, MessageDeduplicationId: printable };
const receiptHandle = z.string().min(1);
const visibilityTimeout = z.int().min(0).max(43_200);

/** SendMessage. */
export const sendMessageInput = z.strictObject({ QueueUrl: queueUrl, ...sent });

/** ReceiveMessage; waiting time and visibility timeout in seconds. */
export const receiveMessageInput = z.strictObject({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  WaitTimeSeconds: z.int().min(0).max(20).optional(),
  VisibilityTimeout: visibilityTimeout.optional(),
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
});

/** DeleteMessage. */
export const deleteMessageInput = z.strictObject({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle });

/** ChangeMessageVisibility; seconds. */
export const changeVisibilityInput = z.strictObject({
  QueueUrl: queueUrl,
  ReceiptHandle: receiptHandle,
  VisibilityTimeout: visibilityTimeout,
});

/** GetQueueAttributes. */
export const queueAttributesInput = z.strictObject({
  QueueUrl: queueUrl,
  AttributeNames: z.array(z.string()).default([]),
});

const entryId = z.string().regex(/^[\w-]{1,80}$/);

/** One message of SendMessageBatch. */
export const sendEntry = z.strictObject({ Id: entryId, ...sent });

/** One receipt handle of DeleteMessageBatch. */
export const deleteEntry = z.strictObject({ Id: entryId, ReceiptHandle: receiptHandle });

/** A batch: entries are read one by one, because each fails by itself. */
export const batchInput = z.strictObject({ QueueUrl: queueUrl, Entries: z.array(z.looseObject({ Id: z.string() })) });

/** The input of a call, read; errors: `InvalidParameterValue` with every offending member by name. */
export const readInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) =>
    path.length ? `${path.join('.')}: ${message}` : message,
  );
  throw new ServiceError('InvalidParameterValue', issues.join('; '));
};
