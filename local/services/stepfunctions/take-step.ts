import type { Machine } from './definition.ts';
import type { Step } from './next-step.ts';
import { branchAt, type Outcome, type Place } from './place.ts';
import { branchesOf, findThread, type Thread } from './rows.ts';
import type { Failure } from './state-error.ts';
import { type Store, setColumns } from './store.ts';
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
} from './threads.ts';

/** Takes a step that was computed from `place`, unless the thread has moved since. Call it inside a transaction. */
export const takeStep = (store: Store, machine: Machine, place: Place, step: Step, at: number): Ready => {
  const thread = findThread(store, place.thread.id);
  if (thread?.version !== place.thread.version) return [];
  if (step.arisen?.error === 'States.QueryEvaluationError') {
    const details = { ...failureDetails(step.arisen), state: thread.state };
    addThreadEvent(store, thread, { at, type: 'EvaluationFailed', details });
  }
  const taking = { store, machine, place, at };
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

const leave = (
  { store, machine, place: { thread, state }, at }: Taking,
  { to, output, assigned = {} }: Extract<Step, { kind: 'leave' }>,
): Ready => {
  const values = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  const assignedVariables = values.length > 0 && { assignedVariables: Object.fromEntries(values) };
  const details = { name: thread.state, output, ...assignedVariables };
  addThreadEvent(store, thread, { at, type: `${state.Type}StateExited`, details });
  const left = moveThread(store, thread, { variables: JSON.stringify({ ...thread.variables, ...assigned }) });
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
  const branches = branchesOf(store, parent);
  const around = findThread(store, parent);
  if (!around || branches.some(({ phase }) => phase !== 'done')) return [];
  const result = branches.map(({ outcome }) => JSON.parse(outcome ?? 'null'));
  return settle(store, around, { result }, parallelEvent(at));
};

const parallelEvent = (at: number) => (outcome: Outcome) =>
  'failure' in outcome
    ? { at, type: 'ParallelStateFailed', details: failureDetails(outcome.failure) }
    : { at, type: 'ParallelStateSucceeded' };

/** A failure that nothing handled ends the execution, or is that of the Parallel state around the thread. */
const fail = ({ store, place: { thread }, at }: Taking, failure: Failure): Ready => {
  const around = thread.parent === undefined ? undefined : findThread(store, thread.parent);
  return around
    ? settle(store, around, { failure }, parallelEvent(at))
    : finish(store, thread.execution, { at, status: 'FAILED', failure });
};

const fork = ({ store, place: { thread, state }, at }: Taking, input: string): Ready => {
  addThreadEvent(store, thread, { at, type: 'ParallelStateStarted' });
  const parent = moveThread(store, thread, { phase: 'forked' });
  const branches = state.Type === 'Parallel' ? state.Branches : [];
  return branches.flatMap((branch, index) => {
    const path = [...thread.path, [thread.state, index] as const];
    return startThread(store, branch, { execution: thread.execution, parent, path, input, at });
  });
};

const counted = ({ retries }: Thread, retrier: number): string =>
  JSON.stringify(
    Array.from(
      { length: Math.max(retries.length, retrier + 1) },
      (_, at) => (retries[at] ?? 0) + Number(at === retrier),
    ),
  );

const schedule = (
  { store, place: { thread, state, execution }, at }: Taking,
  { arguments: parameters, token, timeout, heartbeat }: Extract<Step, { kind: 'schedule' }>,
): Ready => {
  const deadline = timeout === undefined ? null : at + timeout * 1000;
  const columns = {
    arguments: parameters,
    token: token ?? null,
    deadline,
    heartbeat: heartbeat === undefined ? null : heartbeat * 1000,
  };
  const scheduled = moveThread(store, thread, { ...columns, phase: 'scheduled' });
  setColumns(store, 'stepfunctions_thread', ['id', thread.id], { due: taskDue(scheduled, at) });
  if (token !== undefined) {
    store
      .sql('INSERT INTO stepfunctions_token (token, thread, machine_arn, execution) VALUES (?, ?, ?, ?)')
      .run(token, thread.id, execution.machineArn, execution.arn);
  }
  const limits = { ...(timeout && { timeoutInSeconds: timeout }), ...(heartbeat && { heartbeatInSeconds: heartbeat }) };
  const details = { ...taskResource(state), region: execution.arn.split(':')[3], parameters, ...limits };
  addThreadEvent(store, thread, { at, type: 'TaskScheduled', details });
  return [thread.id];
};
