import { ServiceError } from '../../service.ts';
import type { Engine } from './engine.ts';
import { pageOffset, pageToken, readHistory } from './history.ts';
import { type DeployedMachine, noMachine } from './machine-resource.ts';
import {
  describeExecutionInput,
  historyInput,
  listExecutionsInput,
  readInput,
  stopExecutionInput,
} from './requests.ts';
import { toExecution } from './rows.ts';
import type { SqliteStore } from './sqlite-store.ts';
import type { Execution } from './store.ts';
import { finish } from './threads.ts';

/** What the actions on executions work with. */
export interface ExecutionOptions {
  readonly store: SqliteStore;
  readonly engine: Engine;
  readonly clock: { now(): number };
  readonly machines: ReadonlyMap<string, DeployedMachine>;
}

const executionOf = ({ store }: ExecutionOptions, arn: string): Execution => {
  const execution = store.executions.find(arn);
  if (execution) return execution;
  throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
};

const summary = ({ arn, machineArn, name, status, started, stopped }: Execution) => ({
  executionArn: arn,
  stateMachineArn: machineArn,
  name,
  status,
  startDate: started / 1000,
  ...(stopped !== undefined && { stopDate: stopped / 1000 }),
  redriveCount: 0,
});

/** AWS could redrive what failed, timed out or was stopped. */
const notRedrivable = (status: Execution['status']): string =>
  status === 'SUCCEEDED' || status === 'RUNNING'
    ? `Execution is ${status} and cannot be redriven`
    : 'The local Step Functions does not redrive executions';

/** DescribeExecution. Error: `ExecutionDoesNotExist`. */
export const describeExecution = (options: ExecutionOptions, given: unknown): object => {
  const execution = executionOf(options, readInput(describeExecutionInput, given).executionArn);
  const { input, output, error, cause } = execution;
  return {
    ...summary(execution),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: notRedrivable(execution.status),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
};

/** StopExecution; one that has ended stays as it ended. Error: `ExecutionDoesNotExist`. */
export const stopExecution = (options: ExecutionOptions, given: unknown): object => {
  const { executionArn, error, cause } = readInput(stopExecutionInput, given);
  const { store, engine, clock } = options;
  engine.catchUp();
  engine.commit(() => {
    if (executionOf(options, executionArn).status !== 'RUNNING') return [];
    const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    return finish(store, executionArn, { at: clock.now(), status: 'ABORTED', failure });
  });
  return { stopDate: (executionOf(options, executionArn).stopped ?? clock.now()) / 1000 };
};

/** Pages are of 100 unless said otherwise. */
const pageOf = ({
  maxResults,
  nextToken,
}: {
  readonly maxResults: number;
  readonly nextToken?: string | undefined;
}) => ({
  limit: maxResults === 0 ? 100 : maxResults,
  offset: pageOffset(nextToken),
});

const next = (found: readonly object[], { limit, offset }: ReturnType<typeof pageOf>) =>
  found.length === limit && { nextToken: pageToken(offset + limit) };

/** ListExecutions, newest first. Error: `StateMachineDoesNotExist`. */
export const listExecutions = ({ store, machines }: ExecutionOptions, given: unknown): object => {
  const input = readInput(listExecutionsInput, given);
  if (!machines.has(input.stateMachineArn)) throw noMachine(input.stateMachineArn);
  const page = pageOf(input);
  const executions = store
    .sql(
      `SELECT * FROM stepfunctions_execution
       WHERE machine_arn = ?1 AND (?2 IS NULL OR status = ?2) ORDER BY started DESC, rowid DESC LIMIT ?3 OFFSET ?4`,
    )
    .all(input.stateMachineArn, input.statusFilter ?? null, page.limit, page.offset)
    .map((row) => summary(toExecution(row)));
  return { executions, ...next(executions, page) };
};

/** GetExecutionHistory. Error: `ExecutionDoesNotExist`. */
export const getExecutionHistory = (options: ExecutionOptions, given: unknown): object => {
  const input = readInput(historyInput, given);
  const page = pageOf(input);
  const reading = { ...page, reverse: input.reverseOrder, withData: input.includeExecutionData };
  const events = readHistory(options.store, executionOf(options, input.executionArn), reading);
  return { events, ...next(events, page) };
};
