import { setTimeout as delay } from 'node:timers/promises';
import { atTime } from './at-time.ts';
import type { LocalClock } from './clock.ts';
import type { ServiceContext } from './service.ts';
import { expire } from './services/dynamodb/ttl.ts';
import type { AsynchronousInvocations } from './services/lambda/asynchronous.ts';
import type { EventSourceMappings } from './services/lambda/event-source-mappings.ts';
import type { Functions } from './services/lambda/functions.ts';

/** What happens without a request: streams are read, schedules kept, executions go on, items expire. */
export interface OwnMotion {
  begin(): void;
  /** Ends it, and all processes of functions. */
  end(): Promise<void>;
  /** Settles with true once every stream is read to its end and every execution waits, with false after `waitMs`. */
  idle(waitMs: number): Promise<boolean>;
}

/** The parts that move by themselves. */
export interface MovingParts {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly functions: Functions;
  readonly mappings: EventSourceMappings;
  readonly schedules: readonly { start(): void; stop(): unknown }[];
  readonly asynchronous: AsynchronousInvocations;
  readonly executions: { start(): void; stop(): void; drained(): boolean };
  readonly queues: { stop(): void };
}

/** Starts and stops them together, in an order in which none meets another that has ended. */
export const ownMotion = (parts: MovingParts): OwnMotion => {
  const { context, functions, mappings, schedules, asynchronous, executions, queues } = parts;
  const housekeeping = keepHouse(context);
  return {
    begin() {
      mappings.start();
      for (const each of schedules) each.start();
      executions.start();
      housekeeping.start();
    },
    async end() {
      housekeeping.stop();
      const ended = schedules.map((each) => each.stop());
      asynchronous.stop();
      executions.stop();
      queues.stop();
      const stopped = mappings.stop();
      await functions.close();
      await Promise.all([stopped, ...ended]);
    },
    async idle(waitMs) {
      const end = Date.now() + waitMs;
      while (!mappings.drained() || !executions.drained()) {
        if (Date.now() >= end) return false;
        await delay(10);
      }
      return true;
    },
  };
};

const minuteMs = 60_000;

/** What DynamoDB does by itself, every minute of the local clock. */
const keepHouse = (context: MovingParts['context']) => {
  let stop = () => {};
  const start = () => {
    stop = atTime(context.clock, context.clock.now() + minuteMs, () => {
      expire(context);
      start();
    });
  };
  return { start, stop: () => stop() };
};
