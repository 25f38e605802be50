import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../service.ts';
import type { Machine } from './definition.ts';
import type { Engine } from './engine.ts';
import { addEvent } from './history.ts';
import { type DeployedMachine, noMachine } from './machine-resource.ts';
import { readInput, startExecutionInput } from './requests.ts';
import { findExecution } from './rows.ts';
import type { Store } from './store.ts';
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
  const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  options.engine.catchUp();
  options.engine.commit(() => begin(options, machine, { arn, name, input }));
  return { executionArn: arn, startDate: (findExecution(options.store, arn)?.started ?? 0) / 1000 };
};

const checkJson = (input: string): void => {
  try {
    JSON.parse(input);
  } catch {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${input.slice(0, 200)}'`);
  }
};

const begin = (
  { store, clock, definitions }: StartOptions,
  machine: DeployedMachine,
  { arn, name, input }: { readonly arn: string; readonly name: string; readonly input: string },
): Ready => {
  const at = clock.now();
  store.sql('DELETE FROM stepfunctions_execution WHERE stopped <= ?').run(at - retentionMs);
  const known = findExecution(store, arn);
  // The same start, sent again, is the same execution for as long as it runs.
  if (known?.status === 'RUNNING' && known.input === input) return [];
  if (known) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  const definition = definitions(machine.digest);
  const due = at + 1000 * Math.min(definition.TimeoutSeconds ?? longestRun, longestRun);
  store
    .sql(
      `INSERT INTO stepfunctions_execution (arn, machine_arn, name, role_arn, definition, status, input, started, due)
       VALUES (?, ?, ?, ?, ?, 'RUNNING', ?, ?, ?)`,
    )
    .run(arn, machine.arn, name, machine.roleArn, machine.digest, input, at, due);
  addEvent(store, arn, { at, previous: 0, type: 'ExecutionStarted', details: { input, roleArn: machine.roleArn } });
  return startThread(store, definition, { execution: arn, path: [], input, at });
};
