import { ServiceError } from '../../service.ts';
import type { Machine } from './definition.ts';
import type { Engine } from './engine.ts';
import { findPlace, type Outcome, type Place } from './place.ts';
import { readInput, taskFailureInput, taskHeartbeatInput, taskSuccessInput } from './requests.ts';
import type { Store } from './store.ts';
import { endTask, extendTask, isOpen } from './task.ts';
import type { Ready } from './threads.ts';

/** What callbacks work with. */
export interface CallbackOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: { now(): number };
  readonly definitions: (digest: string) => Machine;
}

/** The machine that handed out a token, or nothing. */
export const machineOfToken = ({ tokens }: Store, token: unknown): string | undefined =>
  tokens.find(String(token))?.machineArn;

/** SendTaskSuccess. Errors: `InvalidOutput`, `InvalidToken`, `TaskDoesNotExist`, `TaskTimedOut`. */
export const sendTaskSuccess = (options: CallbackOptions, given: unknown): object => {
  const { taskToken, output } = readInput(taskSuccessInput, given);
  return end(options, taskToken, { result: parseOutput(output) });
};

/** SendTaskFailure. Errors: `InvalidToken`, `TaskDoesNotExist`, `TaskTimedOut`. */
export const sendTaskFailure = (options: CallbackOptions, given: unknown): object => {
  const { taskToken, error = '', cause } = readInput(taskFailureInput, given);
  return end(options, taskToken, { failure: { error, ...(cause !== undefined && { cause }) } });
};

/** SendTaskHeartbeat: the next one is due one interval from now. Errors: `InvalidToken`, `TaskDoesNotExist`, `TaskTimedOut`. */
export const sendTaskHeartbeat = (options: CallbackOptions, given: unknown): object => {
  const { taskToken } = readInput(taskHeartbeatInput, given);
  return withTask(options, taskToken, ({ thread }, now) => {
    extendTask(options.store, thread, now);
    return [];
  });
};

const parseOutput = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    throw new ServiceError('InvalidOutput', 'Invalid Output: it is not JSON');
  }
};

const end = (options: CallbackOptions, token: string, outcome: Outcome): object =>
  withTask(options, token, (place, now) => endTask(options.store, place, outcome, now));

const withTask = (options: CallbackOptions, token: string, change: (place: Place, now: number) => Ready): object => {
  const { engine, clock } = options;
  // A task whose time is over has timed out, whoever notices first.
  engine.catchUp();
  engine.commit(() => change(openTask(options, token), clock.now()));
  return {};
};

const openTask = ({ store, definitions }: CallbackOptions, token: string): Place => {
  const use = store.tokens.find(token);
  if (!use) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  if (!store.executions.find(use.execution)) {
    throw new ServiceError('TaskDoesNotExist', "Task does not exist: 'Provided task does not exist'");
  }
  const place = findPlace(store, definitions, use.thread);
  if (place?.thread.token === token && isOpen(place.thread)) return place;
  throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
};
