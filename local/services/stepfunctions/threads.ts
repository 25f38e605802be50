import type { Branch } from './definition.ts';
import type { Outcome } from './place.ts';
import { type Failure, payloadText, StateError, tooLarge } from './state-error.ts';
import type { NewEvent, Path, Store, Thread, ThreadChanges } from './store.ts';

/** The threads that can go on by themselves after a change. */
export type Ready = readonly number[];

/** An execution ends with `States.Runtime` rather than have more events than this. */
const longestHistory = 25_000;

/** What is taken at once, such as leaving a state for another, adds no more events than this for each thread. */
const reserve = 8;

/** Everything that belongs to one stay in a state, emptied. */
export const emptied = {
  arguments: undefined,
  token: undefined,
  outcome: undefined,
  deadline: undefined,
  heartbeat: undefined,
  due: undefined,
} satisfies ThreadChanges;

/** Changes a thread and raises its version, so that steps computed before are not taken. Answers the thread as it now is. */
export const moveThread = ({ threads }: Store, thread: Thread, changes: ThreadChanges): Thread => {
  const moved = { ...changes, version: thread.version + 1 };
  threads.change(thread.id, moved);
  return { ...thread, ...moved };
};

/** Adds an event to the history after the thread's last one. Answers the thread as it now is. */
export const addThreadEvent = (store: Store, { id }: Thread, event: Omit<NewEvent, 'previous'>): Thread => {
  const { threads, events } = store;
  const thread = threads.find(id);
  if (!thread) throw new Error(`there is no thread ${id}`);
  const lastEvent = events.add(thread.execution, { ...event, previous: thread.lastEvent });
  threads.change(id, { lastEvent });
  return { ...thread, lastEvent };
};

/** Makes a thread in the first state of a machine and enters that state. */
export const startThread = (
  store: Store,
  machine: Branch,
  start: {
    readonly execution: string;
    readonly parent?: Thread;
    readonly path: Path;
    readonly input: string;
    readonly at: number;
  },
): Ready => {
  const { execution, parent, path, input, at } = start;
  const thread = store.threads.add({
    execution,
    parent: parent?.id,
    branch: path.at(-1)?.[1] ?? 0,
    path,
    state: machine.StartAt,
    entered: at,
    input,
    // A branch reads the variables around it; nobody can change them before it ends.
    variables: parent?.variables ?? {},
    retries: [],
    phase: 'entered',
    version: 0,
    lastEvent: parent?.lastEvent ?? 0,
  });
  return enterState(store, machine, thread, { name: machine.StartAt, input, at });
};

/** Moves a thread into a state of its machine. */
export const enterState = (
  store: Store,
  machine: Branch,
  thread: Thread,
  { name, input, at }: { readonly name: string; readonly input: string; readonly at: number },
): Ready => {
  moveThread(store, thread, { state: name, input, entered: at, retries: [], phase: 'entered', ...emptied });
  const type = `${machine.States[name]?.Type}StateEntered`;
  return unlessTooLong(store, addThreadEvent(store, thread, { at, type, details: { name, input } }), at);
};

/** Lets a thread go on, unless its execution has as good as no room for further events: then that ends. */
export const unlessTooLong = (store: Store, { id, execution }: Thread, at: number): Ready => {
  const room = longestHistory - store.events.last(execution);
  if (room > reserve * 100 || room > reserve * store.threads.of(execution).length) return [id];
  const cause = `The execution reached the maximum number of history events (${longestHistory}).`;
  return finish(store, execution, { at, status: 'FAILED', failure: { error: 'States.Runtime', cause } });
};

/** How an execution ends. */
export type End = { readonly at: number } & (
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly failure: Partial<Failure> }
);

const endEvents = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

/** Ends an execution with all of its threads; their tokens are closed with them. */
export const finish = ({ executions, events, threads }: Store, execution: string, end: End): Ready => {
  const details = end.status === 'SUCCEEDED' ? { output: end.output } : failureDetails(end.failure);
  // What is stopped from outside follows from no event of its own.
  const previous = end.status === 'ABORTED' ? 0 : events.last(execution);
  events.add(execution, { at: end.at, previous, type: endEvents[end.status], details });
  executions.change(execution, { status: end.status, stopped: end.at, due: undefined, ...details });
  threads.remove(threads.of(execution).map(({ id }) => id));
  return [];
};

/** A failure as events show it: without what it does not say. */
export const failureDetails = ({ error, cause }: Partial<Failure>): Readonly<Record<string, string>> => ({
  ...(error && { error }),
  ...(cause && { cause }),
});

/** Keeps how a thread's task or branches ended, before anything follows from it. */
export const settle = (store: Store, thread: Thread, outcome: Outcome): Ready => {
  moveThread(store, thread, { phase: 'settled', outcome: JSON.stringify(outcome), due: undefined });
  return [thread.id];
};

/** An outcome, or the failure that its result is too large; `name` is who it is from. */
export const withinLimit = (outcome: Outcome, name: string): Outcome => {
  if ('failure' in outcome) return outcome;
  try {
    payloadText(outcome.result, tooLarge(name));
    return outcome;
  } catch (error) {
    if (error instanceof StateError) return { failure: error.failure };
    throw error;
  }
};
