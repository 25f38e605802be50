import { type ServiceContext, ServiceError } from '../../service.ts';
import { type Message, type Queue, type QueueStore, toMessage } from './store.ts';
import { readReceiptHandle } from './take-messages.ts';

/** SQS keeps a message invisible no longer than this after it was received. */
const longestVisibilityMs = 43_200_000;

type Clock = Pick<ServiceContext, 'clock'>;

const invalid = (parameter: string, value: unknown, reason: string): ServiceError =>
  new ServiceError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

/** The message of a handle, unless it is gone; errors: `ReceiptHandleIsInvalid`. */
const messageOf = ({ sql }: QueueStore, queue: Queue, handle: string) => {
  const named = readReceiptHandle(queue, handle);
  if (!named) throw new ServiceError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  const row = sql('SELECT * FROM sqs_message WHERE queue = ? AND id = ?').get(queue.name, named.id);
  return row && { message: toMessage(row), receipt: named.receipt };
};

const isInFlight = (message: Message, receipt: string, now: number): boolean =>
  message.receipt === receipt && message.visible > now;

/** DeleteMessage: of a FIFO queue, as long as the message is in flight under this handle. Deleting twice is no error. Errors: `InvalidParameterValue` for an expired handle, `ReceiptHandleIsInvalid`. */
export const deleteMessage = ({ clock }: Clock, store: QueueStore, queue: Queue, handle: string): void => {
  const found = messageOf(store, queue, handle);
  if (!found) return;
  if (!isInFlight(found.message, found.receipt, clock.now())) {
    throw invalid('ReceiptHandle', handle, 'The receipt handle has expired.');
  }
  store.sql('DELETE FROM sqs_message WHERE number = ?').run(found.message.number);
};

/** ChangeMessageVisibility of a message in flight; 0 seconds make it visible at once. Errors: `InvalidParameterValue`, `ReceiptHandleIsInvalid`. */
export const changeVisibility = (
  { clock }: Clock,
  store: QueueStore,
  queue: Queue,
  { handle, seconds }: { readonly handle: string; readonly seconds: number },
): void => {
  const now = clock.now();
  const found = messageOf(store, queue, handle);
  if (!found || !isInFlight(found.message, found.receipt, now)) {
    const reason = 'Message does not exist or is not available for visibility timeout change.';
    throw invalid('ReceiptHandle', handle, reason);
  }
  const visible = now + seconds * 1000;
  if (visible - Number(found.message.received) > longestVisibilityMs) {
    const reason = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].';
    throw invalid('VisibilityTimeout', seconds, reason);
  }
  store.sql('UPDATE sqs_message SET visible = ? WHERE number = ?').run(visible, found.message.number);
};
