import type { Machine } from './definition.ts';
import { findPlace, type Outcome, type Place } from './place.ts';
import { findExecution } from './rows.ts';
import type { Store } from './store.ts';
import { endTask } from './task.ts';
import { finish, moveThread, type Ready } from './threads.ts';

/** What time takes further: a thread, or the end of an execution that took too long. */
export type Due = { readonly thread: number } | { readonly execution: string };

/** The earliest time (epoch ms) at which something is due, if anything is. */
export const nextDue = ({ sql }: Store): number | undefined => {
  const row = sql(
    `SELECT min(due) AS due FROM (
       SELECT min(due) AS due FROM stepfunctions_thread WHERE due IS NOT NULL
       UNION ALL SELECT min(due) FROM stepfunctions_execution WHERE due IS NOT NULL)`,
  ).get();
  return typeof row?.['due'] === 'number' ? row['due'] : undefined;
};

/** Everything that is due by `now`, earliest first. */
export const dueNow = ({ sql }: Store, now: number): readonly Due[] =>
  sql(
    `SELECT due, id, NULL AS arn FROM stepfunctions_thread WHERE due <= :now
     UNION ALL SELECT due, NULL, arn FROM stepfunctions_execution WHERE due <= :now ORDER BY due`,
  )
    .all({ now })
    .map(({ id, arn }) => (typeof id === 'number' ? { thread: id } : { execution: String(arn) }));

/** Carries out what is due, unless it was called off meanwhile. Call it inside a transaction. */
export const passTime = (store: Store, definitions: (digest: string) => Machine, due: Due, now: number): Ready => {
  if ('execution' in due) return timeOut(store, due.execution, now);
  const place = findPlace(store, definitions, due.thread);
  if (!place || (place.thread.due ?? Number.POSITIVE_INFINITY) > now) return [];
  const { thread } = place;
  switch (thread.phase) {
    case 'waiting':
      return [moveThread(store, thread, { phase: 'settled', outcome: null, due: null }).id];
    case 'retrying':
      return [moveThread(store, thread, { phase: 'entered', due: null }).id];
    default:
      return endTask(store, place, missed(place), now);
  }
};

// AWS records a missed heartbeat as States.Timeout; a Retry or Catch may also call it States.HeartbeatTimeout.
const missed = ({ thread }: Place): Outcome => {
  const late = thread.deadline !== undefined && (thread.due ?? 0) >= thread.deadline;
  return { failure: { error: 'States.Timeout', ...(!late && { alias: 'States.HeartbeatTimeout' }) } };
};

const timeOut = (store: Store, arn: string, at: number): Ready => {
  const execution = findExecution(store, arn);
  if (execution?.status !== 'RUNNING') return [];
  return finish(store, arn, { at, status: 'TIMED_OUT', failure: {} });
};
