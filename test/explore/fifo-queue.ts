import type { Ticket } from '../../lib/core/operation/drain.ts';
import type { Operation } from '../../lib/core/operation/operation.ts';
import type { Process } from './process.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface Message {
  readonly turn: Ticket['turn'];
  readonly group: string;
  visibleAt: number;
  /** The receipt that counts: an older one gives nothing back. */
  receipt: number;
  isDoubled?: boolean;
}

const visibility = 120_000;
const deduplication = 300_000;
/** How long an empty queue is listened to, in ms. */
const poll = 1_000;

/** SQS FIFO as the backlog uses it: one group is in one hand at a time, and what is not given back comes again. */
export function fifoQueue(clock: VirtualClock) {
  let groups = new Map<string, Message[]>();
  const sent = new Map<string, number>();
  const listeners = new Set<() => void>();
  let receipts = 0;
  let isDoubling = false;

  const visible = (most: number): Message[] => {
    const found: Message[] = [];
    for (const messages of groups.values()) {
      // Whoever holds the first of a group holds the group.
      const [first] = messages;
      if (first && first.visibleAt <= clock.now()) found.push(first);
      if (found.length === most) break;
    }
    return found;
  };
  const drop = (message: Message): void => {
    const left = (groups.get(message.group) ?? []).filter((each) => each !== message);
    if (left.length > 0) groups.set(message.group, left);
    else groups.delete(message.group);
  };
  const ticketOf = (message: Message, process: Process): Ticket => {
    const receipt = ++receipts;
    Object.assign(message, { receipt, visibleAt: clock.now() + (isDoubling && !message.isDoubled ? 0 : visibility) });
    message.isDoubled = isDoubling;
    const mine = (act: () => void) => process.trip('queue', () => void (message.receipt === receipt && act()));
    return {
      ...{ turn: message.turn, group: message.group },
      done: () => mine(() => drop(message)),
      later: (seconds) =>
        mine(() => {
          message.visibleAt = clock.now() + seconds * 1_000;
        }),
    };
  };

  return {
    size: () => [...groups.values()].reduce((sum, messages) => sum + messages.length, 0),
    send: ({ id, version, lane = id }: Operation): void => {
      const name = `${id} ${version}`;
      if ((sent.get(name) ?? Number.NEGATIVE_INFINITY) > clock.now() - deduplication) return;
      sent.set(name, clock.now());
      const message = { turn: { operationId: id, version }, group: lane, visibleAt: 0, receipt: 0 };
      groups.set(lane, [...(groups.get(lane) ?? []), message]);
      for (const heard of listeners) heard();
    },
    receive: async (most: number, process: Process): Promise<readonly Ticket[]> => {
      const take = () =>
        process.trip('queue', () => visible(Math.min(most, 10)).map((message) => ticketOf(message, process)));
      const first = await take();
      if (first.length > 0) return first;
      const heard = new AbortController();
      const hear = () => heard.abort();
      listeners.add(hear);
      await process.sleep(poll, heard.signal);
      listeners.delete(hear);
      return take();
    },
    /** What only a fault does: everything in flight comes again, or everything is gone. */
    redeliver: (): void => {
      for (const [first] of groups.values()) if (first) first.visibleAt = clock.now();
    },
    /** Whether each message is given out twice at once. */
    double: (on: boolean): void => {
      isDoubling = on;
    },
    lose: (): void => {
      groups = new Map();
    },
  };
}

/** The queue of one system. */
export type FifoQueue = ReturnType<typeof fifoQueue>;
