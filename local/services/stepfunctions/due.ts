import type { Machine } from './definition.ts';
import { findPlace, type Outcome, type Place } from './place.ts';
import type { Due, Store } from './store.ts';
import { endTask } from './task.ts';
import { finish, moveThread, type Ready } from './threads.ts';

/** Carries out what is due, unless it was called off meanwhile. Call it inside a transaction. */
export const passTime = (store: Store, definitions: (digest: string) => Machine, due: Due, now: number): Ready => {
  if ('execution' in due) return timeOut(store, due.execution, now);
  const place = findPlace(store, definitions, due.thread);
  if (!place || (place.thread.due ?? Number.POSITIVE_INFINITY) > now) return [];
  const { thread } = place;
  switch (thread.phase) {
    case 'waiting':
      return [moveThread(store, thread, { phase: 'settled', outcome: undefined, due: undefined }).id];
    case 'retrying':
      return [moveThread(store, thread, { phase: 'entered', due: undefined }).id];
    default:
      return endTask(store, place, missed(place), now);
  }
};

// AWS records a missed heartbeat as States.Timeout; a Retry or Catch may also call it States.HeartbeatTimeout.
const missed = ({ thread }: Place): Outcome => {
  const late = thread.deadline !== undefined && (thread.due ?? 0) >= thread.deadline;
  return { failure: { error: 'States.Timeout', cause: '', ...(!late && { alias: 'States.HeartbeatTimeout' }) } };
};

const timeOut = (store: Store, arn: string, at: number): Ready => {
  const execution = store.executions.find(arn);
  if (execution?.status !== 'RUNNING') return [];
  return finish(store, arn, { at, status: 'TIMED_OUT', failure: {} });
};
