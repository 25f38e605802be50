import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../service.ts';
import type { Machine } from './definition.ts';
import type { Engine } from './engine.ts';
import { type DeployedMachine, noMachine } from './machine-resource.ts';
import { readInput, startExecutionInput } from './requests.ts';
import type { Execution, Store } from './store.ts';
import { type Ready, startThread } from './threads.ts';

/** Where executions start. */
export interface StartOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: { now(): number };
  readonly machines: ReadonlyMap<string, DeployedMachine>;
  readonly definitions: (digest: string) => Machine;
}

/** A standard execution runs for a year at most. */
const longestRun = 31_536_000;

/** Executions, and with them their names, are forgotten 90 days after their end. */
const retentionMs = 90 * 86_400_000;

const forbidden = /[\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]/u;

/** StartExecution. Errors: `StateMachineDoesNotExist`, `InvalidName`, `InvalidExecutionInput`, `ExecutionAlreadyExists`. */
export const startExecution = (options: StartOptions, given: unknown): object => {
  const { stateMachineArn, name = randomUUID(), input } = readInput(startExecutionInput, given);
  const machine = options.machines.get(stateMachineArn);
  if (!machine) throw noMachine(stateMachineArn);
  if (forbidden.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  checkJson(input);
  const { store, engine, clock, definitions } = options;
  const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  engine.catchUp();
  engine.commit(() => {
    const started = clock.now();
    store.executions.forget(started - retentionMs);
    if (isRunning(store, arn, input)) return [];
    const { roleArn, digest } = machine;
    const execution = { arn, machineArn: machine.arn, name, roleArn, digest, input, started };
    return beginExecution(store, definitions(digest), execution);
  });
  return { executionArn: arn, startDate: (store.executions.find(arn)?.started ?? 0) / 1000 };
};

const checkJson = (input: string): void => {
  try {
    JSON.parse(input);
  } catch {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${input.slice(0, 200)}'`);
  }
};

/** The same start, sent again, is the same execution for as long as it runs. */
const isRunning = ({ executions }: Store, arn: string, input: string): boolean => {
  const known = executions.find(arn);
  if (!known) return false;
  if (known.status === 'RUNNING' && known.input === input) return true;
  throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
};

/** Makes an execution, whose ARN no other has, and enters its first state. Call it inside a transaction. */
export const beginExecution = (
  store: Store,
  definition: Machine,
  execution: Omit<Execution, 'status' | 'due'>,
): Ready => {
  const { arn, input, roleArn, started: at } = execution;
  const due = at + 1000 * Math.min(definition.TimeoutSeconds ?? longestRun, longestRun);
  store.executions.add({ ...execution, status: 'RUNNING', due });
  store.events.add(arn, { at, previous: 0, type: 'ExecutionStarted', details: { input, roleArn } });
  return startThread(store, definition, { execution: arn, path: [], input, at });
};
