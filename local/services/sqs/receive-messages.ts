import type * as z from 'zod';
import type { ServiceContext } from '../../service.ts';
import { messageAttributes } from './attributes.ts';
import type { receiveMessageInput } from './requests.ts';
import { md5 } from './send-message.ts';
import { type Queue, type QueueStore, queueOf } from './store.ts';
import { forgetOld, nextVisible, type Received, redrive, takeMessages } from './take-messages.ts';
import type { WaitingCalls } from './waiting-calls.ts';

/** What receiving needs. */
export interface Receiving extends Pick<ServiceContext, 'clock'> {
  readonly store: QueueStore;
  readonly waiting: WaitingCalls;
  readonly arnOf: (name: string) => string;
}

type Request = z.output<typeof receiveMessageInput>;

/** ReceiveMessage: messages that can be handed out now, or else the first ones within the waiting time; none is no `Messages`. */
export const receiveMessages = async (receiving: Receiving, asked: Queue, request: Request): Promise<object> => {
  const { clock, store, waiting } = receiving;
  const names = [...request.AttributeNames, ...request.MessageSystemAttributeNames];
  const end = clock.now() + (request.WaitTimeSeconds ?? asked.settings.ReceiveMessageWaitTimeSeconds) * 1000;
  for (let queue = asked; ; queue = queueOf(store, asked.name)) {
    const received = receiveNow(receiving, queue, request);
    if (received.length > 0) return { Messages: received.map((message) => shown(message, names)) };
    const now = clock.now();
    if (now >= end || waiting.stopped()) return {};
    await waiting.wait(queue.name, Math.min(end, nextVisible(store, queue, now) ?? end));
  }
};

const receiveNow = ({ clock, store, waiting, arnOf }: Receiving, queue: Queue, request: Request) => {
  const now = clock.now();
  forgetOld(store, queue, now);
  const movedTo = redrive(store, queue, arnOf(queue.name), now);
  if (movedTo !== undefined) waiting.ring(movedTo);
  const visibilityMs = (request.VisibilityTimeout ?? queue.settings.VisibilityTimeout) * 1000;
  return takeMessages(store, queue, { limit: request.MaxNumberOfMessages, visibilityMs, now });
};

const shown = (message: Received, names: readonly string[]): object => ({
  MessageId: message.id,
  ReceiptHandle: message.receiptHandle,
  Body: message.body,
  MD5OfBody: md5(message.body),
  ...(names.length > 0 && { Attributes: messageAttributes(message, names) }),
});
