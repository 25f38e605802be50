import type { Branch } from './definition.ts';
import { addEvent, longestHistory, type NewEvent } from './history.ts';
import type { Outcome } from './place.ts';
import { findThread, type Path, type Thread } from './rows.ts';
import { type Failure, payloadText, StateError } from './state-error.ts';
import { type Store, setColumns } from './store.ts';

/** The threads that can go on by themselves after a change. */
export type Ready = readonly number[];

/** Everything that belongs to one stay in a state, emptied. */
export const emptied = { arguments: null, token: null, outcome: null, deadline: null, heartbeat: null, due: null };

/** Changes a thread and raises its version, so that steps computed before are not taken. Answers the thread as it now is. */
export const moveThread = (store: Store, thread: Thread, columns: Parameters<typeof setColumns>[3]): Thread => {
  setColumns(store, 'stepfunctions_thread', ['id', thread.id], { ...columns, version: thread.version + 1 });
  return findThread(store, thread.id) ?? thread;
};

/** Adds an event to the history after the thread's last one. Answers its number. */
export const addThreadEvent = (store: Store, { id, execution }: Thread, event: Omit<NewEvent, 'previous'>): number => {
  const previous = findThread(store, id)?.lastEvent ?? 0;
  const added = addEvent(store, execution, { ...event, previous });
  setColumns(store, 'stepfunctions_thread', ['id', id], { last_event: added });
  return added;
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
  const row = store
    .sql(
      `INSERT INTO stepfunctions_thread
         (execution, parent, branch, path, state, entered, input, variables, retries, phase, version, last_event)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', 'entered', 0, ?) RETURNING id`,
    )
    .get(
      execution,
      parent?.id ?? null,
      path.at(-1)?.[1] ?? 0,
      JSON.stringify(path),
      machine.StartAt,
      at,
      input,
      // A branch reads the variables around it; nobody can change them before it ends.
      JSON.stringify(parent?.variables ?? {}),
      parent?.lastEvent ?? 0,
    );
  const thread = findThread(store, Number(row?.['id']));
  return thread ? enterState(store, machine, thread, { name: machine.StartAt, input, at }) : [];
};

/** Moves a thread into a state of its machine. */
export const enterState = (
  store: Store,
  machine: Branch,
  thread: Thread,
  { name, input, at }: { readonly name: string; readonly input: string; readonly at: number },
): Ready => {
  moveThread(store, thread, { state: name, input, entered: at, retries: '[]', phase: 'entered', ...emptied });
  const type = `${machine.States[name]?.Type}StateEntered`;
  const event = addThreadEvent(store, thread, { at, type, details: { name, input } });
  // There is room for the end; leaving one state and entering another takes two events.
  if (event < longestHistory - 2) return [thread.id];
  const cause = `The execution reached the maximum number of history events (${longestHistory}).`;
  return finish(store, thread.execution, { at, status: 'FAILED', failure: { error: 'States.Runtime', cause } });
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
export const finish = (store: Store, execution: string, end: End): Ready => {
  const details = end.status === 'SUCCEEDED' ? { output: end.output } : failureDetails(end.failure);
  const row = store.sql('SELECT max(id) AS id FROM stepfunctions_event WHERE execution = ?').get(execution);
  const type = endEvents[end.status];
  addEvent(store, execution, { at: end.at, previous: Number(row?.['id'] ?? 0), type, details });
  const columns = { status: end.status, stopped: end.at, due: null, ...details };
  setColumns(store, 'stepfunctions_execution', ['arn', execution], columns);
  store.sql('DELETE FROM stepfunctions_thread WHERE execution = ?').run(execution);
  return [];
};

/** A failure as events show it: without what it does not say. */
export const failureDetails = ({ error, cause }: Partial<Failure>): Readonly<Record<string, string>> => ({
  ...(error && { error }),
  ...(cause !== undefined && { cause }),
});

/** Records how a thread's task or branches ended, before anything follows from it. Branches that still run end here. */
export const settle = (
  store: Store,
  thread: Thread,
  outcome: Outcome,
  event: (outcome: Outcome) => Omit<NewEvent, 'previous'>,
): Ready => {
  store
    .sql(
      `WITH RECURSIVE below (id) AS (
         SELECT id FROM stepfunctions_thread WHERE parent = :thread
         UNION ALL SELECT deeper.id FROM stepfunctions_thread AS deeper JOIN below ON deeper.parent = below.id
       ) DELETE FROM stepfunctions_thread WHERE id IN (SELECT id FROM below)`,
    )
    .run({ thread: thread.id });
  const bounded = withinLimit(outcome);
  moveThread(store, thread, { phase: 'settled', outcome: JSON.stringify(bounded), due: null });
  addThreadEvent(store, thread, event(bounded));
  return [thread.id];
};

const withinLimit = (outcome: Outcome): Outcome => {
  if ('failure' in outcome) return outcome;
  try {
    payloadText(outcome.result, 'The result');
    return outcome;
  } catch (error) {
    if (error instanceof StateError) return { failure: error.failure };
    throw error;
  }
};
