import type { Machine } from './definition.ts';
import type { Step } from './next-step.ts';
import { branchAt, outcomeOf, type Place } from './place.ts';
import type { Failure } from './state-error.ts';
import type { Store, Thread } from './store.ts';
import { taskDue, taskResource } from './task.ts';
import {
  addThreadEvent,
  emptied,
  enterState,
  failureDetails,
  finish,
  moveThread,
  type Ready,
  settle,
  startThread,
  unlessTooLong,
  withinLimit,
} from './threads.ts';

/** Takes a step that was computed from `place`, unless the thread has moved since. Call it inside a transaction. */
export const takeStep = (store: Store, machine: Machine, place: Place, step: Step, at: number): Ready => {
  const thread = store.threads.find(place.thread.id);
  if (thread?.version !== place.thread.version) return [];
  const taking = { store, machine, place, at };
  recordFailures(taking, step);
  switch (step.kind) {
    case 'leave':
      return leave(taking, step);
    case 'fork':
      return fork(taking, step.input);
    case 'schedule':
      return schedule(taking, step);
    case 'fail':
      return fail(taking, step.failure);
    case 'retry':
      moveThread(store, thread, {
        ...emptied,
        phase: 'retrying',
        retries: counted(thread, step.retrier),
        due: at + step.delayMs,
      });
      return [];
    case 'wait':
      moveThread(store, thread, { phase: 'waiting', due: step.until });
      return [];
  }
};

interface Taking {
  readonly store: Store;
  readonly machine: Machine;
  readonly place: Place;
  readonly at: number;
}

/** What the history says of failures before the step that answers them. */
const recordFailures = ({ store, place, at }: Taking, { kind, arisen }: Step): void => {
  const { thread, state } = place;
  const isOver = state.Type === 'Parallel' && thread.phase === 'settled' && kind !== 'retry';
  if (isOver && 'failure' in outcomeOf(place)) addThreadEvent(store, thread, { at, type: 'ParallelStateFailed' });
  if (arisen?.error !== 'States.QueryEvaluationError') return;
  const { location, ...failure } = arisen;
  const details = { ...failureDetails(failure), ...(location && { location }), state: thread.state };
  addThreadEvent(store, thread, { at, type: 'EvaluationFailed', details });
};

const leave = (
  { store, machine, place: { thread, state }, at }: Taking,
  { to, output, assigned = {} }: Extract<Step, { kind: 'leave' }>,
): Ready => {
  const values = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  const assignedVariables = values.length > 0 && { assignedVariables: Object.fromEntries(values) };
  const details = { name: thread.state, output, ...assignedVariables };
  const exited = addThreadEvent(store, thread, { at, type: `${state.Type}StateExited`, details });
  const left = moveThread(store, exited, { variables: { ...thread.variables, ...assigned } });
  if (to !== undefined) return enterState(store, branchAt(machine, thread.path), left, { name: to, input: output, at });
  if (left.parent === undefined) return finish(store, left.execution, { at, status: 'SUCCEEDED', output });
  return endBranch(store, left, left.parent, { output, at });
};

const endBranch = (
  store: Store,
  thread: Thread,
  parent: number,
  { output, at }: { readonly output: string; readonly at: number },
): Ready => {
  moveThread(store, thread, { ...emptied, phase: 'done', outcome: output });
  const around = store.threads.find(parent);
  const branches = store.threads.of(thread.execution).filter((one) => one.parent === parent);
  if (!around || branches.some(({ phase }) => phase !== 'done')) return [];
  const outputs = branches.toSorted((one, other) => one.branch - other.branch).map(({ outcome }) => outcome ?? 'null');
  store.threads.remove(branches.map(({ id }) => id));
  const result = outputs.map((one): unknown => JSON.parse(one));
  const outcome = withinLimit({ result }, around.state);
  // As AWS records it, nothing follows from this event: leaving the state follows from what came before.
  if ('result' in outcome) {
    store.events.add(around.execution, { at, previous: thread.lastEvent, type: 'ParallelStateSucceeded' });
  }
  return settle(store, follow(store, around, thread), outcome);
};

/** Makes what comes next for a thread follow from the last event of another. */
const follow = ({ threads }: Store, { id }: Thread, { lastEvent }: Thread): Thread => {
  threads.change(id, { lastEvent });
  const thread = threads.find(id);
  if (!thread) throw new Error(`there is no thread ${id}`);
  return thread;
};

/** A failure that nothing handled ends the execution, or is that of the Parallel state around the thread. */
const fail = (taking: Taking, failure: Failure): Ready => {
  const { store, place, at } = taking;
  const thread = store.threads.find(place.thread.id) ?? place.thread;
  const around = thread.parent === undefined ? undefined : store.threads.find(thread.parent);
  if (!around) return finish(store, thread.execution, { at, status: 'FAILED', failure });
  abortBranches(taking, around, thread.lastEvent);
  return settle(store, follow(store, around, thread), { failure });
};

/** States that take time have an event for their end when a branch is ended with the others. */
const lasting: readonly string[] = ['Task', 'Wait', 'Parallel'];

const abortBranches = ({ store, machine, at }: Taking, around: Thread, previous: number): void => {
  const below = threadsBelow(store.threads.of(around.execution), around.id);
  for (const { path, state, phase } of below) {
    const type = branchAt(machine, path).States[state]?.Type;
    if (phase === 'done' || type === undefined || !lasting.includes(type)) continue;
    store.events.add(around.execution, { at, previous, type: `${type}StateAborted` });
  }
  store.threads.remove(below.map(({ id }) => id));
};

const threadsBelow = (all: readonly Thread[], id: number): readonly Thread[] =>
  all.filter(({ parent }) => parent === id).flatMap((thread) => [thread, ...threadsBelow(all, thread.id)]);

const fork = ({ store, place: { thread, state }, at }: Taking, input: string): Ready => {
  const started = addThreadEvent(store, thread, { at, type: 'ParallelStateStarted' });
  const parent = moveThread(store, started, { phase: 'forked' });
  const branches = state.Type === 'Parallel' ? state.Branches : [];
  return branches.flatMap((branch, index) => {
    const path = [...thread.path, [thread.state, index] as const];
    return startThread(store, branch, { execution: thread.execution, parent, path, input, at });
  });
};

const counted = ({ retries }: Thread, retrier: number): readonly number[] =>
  Array.from({ length: Math.max(retries.length, retrier + 1) }, (_, at) => (retries[at] ?? 0) + Number(at === retrier));

const schedule = (
  { store, place: { thread, state, execution }, at }: Taking,
  { arguments: parameters, token, timeout, heartbeat }: Extract<Step, { kind: 'schedule' }>,
): Ready => {
  const limits = {
    deadline: timeout === undefined ? undefined : at + timeout * 1000,
    heartbeat: heartbeat === undefined ? undefined : heartbeat * 1000,
  };
  const due = taskDue(limits, at);
  moveThread(store, thread, { ...limits, arguments: parameters, token, due, phase: 'scheduled' });
  if (token !== undefined) {
    store.tokens.add(token, { thread: thread.id, machineArn: execution.machineArn, execution: execution.arn });
  }
  const seconds = {
    ...(timeout && { timeoutInSeconds: timeout }),
    ...(heartbeat && { heartbeatInSeconds: heartbeat }),
  };
  const details = { ...taskResource(state), region: execution.arn.split(':')[3], parameters, ...seconds };
  return unlessTooLong(store, addThreadEvent(store, thread, { at, type: 'TaskScheduled', details }), at);
};
