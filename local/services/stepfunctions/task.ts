import type { State } from './definition.ts';
import type { Outcome, Place } from './place.ts';
import type { Store, Thread } from './store.ts';
import { addThreadEvent, failureDetails, moveThread, type Ready, settle, withinLimit } from './threads.ts';

/** The two members by which events name a task's resource. */
export const taskResource = (state: State): { readonly resourceType?: string; readonly resource?: string } => {
  if (state.Type !== 'Task') return {};
  const [resourceType = '', resource = ''] = state.Resource.split(':').slice(-2);
  return { resourceType, resource };
};

/** Whether a task is under way, and its token open if it has one. */
export const isOpen = ({ phase }: Thread): boolean => ['scheduled', 'started', 'callback'].includes(phase);

/** When time ends a task: at its deadline, or when its next heartbeat is missed. */
export const taskDue = (
  { deadline, heartbeat }: Pick<Thread, 'deadline' | 'heartbeat'>,
  now: number,
): number | undefined => {
  const times = [deadline, heartbeat === undefined ? undefined : now + heartbeat].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
};

/** A heartbeat of a task arrived. */
export const extendTask = (store: Store, thread: Thread, now: number): void => {
  if (thread.heartbeat === undefined) return;
  store.threads.change(thread.id, { due: taskDue(thread, now) });
};

/** Takes a scheduled task up. Answers the place from which it ends, or nothing when the thread has moved since. */
export const beginTask = (store: Store, place: Place, at: number): Place | undefined => {
  if (!isCurrent(store, place)) return undefined;
  const thread = moveThread(store, place.thread, { phase: 'started' });
  addThreadEvent(store, thread, { at, type: 'TaskStarted', details: taskResource(place.state) });
  return { ...place, thread };
};

/** The function took the token: from here on the task waits for it. */
export const submitTask = (store: Store, place: Place, result: unknown, at: number): Ready => {
  if (!isCurrent(store, place)) return [];
  const thread = moveThread(store, place.thread, { phase: 'callback' });
  const details = { ...taskResource(place.state), output: JSON.stringify(result) };
  addThreadEvent(store, thread, { at, type: 'TaskSubmitted', details });
  return [];
};

/** Ends a task, unless it has ended or was taken up again since `place` was read. */
export const endTask = (store: Store, place: Place, outcome: Outcome, at: number): Ready => {
  if (!isCurrent(store, place) || !isOpen(place.thread)) return [];
  const resource = taskResource(place.state);
  const bounded = withinLimit(outcome, resource.resourceType ?? '');
  const ready = settle(store, place.thread, bounded);
  const details = 'failure' in bounded ? failureDetails(bounded.failure) : { output: JSON.stringify(bounded.result) };
  addThreadEvent(store, place.thread, { at, type: endEvent(bounded), details: { ...resource, ...details } });
  return ready;
};

const endEvent = (outcome: Outcome): string => {
  if (!('failure' in outcome)) return 'TaskSucceeded';
  return outcome.failure.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
};

const isCurrent = (store: Store, { thread }: Place): boolean =>
  store.threads.find(thread.id)?.version === thread.version;
